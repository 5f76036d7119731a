"""What tests are given: each database system, databases of their own, and a running server."""

import gc
from collections.abc import Iterator

import httpx
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from app.database import Database
from tests.databases import Backend, Postgres, Sqlite
from tests.postgres import running_postgres
from tests.serving import Served, serving


class OneWorkerForWhatTakesLong(LoadScopeScheduling):
    """Hands out tests one by one, but some at once: they share what takes long, or come in order.

    Marks of `xdist_group` would say it, but pytest 9.2 does not hear them (pytest-xdist#1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        if "/test_plans.py::" in nodeid:
            return "plans"
        for some in ("tests/queries/", "/test_fuzzed_records.py::"):
            if some in nodeid:
                return f"{some} on {'Postgres' if '[postgresql' in nodeid else 'SQLite'}"
        is_in_browser = "tests/web/" in nodeid or "_in_a_browser.py::" in nodeid
        return "browser" if is_in_browser else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Tell how tests are divided among the workers."""
    return OneWorkerForWhatTakesLong(config, log)


def pytest_collection_finish() -> None:
    """Take what was imported for no garbage until a first server ends: a tenth of the time."""
    gc.freeze()


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
