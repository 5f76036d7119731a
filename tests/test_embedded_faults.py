"""What keeps an embedded database from being written, or opened, is said, and mends itself."""

import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event

from app.database import Database
from tests.api.conftest import writable
from tests.outages import (
    READ,
    assert_all_is_well,
    assert_not_ready,
    assert_read,
    damage,
    key,
    put,
    until,
    wait_to_write,
)
from tests.processes import started
from tests.serving import serving
from tests.test_cli import environment, parley

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("backend", ["sqlite"], indirect=True)]

# Root may write where nobody may, unless it gives that up.
AS_ANYBODY = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
LOCKING = (
    "import sqlite3, sys\n"
    "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
    "for statement in sys.argv[2:]:\n"
    "    connection.execute(statement).fetchall()\n"
    "print('locked', flush=True)\n"
    "sys.stdin.read()\n"
)


def command(name: str) -> list[str]:
    """Give the command of somebody whom permissions bind."""
    own = [str(Path(sys.executable).parent / "parley"), name]
    program, *options = AS_ANYBODY
    return [str(shutil.which(program)), *options, *own] if os.geteuid() == 0 else own


def refused(name: str, url: str) -> str:
    """Tell what a command says that cannot do its work."""
    done = subprocess.run(
        command(name), env=environment(url), capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    return done.stderr


@pytest.fixture
def file(seeded: Database, tmp_path: Path) -> Path:
    """The file of a database of its own, in a folder of its own."""
    seeded.settle()
    return Path(shutil.copy(str(seeded.engine.url.database), tmp_path / "parley.db"))


@contextmanager
def read_only(folder: Path, process: int = 0) -> Iterator[None]:
    """Let nobody write in a folder, and a process not even where it did before."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.iterdir())}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    for path, mode in modes.items():
        path.chmod(mode & 0o555)
    if process:
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
        if process:
            resource.prlimit(process, resource.RLIMIT_FSIZE, limits)


def test_a_file_system_that_becomes_read_only_is_read(file: Path) -> None:
    url = f"sqlite:///{file}"
    headers = key(url, "ann")
    paths = [f"/v1/meetings?limit={number + 1}" for number in range(40)]
    with started(command("serve"), url) as (process, client), ExitStack() as others:
        client.headers.update(headers)
        assert put(client, "before").status_code == 201
        with read_only(file.parent, process):
            # One of several workers, which began only then.
            _, other = others.enter_context(started(command("serve"), url))
            other.headers.update(headers)
            for one in (client, other, client):
                assert_not_ready(put(one, "meanwhile"), "cannot be written to")
                assert_read(one)
                with ThreadPoolExecutor(20) as threads:
                    assert {answer.status_code for answer in threads.map(one.get, paths)} == {200}
        for one, name in ((client, "meanwhile"), (other, "afterwards")):
            wait_to_write(one, name)
            assert_all_is_well(one, f"long-{name}")
        assert client.get("/v1/people/before").status_code == 200
    assert damage(url) == []


def test_on_a_read_only_file_system_it_does_not_start_and_says_why(file: Path) -> None:
    new = file.with_name("new.db")
    with read_only(file.parent):
        for name, one in (("serve", file), ("migrate", file), ("check", file), ("migrate", new)):
            assert reason(name, one) == f"SQLite cannot write in the folder {file.parent}."
    file.chmod(0)
    for name in ("serve", "migrate"):
        assert reason(name, file) == "it may not be read."


def reason(name: str, file: Path) -> str:
    """Tell why a command cannot open a file."""
    meaning, why = refused(name, f"sqlite:///{file}").splitlines()
    assert meaning in {"The database does not answer.", "The database cannot be written to."}
    assert why.startswith(f"The file {file} cannot be opened: ")
    return why.removeprefix(f"The file {file} cannot be opened: ")


@contextmanager
def locked(file: Path, *statements: str) -> Iterator[None]:
    """Let another process lock a database, until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", LOCKING, str(file), *statements],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            process.kill()


def test_who_reads_does_not_notice_that_another_process_locks_the_database(file: Path) -> None:
    url = f"sqlite:///{file}"
    headers = key(url, "ann")
    with ExitStack() as stack:
        with locked(file, "BEGIN EXCLUSIVE"):
            _, client = stack.enter_context(started(["parley", "serve"], url))
            client.headers.update(headers)
            until(lambda: client.get("/readyz").status_code == 200)
            begun = time.monotonic()
            with ThreadPoolExecutor(1) as threads:
                writing = threads.submit(put, client, "meanwhile")
                while not writing.done():
                    before = time.monotonic()
                    assert_read(client)
                    assert time.monotonic() - before < 5
            assert time.monotonic() - begun > 9
            assert_not_ready(writing.result(), "locked by another process")
        assert_all_is_well(client, "afterwards")
        assert client.get("/v1/people/meanwhile").status_code == 404
    assert damage(url) == []


def test_a_database_that_another_process_keeps_for_itself_is_said_to_be_locked(file: Path) -> None:
    for_itself = ("PRAGMA locking_mode = EXCLUSIVE", "UPDATE dataset SET mark = mark")
    with locked(file, *for_itself):
        said = refused("serve", f"sqlite:///{file}")
    assert said == "The database is locked by another process.\ndatabase is locked\n"


def test_a_full_disk_is_said_and_leaves_nothing_half_written(seeded: Database) -> None:
    with writable(seeded) as client:
        # The database is as full as its file may become.
        pages = _pages(seeded)
        with serving(seeded.url) as served:
            served.client.headers["Authorization"] = client.headers["Authorization"]

            def limit(connection: Any, _record: object) -> None:
                connection.execute(f"PRAGMA max_page_count = {pages + 4}")

            event.listen(served.engine, "connect", limit)
            answers = [put(served.client, f"person-{number}") for number in range(200)]
            refusals = [one for one in answers if one.status_code != 201]
            assert refusals
            assert {one.status_code for one in refusals} == {503}
            assert {one.json()["detail"] for one in refusals} == {"The disk is full."}
            assert served.client.get(READ[0]).status_code == 200
        for number, answer in enumerate(answers):
            expected = 200 if answer.status_code == 201 else 404
            assert client.get(f"/v1/people/person-{number}").status_code == expected
        assert put(client, "later").status_code == 201
    assert damage(seeded.url) == []


@pytest.mark.parametrize("name", ["serve", "check", "migrate", "export"])
def test_a_disk_on_which_not_even_reading_can_begin_is_said_to_be_full(
    file: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    none_left = SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=0))
    monkeypatch.setattr("app.embedded.shutil", none_left)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        done = parley(f"sqlite:///{file}", name)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (done.returncode, done.stdout) == (1, "")
    meaning, why = done.stderr.splitlines()
    assert meaning == "The file cannot be read or written."
    assert why.startswith(f"The disk of the file {file} seems to be full: ")


def _pages(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
