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
        self._done_with: list[Database] = []
        self._templates: dict[str, str] = {}

    def empty(self) -> Database:
        """Give a database without tables."""
        url = self._url(self._next())
        self._create(url)
        return Database(url)

    def migrated(self) -> Database:
        """Give a database of one's own, with tables and without records."""
        return self._copied(self._template("migrated"))

    def seeded(self) -> Database:
        """Give a database of one's own with the seed."""
        return self._copied(self._template("seeded"))

    def copy(self, database: Database) -> Database:
        """Give a copy of a database that nobody is connected to."""
        return self._copied(database.url)

    def remove(self, database: Database) -> None:
        """Remove a database that a test is done with."""
        database.engine.dispose()
        self._drop(database.url)
        self._done_with.append(database)

    def _copied(self, template: str) -> Database:
        """Copy a database; one that is removed makes room, as its statements are compiled."""
        place = self._done_with.pop() if self._done_with else Database(self._url(self._next()))
        self._copy(template, place.url)
        return place

    def _template(self, name: str) -> str:
        if name not in self._templates:
            database = Database(self._url(f"template_{name}"))
            self._create(database.url)
            database.migrate()
            if name == "seeded":
                load(database)
            database.engine.dispose()
            self._templates[name] = database.url
        return self._templates[name]

    def _next(self) -> str:
        return f"test_{next(self._numbers)}"

    @abstractmethod
    def _url(self, name: str) -> str: ...

    @abstractmethod
    def _create(self, url: str) -> None: ...

    @abstractmethod
    def _copy(self, template: str, url: str) -> None: ...

    @abstractmethod
    def _drop(self, url: str) -> None: ...


class Sqlite(Backend):
    """Databases are files in one folder."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def _url(self, name: str) -> str:
        return f"sqlite:///{self._folder / name}.db"

    def _create(self, url: str) -> None:
        """Do nothing: the file is made when it is first opened."""

    def _copy(self, template: str, url: str) -> None:
        shutil.copy(template.removeprefix("sqlite:///"), url.removeprefix("sqlite:///"))

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

    def _url(self, name: str) -> str:
        whole = make_url(self._server).set(database=f"{self._worker}_{name}")
        return whole.render_as_string(hide_password=False)

    def _create(self, url: str) -> None:
        # A template is left over when it could not be filled, or by those who had a backend before.
        drop_database(self._server, _name(url))
        create_database(self._server, _name(url))

    def _copy(self, template: str, url: str) -> None:
        create_database(self._server, _name(url), template=_name(template))

    def _drop(self, url: str) -> None:
        drop_database(self._server, _name(url))


def _name(url: str) -> str:
    name = make_url(url).database
    assert name is not None
    return name
