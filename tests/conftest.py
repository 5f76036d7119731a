"""What tests are given: each database system, databases of their own, and a running server."""

from collections.abc import Iterator

import httpx
import pytest

from app.database import Database
from tests.databases import Backend, Postgres, Sqlite
from tests.postgres import running_postgres
from tests.serving import Served, serving


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A real Postgres, started when the first test needs it."""
    with running_postgres() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Backend:
    """Each database system in turn."""
    if request.param == "sqlite":
        return Sqlite(tmp_path_factory.mktemp("databases"))
    worker = getattr(request.config, "workerinput", {"workerid": "main"})["workerid"]
    return Postgres(request.getfixturevalue("postgres_server"), worker)


@pytest.fixture
def empty(backend: Backend) -> Iterator[Database]:
    """A database without tables."""
    database = backend.empty()
    yield database
    backend.remove(database)


@pytest.fixture
def database(backend: Backend) -> Iterator[Database]:
    """A database with tables and without records."""
    database = backend.migrated()
    yield database
    backend.remove(database)


@pytest.fixture
def seeded(backend: Backend) -> Iterator[Database]:
    """A database of one's own with the seed."""
    database = backend.seeded()
    yield database
    backend.remove(database)


@pytest.fixture(scope="session")
def served(backend: Backend) -> Iterator[Served]:
    """A server of the seed, for tests that only read."""
    database = backend.seeded()
    with serving(database.url) as running:
        yield running
    backend.remove(database)


@pytest.fixture
def api(served: Served) -> httpx.Client:
    """How to ask the server of the seed."""
    return served.client
