"""The workers of one server share nothing but the database, and so no answer of one is older."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx
import pytest

from app.database import Database
from app.records import keys
from tests.databases import Backend
from tests.processes import started

pytestmark = pytest.mark.slow

WORKERS, ROUNDS = 3, 5
WHY = {"reason": "Tried by a test."}
PATHS = ("/v1/people/ann", "/v1/people?limit=1000", "/v1/suggest?q=turn", "/v1/people.csv")


def worker(answer: httpx.Response) -> str:
    """Tell who answered: those who name requests begin all names alike."""
    return answer.headers["X-Request-ID"][:20]


@pytest.fixture(scope="module")
def shared(backend: Backend) -> Iterator[Database]:
    """A database with the seed, and a key."""
    database = backend.seeded()
    yield database
    backend.remove(database)


@pytest.fixture(scope="module")
def address(shared: Database) -> Iterator[httpx.URL]:
    """Where a server is of which all workers answer."""
    command = ["parley", "serve", "--workers", str(WORKERS)]
    with started(command, shared.url) as (_, client), ExitStack() as stack:
        by_worker(client.base_url, stack, seconds=90)
        yield client.base_url


@pytest.fixture
def connections(shared: Database, address: httpx.URL) -> Iterator[list[httpx.Client]]:
    """Clients with a key, each connected to another worker."""
    with shared.write() as session:
        secret = keys.create(session, f"ann-{time.monotonic_ns()}")
    with ExitStack() as stack:
        found = by_worker(address, stack, seconds=10)
        for client in found:
            client.headers["Authorization"] = f"Bearer {secret}"
        yield found


def by_worker(address: httpx.URL, stack: ExitStack, seconds: int) -> list[httpx.Client]:
    """Connect to each worker; a connection stays with the one that took it, while it is used."""
    found: dict[str, httpx.Client] = {}
    deadline = time.monotonic() + seconds
    while len(found) < WORKERS and time.monotonic() < deadline:
        client = stack.enter_context(httpx.Client(base_url=address, timeout=30))
        with suppress(httpx.TransportError):
            found.setdefault(worker(client.get("/healthz")), client)
        time.sleep(0.05)
    return list(found.values())


def test_what_is_written_through_one_the_next_read_through_any_other_shows(
    connections: list[httpx.Client],
) -> None:
    assert len(connections) == WORKERS
    kept: dict[str, str] = {}
    condition = {"If-None-Match": "*"}
    for number in range(ROUNDS):
        for turn, writer in enumerate(connections):
            name = f"Turn {number}.{turn}"
            record = {"id": "ann", "name": {"en": name, "zh": name}}
            written = writer.put("/v1/people/ann", json=record, headers=condition, params=WHY)
            assert written.status_code in {200, 201}
            condition = {"If-Match": written.headers["ETag"]}
            for path in PATHS:
                others = {"If-None-Match": kept.get(path, "")}
                answers = [reader.get(path, headers=others) for reader in connections]
                assert len({worker(answer) for answer in answers}) == WORKERS
                assert {answer.status_code for answer in answers} == {200}
                assert all(name in answer.text for answer in answers)
                (kept[path],) = {answer.headers["ETag"] for answer in answers}
                known = [
                    reader.get(path, headers={"If-None-Match": kept[path]})
                    for reader in connections
                ]
                assert [answer.status_code for answer in known] == [304] * WORKERS


def test_a_key_that_is_made_or_revoked_is_so_for_all(
    shared: Database, connections: list[httpx.Client]
) -> None:
    def statuses(secret: str) -> set[int]:
        key = {"Authorization": f"Bearer {secret}"}
        return {
            client.delete("/v1/people/nobody", headers=key, params=WHY).status_code
            for client in connections
        }

    with shared.write() as session:
        secret = keys.create(session, "bea")
    assert statuses(secret) == {404}
    with shared.write() as session:
        keys.revoke(session, "bea")
    assert statuses(secret) == {401}
