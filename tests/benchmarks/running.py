"""What it takes to run Parley: time until it answers, memory, and room on the disk."""

import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import httpx
from sqlalchemy import func, select

from app.database import Database
from tests.benchmarks import memory
from tests.benchmarks.cores import Cores
from tests.benchmarks.results import Results
from tests.benchmarks.servers import Server
from tests.processes import serving

START, BEGINNING, END, SIZE = (
    "from the command to /readyz, ms",
    "memory after the first page, MB",
    "memory after the load, MB",
    "the database, KB a meeting",
)
VALUE = "to run it"

_BETWEEN = 0.005


def measure_start(server: Server, cores: Cores, results: Results) -> None:
    """Start one more server of the same database, as anybody would, and stop it."""
    results.noise = cores.settle()
    begun = time.perf_counter()
    with cores.shared(), serving(server.database.url) as (process, client):
        while not _is_ready(client.base_url):
            time.sleep(_BETWEEN)
        took = time.perf_counter() - begun
        client.get("/v1/meetings").raise_for_status()
        has = memory.resident(process)
    results.add(server.size, server.system, START, VALUE, took * 1000)
    results.add(server.size, server.system, BEGINNING, VALUE, has)


def measure_size(server: Server, results: Results) -> None:
    """Tell what a database takes for each meeting."""
    kilobytes = stored(server.database) / server.size / 1000
    results.add(server.size, server.system, SIZE, VALUE, kilobytes)


def measure_end(server: Server, results: Results) -> None:
    """Tell what a server has that has done everything."""
    results.add(server.size, server.system, END, VALUE, server.memory())


def _is_ready(at: httpx.URL) -> bool:
    connection = HTTPConnection(at.host, at.port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def stored(database: Database) -> int:
    """Tell how many bytes a database takes on the disk."""
    if database.engine.dialect.name == "sqlite":
        return Path(database.engine.url.database or "").stat().st_size
    with database.read() as session:
        size = select(func.pg_database_size(func.current_database()))
        return int(session.execute(size).scalar_one())
