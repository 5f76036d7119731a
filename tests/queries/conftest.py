"""What tests of questions are given: the made-up world, and generated databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.database import Database
from app.models import Document
from seeds.generate import generate
from tests.databases import Backend, Postgres, Sqlite
from tests.given import store
from tests.pouring import pour
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
    with pytest.MonkeyPatch.context() as patch:
        # So far apart that the meetings are in as many blocks as those of a large database.
        patch.setattr("app.records.read_model.numbering.APART", 20_000)
        # First with other meetings of the same ids: whatever is left of them would be found.
        for seed in (2, 1):
            store(database, *world.records(seed))
    with database.read() as session:
        documents = session.scalars(select(Document.json)).all()
    yield MadeUp(database, [orjson.loads(document) for document in documents])
    backend.remove(database)


@pytest.fixture(scope="session")
def generated_files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, Database]:
    """Few and many generated meetings on SQLite, where that is fastest."""
    backend = Sqlite(tmp_path_factory.mktemp("generated"))
    return _filled(backend, FEW), _filled(backend, MANY)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def generated(
    request: pytest.FixtureRequest, generated_files: tuple[Database, Database]
) -> Iterator[Generated]:
    """Generated databases, for tests that only read."""
    few, many = generated_files
    backend: Backend = Sqlite(Path(few.engine.url.database or "").parent)
    if request.param == "postgresql":
        backend = Postgres(request.getfixturevalue("postgres_server"), "generated")
        few, many = (_poured(one, backend.migrated()) for one in (few, many))
    analyzed = backend.copy(many)
    _analyze(few)
    _analyze(analyzed)
    yield Generated(few, many, analyzed, frequent(many))
    # The files are poured from once more, and all goes with its folder or server.
    for database in (few, many, analyzed):
        database.engine.dispose()


def _filled(backend: Backend, number: int) -> Database:
    database = backend.migrated()
    list(generate(database, number))
    database.engine.dispose()  # Postgres copies only what nobody is connected to.
    return database


def _analyze(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")


def _poured(source: Database, target: Database) -> Database:
    list(pour(source, target))
    return target
