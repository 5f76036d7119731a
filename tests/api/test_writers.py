"""Many who write at once: one wins for each version, and nobody's write is lost."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import httpx
import pytest

from app.database import Database
from app.records import keys
from tests.given import both, person, store
from tests.serving import Served, serving

WRITERS, ROUNDS = 16, 3
PATH = "/v1/people/ann"


def test_of_sixteen_writers_one_wins_for_each_version(database: Database) -> None:
    store(database, person("ann"))
    with database.write() as session:
        secret = keys.create(session, "curators")
    together = Barrier(WRITERS)

    def write(client: httpx.Client, writer: int, version: int) -> int:
        together.wait()
        answer = client.put(
            PATH,
            json={"id": "ann", "name": both(f"Ann {version} {writer}")},
            params={"reason": "At once."},
            headers={"If-Match": f'"v{version}"', "Authorization": f"Bearer {secret}"},
        )
        return answer.status_code

    with serving(database.url) as served, ThreadPoolExecutor(WRITERS) as threads:
        for version in range(1, ROUNDS + 1):
            tries = [
                threads.submit(write, served.client, writer, version) for writer in range(WRITERS)
            ]
            codes = sorted(one.result() for one in tries)
            assert codes == [200] + [412] * (WRITERS - 1)
        history = served.client.get(f"{PATH}/history").json()["data"]
        assert served.client.get(PATH).json()["version"] == ROUNDS + 1
    assert [one["version"] for one in history] == list(range(ROUNDS + 1, 0, -1))


def test_who_waits_too_long_for_another_writer_may_try_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.engines.SECONDS_TO_WAIT_FOR_A_LOCK", 1)
    store(database, person("ann"))
    with database.write() as session:
        secret = keys.create(session, "curators")
    with ExitStack() as stack:
        served: Served = stack.enter_context(serving(database.url))
        stack.enter_context(database.write())
        answer = served.client.put(
            PATH,
            json={"id": "ann", "name": both("Anne")},
            params={"reason": "At once."},
            headers={"If-Match": '"v1"', "Authorization": f"Bearer {secret}"},
        )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["detail"] == "The database is locked by another process."
