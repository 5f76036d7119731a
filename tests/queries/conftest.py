"""What tests of questions are given: a database of the made-up world."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.database import Database
from app.models import Document
from tests.databases import Backend
from tests.given import store
from tests.queries import world


@dataclass(frozen=True)
class MadeUp:
    """The made-up world in a database, and its meetings as they were rendered."""

    database: Database
    meetings: list[dict[str, Any]]


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
