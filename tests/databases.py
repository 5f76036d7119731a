"""Databases for tests: made once for each backend, copied for each test that writes."""

import shutil
from abc import ABC, abstractmethod
from itertools import count
from pathlib import Path

from sqlalchemy import make_url

from app.database import Database
from seeds.load import load
from tests.postgres import create_database, drop_database


class Backend(ABC):
    """One database system, with a migrated and a seeded database to copy from."""

    name: str

    def __init__(self) -> None:
        self._numbers = count(1)
        self._templates: dict[str, str] = {}

    def empty(self) -> Database:
        """Give a database without tables."""
        return Database(self._create(self._next()))

    def migrated(self) -> Database:
        """Give a database of one's own, with tables and without records."""
        return Database(self._copy(self._template("migrated"), self._next()))

    def seeded(self) -> Database:
        """Give a database of one's own with the seed."""
        return Database(self._copy(self._template("seeded"), self._next()))

    def copy(self, database: Database) -> Database:
        """Give a copy of a database that nobody is connected to."""
        return Database(self._copy(database.url, self._next()))

    def remove(self, database: Database) -> None:
        """Remove a database that a test is done with."""
        database.engine.dispose()
        self._drop(database.url)

    def _template(self, name: str) -> str:
        if name not in self._templates:
            database = Database(self._create(f"template_{name}"))
            database.migrate()
            if name == "seeded":
                load(database)
            database.engine.dispose()
            self._templates[name] = database.url
        return self._templates[name]

    def _next(self) -> str:
        return f"test_{next(self._numbers)}"

    @abstractmethod
    def _create(self, name: str) -> str: ...

    @abstractmethod
    def _copy(self, template: str, name: str) -> str: ...

    @abstractmethod
    def _drop(self, url: str) -> None: ...


class Sqlite(Backend):
    """Databases are files in one folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def _create(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def _copy(self, template: str, name: str) -> str:
        url = self._create(name)
        shutil.copy(template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))
        return url

    def _drop(self, url: str) -> None:
        for path in self._folder.glob(Path(url.removeprefix("sqlite:///")).name + "*"):
            path.unlink()


class Postgres(Backend):
    """Databases are those of one server that the tests started."""

    name = "postgresql"

    def __init__(self, server: str, worker: str) -> None:
        super().__init__()
        self._server = server
        self._worker = worker

    def _create(self, name: str) -> str:
        # A template is left over when it could not be filled, or by those who had a backend before.
        drop_database(self._server, f"{self._worker}_{name}")
        return create_database(self._server, f"{self._worker}_{name}")

    def _copy(self, template: str, name: str) -> str:
        return create_database(
            self._server, f"{self._worker}_{name}", template=make_url(template).database
        )

    def _drop(self, url: str) -> None:
        database = make_url(url).database
        assert database is not None
        drop_database(self._server, database)
