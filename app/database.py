"""Sessions: snapshots of a database to read, and transactions to write in."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.runtime.migration import MigrationContext
from sqlalchemy import PoolProxiedConnection, select
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app import deadlines
from app.engines import (
    KILOBYTES_TO_READ_ONCE,
    READING,
    WRITING,
    no_file,
    open_engine,
    outage,
)
from app.errors import DatabaseNotReady, TooBusy
from app.migrating import alembic_config, check_references, newest_schema, tables_in_motion
from app.models import Dataset

Snapshot = Session
"""What a reader gets: a session whose statements all see the same revision."""


class Database:
    """One database, reached through snapshots for reading and transactions for writing."""

    def __init__(self, url: str, time_limit: float | None = None, patience: int = 5) -> None:
        self.url = url
        self.engine = open_engine(url, patience)
        self.is_embedded = self.engine.dialect.name == "sqlite"
        self._time_limit = time_limit
        if time_limit:
            deadlines.enforce(self.engine, time_limit)
        self._reading = self.engine.execution_options(**READING[self.engine.dialect.name])
        self._reading_once = self._reading.execution_options(parley_cache=KILOBYTES_TO_READ_ONCE)
        self._writing = self.engine.execution_options(**WRITING)

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
        if no_file(self.engine.url):
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
                no_file(self.engine.url),
            )

    def settle(self) -> None:
        """Put what was committed into SQLite's file itself, so that a copy of it has everything."""
        if self.is_embedded:
            with _answering(), closing(self.engine.raw_connection()) as connection:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.engine.dispose()

    def copy_to(self, file: Path) -> None:
        """Write SQLite's file as it is now into another one, while others go on with it.

        Raises:
            DatabaseNotReady: the database does not answer, or the other file cannot be written.
        """
        with (
            _answering(),
            closing(self.engine.raw_connection()) as connection,
            closing(sqlite3.connect(file)) as other,
        ):
            _driver(connection).backup(other)

    def take_from(self, file: Path) -> None:
        """Put another file into the place of this one, all at once, for those who read now as well.

        Raises:
            DatabaseNotReady: the database does not answer, or others write for too long.
        """
        with (
            _answering(),
            closing(sqlite3.connect(file)) as other,
            closing(self.engine.raw_connection()) as connection,
        ):
            other.backup(_driver(connection))

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


def _driver(connection: PoolProxiedConnection) -> Any:
    return connection.driver_connection


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
