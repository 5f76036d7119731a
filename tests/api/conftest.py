"""What tests of the API are given beside a server of the seed."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from sqlalchemy import text

from app.database import Database
from app.records import keys
from tests.databases import Backend
from tests.given import WORLD, store
from tests.serving import Served, serving

LONG = 4_000_000
"""Characters: more than the buffers between a server and a client hold."""


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


@contextmanager
def writable(database: Database) -> Iterator[httpx.Client]:
    """Serve a database to a client with a key."""
    with database.write() as session:
        secret = keys.create(session, "ann")
    with serving(database.url) as served:
        served.client.headers["Authorization"] = f"Bearer {secret}"
        yield served.client


@pytest.fixture
def curator(seeded: Database) -> Iterator[httpx.Client]:
    """A client with a key, of a server of the seed of its own."""
    with writable(seeded) as client:
        yield client


@pytest.fixture(scope="module")
def at_hand(backend: Backend) -> Iterator[httpx.Client]:
    """A client with a key, of a server of the seed that the tests of a module leave as it is."""
    database = backend.seeded()
    with writable(database) as client:
        yield client
    backend.remove(database)


@pytest.fixture
def long(seeded: Database) -> Iterator[Served]:
    """A server of documents so long that no client gets one at once, to which they are sent so."""
    with seeded.write() as session:
        session.execute(text("UPDATE documents SET json = json || :more"), {"more": " " * LONG})
    with serving(seeded.url) as running:
        running.client.headers["Accept-Encoding"] = "identity"
        yield running
