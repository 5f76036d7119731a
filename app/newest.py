"""How the newest state of a database is read: at once, on a connection that is kept for it."""

import asyncio
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from sqlalchemy import URL, Engine, event

from app.errors import DatabaseNotReady

_STATE = "SELECT epoch, revision, mark FROM dataset"
_SECONDS_TO_ANSWER = 5


class Newest:
    """The epoch and the revision that were committed last, whoever committed them."""

    def __init__(self, engine: Engine) -> None:
        is_file = engine.dialect.name == "sqlite"
        self._kept = _File(engine) if is_file else _Server(engine)

    async def read(self) -> tuple[str, int, str]:
        """Read them now, and the mark of that state.

        Raises:
            DatabaseNotReady: the database does not answer, or has no tables.
        """
        try:
            epoch, revision, mark = await self._kept.read()
        except (sqlite3.Error, psycopg.Error, OSError, TypeError) as error:
            await self.close()
            raise DatabaseNotReady("The database does not answer.", str(error)) from error
        return epoch, revision, mark

    async def close(self) -> None:
        """Give the connection up; the next read makes another one."""
        with suppress(sqlite3.Error, psycopg.Error, OSError):
            await self._kept.close()


class _File:
    """SQLite is a part of this process: it answers sooner than a thread would begin to ask."""

    def __init__(self, engine: Engine) -> None:
        url: URL = engine.url
        self._dispose = engine.dispose
        self._path = Path(url.database or "").absolute()
        self._address = f"{self._path.as_uri()}?mode=rw"
        self._connection: sqlite3.Connection | None = None
        self._opened: tuple[int, int, bool] | None = None
        self._used = Lock()
        event.listen(engine, "engine_disposed", self._close)

    async def read(self) -> Any:
        status = self._path.stat()
        found = status.st_dev, status.st_ino, os.access(self._path, os.W_OK)
        if self._opened != found:
            # Another file was put in its place, and what is open is still the one before; or it
            # may be written to again, and what was opened meanwhile may not.
            self._dispose()
            self._opened = found
        with self._used:
            if self._connection is None:
                # Nobody may be kept waiting here, as all would be.
                self._connection = sqlite3.connect(
                    self._address,
                    uri=True,
                    timeout=0,
                    isolation_level=None,
                    check_same_thread=False,
                )
            return self._connection.execute(_STATE).fetchone()

    async def close(self) -> None:
        self._close()

    def _close(self, _: object = None) -> None:
        # What SQLite found out about a file holds for a process until all its connections are gone.
        with self._used:
            connection, self._connection = self._connection, None
            if connection:
                connection.close()


class _Impatient(psycopg.AsyncConnection[Any]):
    """Gives up in time; were it cancelled from outside, it would first ask whether it may."""

    async def wait(
        self,
        gen: PQGen[RV],
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109 (as psycopg has it)
    ) -> RV:
        return await super().wait(gen, interval, timeout or _SECONDS_TO_ANSWER)


class _Server:
    """Postgres is asked on one connection; that it was cut does not mean that nobody is there."""

    def __init__(self, engine: Engine) -> None:
        _, self._address = engine.dialect.create_connect_args(engine.url)
        self._connection: _Impatient | None = None

    async def read(self) -> Any:
        if self._connection:
            try:
                return await self._ask(self._connection)
            except psycopg.OperationalError:
                if not self._connection.broken:  # Nothing was cut: the server hangs.
                    raise
            await self.close()
        async with asyncio.timeout(_SECONDS_TO_ANSWER):
            self._connection = await _Impatient.connect(**self._address, autocommit=True)
        return await self._ask(self._connection)

    async def _ask(self, connection: psycopg.AsyncConnection[Any]) -> Any:
        found = await connection.execute(_STATE)
        return await found.fetchone()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()
