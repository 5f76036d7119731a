"""How the newest state of a database is read: at once, on a connection that is kept for it."""

import asyncio
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import URL, Engine

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
        self._opened: tuple[int, int] | None = None

    async def read(self) -> Any:
        status = self._path.stat()
        if self._opened != (status.st_dev, status.st_ino):
            # Another file was put in its place; what is open is still the one before.
            await self.close()
            self._dispose()
            self._opened = status.st_dev, status.st_ino
        if self._connection is None:
            # Nobody may be kept waiting here, as all would be.
            self._connection = sqlite3.connect(
                self._address, uri=True, timeout=0, isolation_level=None, check_same_thread=False
            )
        return self._connection.execute(_STATE).fetchone()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()


class _Server:
    """Postgres is asked on one connection; that it was cut does not mean that nobody is there."""

    def __init__(self, engine: Engine) -> None:
        _, self._address = engine.dialect.create_connect_args(engine.url)
        self._connection: psycopg.AsyncConnection[Any] | None = None

    async def read(self) -> Any:
        async with asyncio.timeout(_SECONDS_TO_ANSWER):
            if self._connection:
                with suppress(psycopg.OperationalError):
                    return await self._ask(self._connection)
                await self.close()
            self._connection = await psycopg.AsyncConnection.connect(
                **self._address, autocommit=True
            )
            return await self._ask(self._connection)

    async def _ask(self, connection: psycopg.AsyncConnection[Any]) -> Any:
        found = await connection.execute(_STATE)
        return await found.fetchone()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            await connection.close()
