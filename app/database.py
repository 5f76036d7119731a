"""Sessions: snapshots of a database to read, and transactions to write in."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from alembic import command
from sqlalchemy import PoolProxiedConnection, column, inspect, select, table
from sqlalchemy.exc import DatabaseError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from app import deadlines
from app.embedded import copy_file, no_file, out_of_reach
from app.engines import (
    KILOBYTES_TO_READ_ONCE,
    NOT_WRITABLE,
    PATIENCE,
    READING,
    WRITING,
    open_engine,
    outage,
    putting_aside,
)
from app.errors import DatabaseNotReady, TooBusy
from app.migrating import (
    alembic_config,
    check_own,
    check_references,
    check_schema,
    newest_schema,
    tables_in_motion,
)
from app.models import Dataset

Snapshot = Session
"""What a reader gets: a session whose statements all see the same revision."""

_COMPLAINTS = (DBAPIError, psycopg.Error, sqlite3.Error)
"""What databases complain by: a driver that is used without SQLAlchemy does so itself."""
_SCHEMAS = table("alembic_version", column("version_num"))


class Database:
    """One database, reached through snapshots for reading and transactions for writing."""

    def __init__(self, url: str, time_limit: float | None = None, patience: int = 5) -> None:
        self.url = url
        self.engine = open_engine(url, patience)
        self.is_embedded = self.engine.dialect.name == "sqlite"
        self._time_limit = time_limit
        if time_limit:
            deadlines.enforce(self.engine, time_limit)
        reading = READING[self.engine.dialect.name]
        once = {"parley_cache": KILOBYTES_TO_READ_ONCE}
        # Postgres gives up by itself what takes too long, unless it hangs.
        patient = {PATIENCE: time_limit and time_limit + patience}
        self._reading_once = self.engine.execution_options(**reading | once)
        self._reading = self.engine.execution_options(**reading | patient)
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
        # At a rollback the driver would forget the statements that Postgres has prepared.
        with (
            self._serving(),
            Session(engine, expire_on_commit=False) as session,
            session.begin(),
            deadlines.limited(session, limit),
        ):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Open a transaction that commits at the end, or leaves nothing behind.

        Writers take turns: each holds the dataset's row until it commits, so that changes are
        numbered in the order of commits.

        Raises:
            DatabaseNotReady: the database does not answer, or others write for too long.
        """
        with self._serving(), Session(self._writing) as session, session.begin():
            session.execute(select(Dataset.id).with_for_update())
            # What this version makes for readers is not what another one reads.
            check_schema(session.scalar(select(_SCHEMAS)))
            yield session

    @contextmanager
    def _serving(self) -> Iterator[None]:
        """Tell a fault of ours from what comes of tables that another version has changed."""
        try:
            with self._answering():
                yield
        except _COMPLAINTS:
            self.check_ready()
            raise

    def migrate(self, then: Callable[[Session], object] | None = None) -> bool:
        """Bring the schema up to date; tell whether there was anything to do.

        What has to be done then is done in the same transaction: nobody reads what is half made.

        Raises:
            DatabaseNotReady: the database does not answer.
            NotOurs: it is another program's.
        """
        self.check_own()
        before = self.schema()
        if before == newest_schema(before):
            return False
        with (
            self._answering(),
            self._writing.connect() as connection,
            tables_in_motion(connection),
        ):
            command.upgrade(alembic_config(connection), "head")
            check_references(connection)
            if then:
                with Session(connection) as session:
                    then(session)
                    session.flush()
            connection.commit()
        return before != self.schema()

    def check_own(self) -> None:
        """Make sure that the database is empty, or Parley's.

        Raises:
            DatabaseNotReady: the database does not answer.
            NotOurs: it is another program's.
        """
        if not no_file(self.engine.url):
            with self._answering(), self._reading.connect() as connection:
                check_own(connection)

    def schema(self) -> str | None:
        """Name the revision of the schema that the database has.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        if no_file(self.engine.url):
            return None
        with self._answering(), self._reading.connect() as connection:
            has_any = inspect(connection).has_table(_SCHEMAS.name)
            return connection.scalar(select(_SCHEMAS)) if has_any else None

    def check_ready(self) -> None:
        """Make sure that the database answers and has the schema of this version.

        Raises:
            DatabaseNotReady: it does not, and why.
        """
        check_schema(self.schema(), no_file(self.engine.url))

    def settle(self) -> None:
        """Put what was committed into SQLite's file itself, so that a copy of it has everything.

        Raises:
            DatabaseNotReady: the file cannot take it now; all that was committed is kept beside it.
        """
        if self.is_embedded:
            with self._answering(), closing(self.engine.raw_connection()) as connection:
                cursor = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if cursor.fetchone()[0]:
                    raise DatabaseNotReady("Others are reading or writing the database.")
        self.engine.dispose()

    def copy_to(self, file: Path) -> None:
        """Write SQLite's file as it is now into another one, while others go on with it.

        Raises:
            DatabaseNotReady: the database does not answer, or the other file cannot be written.
        """
        with (
            self._answering(),
            closing(self.engine.raw_connection()) as connection,
            closing(sqlite3.connect(file)) as other,
        ):
            copy_file(_driver(connection), other)

    def take_from(self, file: Path) -> None:
        """Put another file into the place of this one, all at once, for those who read now as well.

        Raises:
            DatabaseNotReady: the database does not answer, or others write for too long.
        """
        with (
            self._answering(),
            closing(sqlite3.connect(file)) as other,
            closing(self.engine.raw_connection()) as connection,
        ):
            copy_file(other, _driver(connection))

    def damage(self) -> list[str]:
        """Tell what of the file is damaged; Postgres watches over its files itself.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        if not self.is_embedded:
            return []
        with self._answering(), self.engine.connect() as connection:
            try:
                found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            except DatabaseError as error:
                found = [str(error.orig)]
        return [f"the file is damaged: {finding}" for finding in found if finding != "ok"]

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Tell a database that cannot answer now from a fault of ours, which stays as it is."""
        try:
            with putting_aside():
                yield
        except PoolTimeoutError as error:
            raise TooBusy("All connections to the database are in use.") from error
        except _COMPLAINTS as error:
            driver = getattr(error, "orig", error)
            meaning = outage(driver, gone=getattr(error, "connection_invalidated", False))
            if meaning is None:
                raise
            if meaning == NOT_WRITABLE:
                # What was connected meanwhile could not be written to later on, either.
                self.engine.dispose()
            reason = out_of_reach(self.engine.url) or str(driver)
            raise DatabaseNotReady(meaning, reason) from error


def _driver(connection: PoolProxiedConnection) -> Any:
    return connection.driver_connection
