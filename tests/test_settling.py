"""What was written counts as written, also where the file itself cannot take it yet."""

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.database import Database
from tests.given import both, incoming, person, store
from tests.records.travelling import exported
from tests.test_cli import parley

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

ERASE = ["erase", "person", "ann", "--reason", "A court said so.", "--yes"]
KEPT = "All of it is kept, but beside the file of the database as yet"


def file_of(database: Database) -> Path:
    return Path(str(database.engine.url.database))


@contextmanager
def no_room_for(file: Path) -> Iterator[None]:
    """Let a file grow no more, and no other one become longer."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@contextmanager
def read(file: Path) -> Iterator[None]:
    """Let another process read, as an export does for long."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM people").fetchall()
        yield


def test_an_import_succeeds_that_fills_the_disk_once_it_is_written(
    seeded: Database, tmp_path: Path
) -> None:
    taken = tmp_path / "people.ndjson"
    names = [f'{{"en": "P {number}", "zh": "人"}}' for number in range(300)]
    taken.write_text(
        "".join(
            f'{{"type": "person", "id": "p-{number}", "name": {name}}}\n'
            for number, name in enumerate(names)
        )
    )
    with no_room_for(file_of(seeded)):
        done = parley(seeded, "import", str(taken))
    assert (done.returncode, "│ 300 " in done.stdout) == (0, True)
    assert done.stderr.startswith("The database cannot be written to.\n")
    assert KEPT in done.stderr
    assert exported(seeded).count(b'"id":"p-') == 300


def test_what_was_erased_is_said_to_stand_in_the_file_as_long_as_others_read(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engines.SECONDS_TO_WAIT_FOR_A_LOCK", 0.2)
    full_name = "Annabella Leigh"
    store(seeded, incoming("person", id="ann", name=both(full_name)))
    seeded.settle()
    with read(file_of(seeded)):
        done = parley(seeded, *ERASE)
        assert (done.returncode, done.stdout) == (0, "Erased the person “ann”.\n")
        assert done.stderr.startswith("Others are reading or writing the database.\n" + KEPT)
        assert full_name.encode() in file_of(seeded).read_bytes()
    assert "`parley migrate`" in done.stderr
    assert parley(seeded, "migrate").stderr == ""
    assert full_name.encode() not in file_of(seeded).read_bytes()


@pytest.mark.parametrize(
    "command",
    [
        ["merge", "person", "ann", "wang-xiaohong", "--reason", "The same.", "--yes"],
        ["seed"],
        ["rebuild"],
    ],
    ids=lambda command: command[0],
)
def test_every_command_says_what_it_did_and_then_what_has_to_wait(
    seeded: Database, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engines.SECONDS_TO_WAIT_FOR_A_LOCK", 0.2)
    store(seeded, person("ann"))
    with read(file_of(seeded)):
        store(seeded, person("later"))
        done = parley(seeded, *command)
    assert (done.returncode, bool(done.stdout)) == (0, True)
    assert KEPT in done.stderr
