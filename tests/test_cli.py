"""The command says what it did, or in a sentence why not."""

import subprocess
import sys
from pathlib import Path

import pytest

from app.database import Database
from seeds.load import FOLDER


def parley(database: Database | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as people do."""
    url = database if isinstance(database, str) else database.url
    return subprocess.run(
        [sys.executable, "-c", "from app.cli import main; main()", *arguments],
        env={"PARLEY_DATABASE_URL": url, "PYTHONPATH": str(FOLDER.parent), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_migrate_seed_seed_again_and_rebuild(empty: Database) -> None:
    assert "up to date now" in parley(empty, "migrate").stdout
    assert parley(empty, "migrate").stdout == ""
    assert "meetings" in parley(empty, "seed").stdout
    assert parley(empty, "seed").stdout.startswith("Nothing to do: all 342 records")
    assert parley(empty, "seed", "--if-empty").stdout == ""
    assert parley(empty, "rebuild").stdout == "Rendered 9 meetings.\n"


@pytest.mark.parametrize("command", ["seed", "rebuild", "serve"])
def test_a_database_that_was_not_migrated_is_said_to_be_so(empty: Database, command: str) -> None:
    done = parley(empty, command)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0].endswith("run `parley migrate`.")


@pytest.mark.parametrize(
    "url", ["", "parley.db", "mysql://localhost/parley", "sqlite://", "sqlite:///:memory:"]
)
def test_a_setting_that_cannot_be_meant_is_refused(url: str) -> None:
    done = parley(url, "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("PARLEY_DATABASE_URL must be sqlite:///FILE or postgresql://")


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("These are notes, and no database at all. " * 100)
    done = parley(f"sqlite:///{path}", "migrate")
    assert done.returncode == 1
    assert done.stderr.startswith("The file is not a database.")
    assert path.read_text().startswith("These are notes")


def test_a_port_that_no_machine_has_is_refused(seeded: Database) -> None:
    assert parley(seeded, "serve", "--port", "99999").returncode == 2
