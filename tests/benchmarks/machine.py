"""On what it was measured: the machine, and the versions of what takes part."""

import os
import platform
import re
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path

from app.database import Database
from tests.benchmarks.rival import PROGRAM
from tests.programs import SQLITE3


def told(postgres: Database) -> dict[str, str]:
    """Name what hangs on neither the machine's name nor its folders."""
    with postgres.engine.connect() as connection:
        server = connection.exec_driver_sql("SHOW server_version").scalar_one()
    return {
        "cores": f"{os.cpu_count()}",
        "memory": f"{_gigabytes():.0f} GB",
        "Python": platform.python_version(),
        "SQLite": f"{sqlite3.sqlite_version}, as a program {_first(SQLITE3.path(), '--version')}",
        "Postgres": server,
        **{name: version(name) for name in ("uvicorn", "httptools", "FastAPI", "SQLAlchemy")},
        "Datasette": _first(f"{PROGRAM}", "--version"),
    }


def _first(*command: str) -> str:
    """Find the number of a version in what a program says about itself."""
    said = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    found = re.search(r"\d+(\.\d+)+", said)
    assert found, said
    return found[0]


def _gigabytes() -> float:
    found = re.search(r"MemTotal:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"))
    assert found
    return int(found[1]) / 2**20
