"""Where the generated meetings are kept: a file of SQLite, and a copy of it in a Postgres.

Both are made once and kept in one folder. Whatever decides what is stored is part of their names,
so that a change makes them anew. The file has no statistics, as served ones have none.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from sqlalchemy import NullPool, create_engine, make_url

from app.database import Database
from seeds.generate import generate
from tests.postgres import create_database, drop_database, running_postgres
from tests.pouring import pour

ROOT = Path(__file__).parent.parent.parent
FOLDER = ROOT / ".bench"
DECISIVE = ("app/models", "app/records", "migrations", "seeds")
POSTGRES = ("--shared_buffers=1GB", "--max_wal_size=4GB")
"""How the server is run, beside its defaults: what is committed is on the disk."""

_AT_ONCE = 1 << 23

console = Console(stderr=True, highlight=False)


def fingerprint() -> str:
    """Tell one state of what decides about the data from another."""
    files = sorted(
        path
        for folder in DECISIVE
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in {".py", ".yaml"}
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def kept_file(meetings: int) -> Database:
    """Open the file of so many meetings, which is made if there is none."""
    path = FOLDER / f"{meetings}-{fingerprint()}.db"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        for outdated in FOLDER.glob(f"{meetings}-*"):
            outdated.unlink()
        made = path.with_suffix(".part")  # An interrupted one is not taken for a whole one.
        _fill(Database(f"sqlite:///{made}"), meetings)
        made.rename(path)
    _read_through([path])
    return Database(f"sqlite:///{path}")


def _read_through(files: Iterable[Path]) -> None:
    """Read files to their ends, so that the first round finds them in memory as the others do."""
    for file in files:
        with file.open("rb", buffering=0) as opened:
            while opened.read(_AT_ONCE):
                pass


def _fill(database: Database, meetings: int) -> None:
    database.migrate()
    with console.status(f"Generating {meetings:,} meetings ...") as status:
        for written in generate(database, meetings):
            status.update(f"Generating {meetings:,} meetings: {written:,} ...")
    database.settle()


@contextmanager
def postgres() -> Iterator[str]:
    """Run the server whose data are kept, and give its URL.

    Raises:
        RuntimeError: it does not start.
    """
    FOLDER.mkdir(exist_ok=True)
    with running_postgres(FOLDER / "postgres", POSTGRES) as url:
        yield url


def kept_copy(server: str, source: Database, meetings: int) -> Database:
    """Open the copy of a file on this server, which is made if there is none."""
    name = f"bench_{meetings}_{fingerprint()}"
    found = [one for one in _names(server) if one.startswith(f"bench_{meetings}_")]
    if name not in found:
        for outdated in found:
            drop_database(server, outdated)
        made = Database(create_database(server, f"{name}_part"))
        _copy(source, made, meetings)
        _execute(server, f'ALTER DATABASE "{name}_part" RENAME TO "{name}"')
    ((folder,),) = _execute(server, f"SELECT oid FROM pg_database WHERE datname = '{name}'")
    _read_through((FOLDER / "postgres" / "base" / str(folder)).glob("*"))
    return Database(make_url(server).set(database=name).render_as_string(hide_password=False))


def _copy(source: Database, made: Database, meetings: int) -> None:
    made.migrate()
    made.engine.dispose()
    # What belongs together came together: to check each reference again takes longer than the rest.
    unchecked = f'ALTER DATABASE "{make_url(made.url).database}" SET session_replication_role'
    _execute(made.url, f"{unchecked} = replica")
    with console.status(f"Copying {meetings:,} meetings to Postgres ...") as status:
        for table in pour(source, made):
            status.update(f"Copying {meetings:,} meetings to Postgres: {table} ...")
        status.update(f"Copying {meetings:,} meetings to Postgres: statistics ...")
        _execute(made.url, "VACUUM ANALYZE")
    _execute(made.url, f"{unchecked} = DEFAULT")


def _names(server: str) -> list[str]:
    return [row[0] for row in _execute(server, "SELECT datname FROM pg_database")]


def _execute(url: str, statement: str) -> list[tuple[str, ...]]:
    parsed = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(parsed, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        found = connection.exec_driver_sql(statement)
        return [tuple(row) for row in found] if found.returns_rows else []
