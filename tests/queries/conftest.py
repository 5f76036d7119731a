"""What tests of questions are given: the made-up world, and generated databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.database import Database
from app.models import Document
from seeds.generate import generate
from tests.databases import Backend, Postgres, Sqlite
from tests.given import store
from tests.queries import world
from tests.queries.frequent import Frequent, frequent

FEW, MANY = 2_000, 20_000


@dataclass(frozen=True)
class MadeUp:
    """The made-up world in a database, and its meetings as they were rendered."""

    database: Database
    meetings: list[dict[str, Any]]


@dataclass(frozen=True)
class Generated:
    """Databases of generated meetings, few of them and ten times as many."""

    few: Database
    as_loaded: Database
    """Many, of which the database has no statistics."""
    analyzed: Database
    """The same many, with statistics."""
    frequent: Frequent


@pytest.fixture(scope="session")
def made_up(backend: Backend) -> Iterator[MadeUp]:
    """The made-up world, for tests that only read."""
    database = backend.migrated()
    # First with other meetings of the same ids: whatever is left of them would be found.
    for seed in (2, 1):
        store(database, *world.records(seed))
    with database.read() as session:
        documents = session.scalars(select(Document.json)).all()
    yield MadeUp(database, [orjson.loads(document) for document in documents])
    backend.remove(database)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def generated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Generated]:
    """Generated databases, for tests that only read."""
    backend: Backend
    if request.param == "sqlite":
        backend = Sqlite(tmp_path_factory.mktemp("generated"))
    else:
        backend = Postgres(request.getfixturevalue("postgres_server"), "generated")
    few, many = _filled(backend, FEW), _filled(backend, MANY)
    analyzed = backend.copy(many)
    _analyze(few)
    _analyze(analyzed)
    yield Generated(few, many, analyzed, frequent(many))
    for database in (few, many, analyzed):
        backend.remove(database)


def _filled(backend: Backend, number: int) -> Database:
    database = backend.migrated()
    list(generate(database, number))
    database.engine.dispose()  # Postgres copies only what nobody is connected to.
    return database


def _analyze(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
