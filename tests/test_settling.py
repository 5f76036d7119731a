"""What was written counts as written, also where the file itself cannot take it yet."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.database import Database
from tests.records.travelling import exported
from tests.test_cli import parley

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

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
