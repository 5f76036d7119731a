"""What tests of the API are given beside a server of the seed."""

from collections.abc import Iterator

import pytest

from app.database import Database
from tests.databases import Backend
from tests.given import WORLD, store
from tests.serving import Served, serving


@pytest.fixture(scope="module")
def shared(backend: Backend) -> Iterator[Database]:
    """A database that the tests of a module share, each with ids of its own, beside WORLD's."""
    database = backend.migrated()
    store(database, *WORLD)
    yield database
    backend.remove(database)


@pytest.fixture(scope="module")
def sharing(shared: Database) -> Iterator[Served]:
    """A server of that database."""
    with serving(shared.url) as running:
        yield running
