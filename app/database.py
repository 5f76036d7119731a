"""Engines and sessions: the only place that knows what differs between SQLite and Postgres."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, select
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app import deadlines
from app.errors import DatabaseNotReady, InvalidSetting, TooBusy, outage
from app.migrating import alembic_config, check_references, newest_schema, tables_in_motion
from app.models import Dataset

_SECONDS_TO_WAIT_FOR_A_LOCK = 10

Snapshot = Session
"""What a reader gets: a session whose statements all see the same revision."""


class Database:
    """One database, reached through snapshots for reading and transactions for writing."""

    def __init__(self, url: str, time_limit: float | None = None, patience: int = 5) -> None:
        self.url = url
        self.engine = _engine(url, patience)
        self.is_embedded = self.engine.dialect.name == "sqlite"
        self._time_limit = time_limit
        if time_limit:
            deadlines.enforce(self.engine, time_limit)
        self._reading = self.engine.execution_options(**_READING[self.engine.dialect.name])
        self._reading_once = self._reading.execution_options(parley_cache=_KILOBYTES_TO_READ_ONCE)
        self._writing = self.engine.execution_options(**_WRITING)

    @contextmanager
    def read(self, *, once: bool = False) -> Iterator[Snapshot]:
        """Open one snapshot: all statements within see the same revision.

        What is read `once`, from its beginning to its end, is not worth remembering, and may take
        longer than the time limit, if there is one.

        Raises:
            DatabaseNotReady: the database does not answer.
            TimeLimitExceeded: it was not done in time.
            TooBusy: all connections to Postgres are in use.
        """
        engine = self._reading_once if once else self._reading
        limit = None if once else self._time_limit
        with _answering(), Session(engine) as session, deadlines.limited(session, limit):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end, or leaves nothing behind.

        Writers take turns: each holds the dataset's row until it commits, so that changes are
        numbered in the order of commits.

        Raises:
            DatabaseNotReady: the database does not answer, or others write for too long.
        """
        with _answering(), Session(self._writing) as session, session.begin():
            session.execute(select(Dataset.id).with_for_update())
            yield session

    def migrate(self) -> bool:
        """Bring the schema up to date; tell whether there was anything to do.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        before = self.schema()
        if before == newest_schema(before):
            return False
        with (
            _answering(),
            self._writing.connect() as connection,
            tables_in_motion(connection),
        ):
            command.upgrade(alembic_config(connection), "head")
            check_references(connection)
            connection.commit()
        return before != self.schema()

    def schema(self) -> str | None:
        """Name the revision of the schema that the database has.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        if _no_file(self.engine.url):
            return None
        with _answering(), self.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()

    def check_ready(self) -> None:
        """Make sure that the database answers and has the schema of this version.

        Raises:
            DatabaseNotReady: it does not, and why.
        """
        found = self.schema()
        if found != (wanted := newest_schema(found)):
            raise DatabaseNotReady(
                f"The schema is {found or 'empty'}, this version needs {wanted}:"
                " run `parley migrate`.",
                _no_file(self.engine.url),
            )

    def settle(self) -> None:
        """Put what was committed into SQLite's file itself, so that a copy of it has everything."""
        if self.is_embedded:
            with _answering(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.engine.dispose()

    def damage(self) -> list[str]:
        """Tell what of the file is damaged; Postgres watches over its files itself.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        if not self.is_embedded:
            return []
        with _answering(), self.engine.connect() as connection:
            try:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            except DatabaseError as error:
                found = [str(error.orig)]
        return [f"the file is damaged: {finding}" for finding in found if finding != "ok"]


# Who writes very much sorts it as well, in as much memory again.
_KILOBYTES_TO_READ, _KILOBYTES_TO_READ_ONCE, _KILOBYTES_TO_WRITE = 65_536, 2_048, 10_240
_WRITING = {"parley_begin": "BEGIN IMMEDIATE", "parley_cache": _KILOBYTES_TO_WRITE}
_READING: dict[str, dict[str, Any]] = {
    "sqlite": {"parley_query_only": "ON"},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


@contextmanager
def _answering() -> Iterator[None]:
    """Tell a database that cannot answer now from a fault of ours, which stays as it is."""
    try:
        yield
    except PoolTimeoutError as error:
        raise TooBusy("All connections to the database are in use.") from error
    except (DBAPIError, sqlite3.Error) as error:
        driver = getattr(error, "orig", error)
        meaning = outage(driver, gone=getattr(error, "connection_invalidated", False))
        if meaning is None:
            raise
        raise DatabaseNotReady(meaning, str(driver)) from error


# In memory each connection would have a database of its own.
_NO_FILE = (None, "", ":memory:")


_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


def _engine(url: str, seconds: int) -> Engine:
    with suppress(ArgumentError):  # It is no URL at all.
        parsed = make_url(url)
        is_file = parsed.database not in _NO_FILE and not parsed.query
        if parsed.get_backend_name() == "sqlite" and is_file:
            return _sqlite(parsed)
        if parsed.get_backend_name() == "postgresql":
            return _postgres(parsed, seconds)
    raise InvalidSetting(
        "PARLEY_DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME;"
        " a file takes no options"
    )


def _no_file(url: URL) -> str:
    """Say that there is no file, if so: by connecting, SQLite would make one of a mistyped path."""
    file = Path(url.database or "").absolute()
    if url.get_backend_name() != "sqlite" or file.exists():
        return ""
    if not file.parent.is_dir():
        reason = f"The file {file} cannot be opened: there is no folder {file.parent}."
        raise DatabaseNotReady("The database does not answer.", reason)
    return f"There is no file {file}."


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        **_JSON,
        connect_args={"timeout": _SECONDS_TO_WAIT_FOR_A_LOCK},
        # A page that is answered on the event loop must not wait there for a connection.
        max_overflow=-1,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres(url: URL, seconds: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        **_JSON,
        connect_args={
            "connect_timeout": seconds,
            # A machine that is cut off acknowledges nothing any more, for as long as that.
            "keepalives_idle": seconds,
            "tcp_user_timeout": seconds * 1000,
            "options": f"-c lock_timeout={_SECONDS_TO_WAIT_FOR_A_LOCK}s",
        },
        pool_pre_ping=True,
        pool_timeout=seconds,
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _begin_postgres(connection: Connection) -> None:
    # A plan that was right for an empty table would be kept while an import fills it.
    if "parley_begin" in connection.get_execution_options():
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions leave out reads and DDL; _begin_sqlite opens them instead.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes the lock at once: one that began as a reader could not wait for it.
    options = connection.get_execution_options()
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA query_only = {options.get('parley_query_only', 'OFF')}")
    driver.execute(f"PRAGMA cache_size = -{options.get('parley_cache', _KILOBYTES_TO_READ)}")
    connection.exec_driver_sql(options.get("parley_begin", "BEGIN"))
