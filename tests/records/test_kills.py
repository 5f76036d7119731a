"""Whoever is killed while writing leaves everything of it or nothing, and it can be done again."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import func, select

from app.database import Database
from app.models import Meeting, Person
from app.records.audit import audit
from app.records.export import export
from seeds.generate import generate
from tests.databases import Backend

pytestmark = pytest.mark.slow

KILLS, LEAST_WHILE_WRITING = 20, 5
MEETINGS = 300
SEED = int(os.environ.get("PARLEY_TEST_SEED", "20231205"))


@contextmanager
def writing(database: Database, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that tells how far it is, and end it in any case."""
    command = [sys.executable, "-u", "-m", "tests.killed", *arguments]
    environment = {**os.environ, "PARLEY_DATABASE_URL": database.url}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()


def said(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout
    return process.stdout.read().split("\n")


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout
    while line := process.stdout.readline():
        if line.startswith(word):
            return
    pytest.fail(f"it never said {word}")


def damage(database: Database) -> list[str]:
    with database.read() as session:
        return [what for what, _ in audit(session)] + database.damage()


def exported(database: Database) -> bytes:
    with database.read() as session:
        return b"".join(export(session))


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundred meetings, as they are exported."""
    folder = tmp_path_factory.mktemp("killed")
    database = Database(f"sqlite:///{folder}/made-up.db")
    database.migrate()
    for _ in generate(database, MEETINGS):
        pass
    path = folder / "made-up.ndjson"
    path.write_bytes(exported(database))
    database.engine.dispose()
    return path


def test_an_import_that_is_killed_leaves_all_or_nothing(backend: Backend, file: Path) -> None:
    random, while_writing = Random(SEED), 0
    sys.stderr.write(f"random seed {SEED}\n")
    undisturbed = backend.migrated()
    with writing(undisturbed, "import", str(file)) as process:
        wait_for(process, "writing")
        begun = time.monotonic()
        wait_for(process, "committing")
        seconds = time.monotonic() - begun
        said(process)
    wanted = exported(undisturbed)
    backend.remove(undisturbed)
    for _ in range(KILLS):
        database = backend.migrated()
        with writing(database, "import", str(file)) as process:
            wait_for(process, "writing")
            time.sleep(random.uniform(0, seconds * 1.2))
            process.kill()
            while_writing += "committing" not in said(process)
        with database.read() as session:
            number = session.scalar(select(func.count()).select_from(Meeting))
        assert number in {0, MEETINGS}
        assert not damage(database)
        with writing(database, "import", str(file)) as process:
            said(process)
            assert process.wait() == 0
        assert exported(database) == wanted
        backend.remove(database)
    assert while_writing >= LEAST_WHILE_WRITING


def test_single_writes_that_are_killed_lose_nothing_that_was_acknowledged(
    backend: Backend,
) -> None:
    random = Random(SEED)
    for _ in range(KILLS):
        database = backend.migrated()
        with writing(database, "put", "100000") as process:
            wait_for(process, "acknowledged")
            time.sleep(random.uniform(0, 0.3))
            process.kill()
            acknowledged = [line for line in said(process) if line.startswith("acknowledged")]
        last = int(acknowledged[-1].split()[1]) if acknowledged else 0
        with database.read() as session:
            name, version = session.execute(select(Person.name_en, Person.version)).one()
        # One more may have been committed, and not been acknowledged any more.
        assert int(name.split()[1]) in {last, last + 1}
        assert version == int(name.split()[1]) + 1
        assert not damage(database)
        backend.remove(database)
