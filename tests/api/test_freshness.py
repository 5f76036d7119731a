"""No answer is older than what was committed before it was asked for, by whichever process."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle

import httpx
import pytest

from app.api.freshness import Freshness
from app.database import Database
from app.queries.state import State
from app.records import keys
from tests.processes import serving

PROCESSES, WRITERS, WRITES = 2, 6, 8


@pytest.fixture
def processes(seeded: Database) -> Iterator[list[httpx.Client]]:
    """Clients, with a key, of processes that share a database."""
    with seeded.write() as session:
        secret = keys.create(session, "ann")
    with ExitStack() as stack:
        clients = [stack.enter_context(serving(seeded.url))[1] for _ in range(PROCESSES)]
        for client in clients:
            client.headers["Authorization"] = f"Bearer {secret}"
        yield clients


def write(client: httpx.Client, person: str, name: str) -> None:
    record = {"id": person, "name": {"en": name, "zh": name}}
    condition = {"If-Match": "*"} if name != "0" else {"If-None-Match": "*"}
    url, why = f"/v1/people/{person}", {"reason": "Tried by a test."}
    answer = client.put(url, json=record, headers=condition, params=why)
    assert answer.status_code in {200, 201}, answer.text


class Reader:
    """Somebody who asks one process again and again, and has kept what it answered last."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._kept = {"": ""}

    def get(self, path: str) -> httpx.Response:
        """Ask for what is new."""
        answer = self._client.get(path, headers={"If-None-Match": self._kept.get(path, "")})
        self._kept[path] = answer.headers["ETag"]
        return answer


def test_what_one_process_has_written_the_others_know_at_once(
    processes: list[httpx.Client],
) -> None:
    def write_and_read(number: int) -> int:
        """Write in each process in turn, and count by how many answers that is known."""
        person, known = f"writer-{number}", 0
        readers = [Reader(client) for client in processes]
        for turn, writer in zip(range(WRITES), cycle(processes), strict=False):
            write(writer, person, str(turn))
            for reader in readers:
                for path in (f"/v1/people/{person}", "/v1/people?limit=1000"):
                    found = reader.get(path).text.partition(f'"{person}"')[2]
                    known += f'"en":"{turn}"' in found[:30]
        return known

    with ThreadPoolExecutor(WRITERS) as threads:
        known = list(threads.map(write_and_read, range(WRITERS)))
    assert known == [WRITES * PROCESSES * 2] * WRITERS


class Slow:
    """A database that answers when it is told to, with the state that it had when it was asked."""

    def __init__(self) -> None:
        self.revision = 1
        self.reads = 0
        self.may_answer = asyncio.Event()

    async def read(self) -> tuple[str, int, str]:
        self.reads += 1
        revision = self.revision
        await self.may_answer.wait()
        return "epoch", revision, "a"


def test_who_comes_while_it_is_read_waits_for_the_next_read() -> None:
    async def story() -> None:
        database = Slow()
        freshness = Freshness(database)  # type: ignore[arg-type]  # it reads, which is all it does
        early = [asyncio.create_task(freshness.state()) for _ in range(3)]
        await asyncio.sleep(0.01)
        database.revision = 2
        late = [asyncio.create_task(freshness.state()) for _ in range(5)]
        await asyncio.sleep(0.01)
        database.may_answer.set()
        assert set(await asyncio.gather(*early)) == {State("epoch", 1, "a")}
        assert set(await asyncio.gather(*late)) == {State("epoch", 2, "a")}
        assert database.reads == 2

    asyncio.run(story())


def test_who_goes_away_leaves_the_answer_to_the_others() -> None:
    async def story() -> None:
        database = Slow()
        freshness = Freshness(database)  # type: ignore[arg-type]
        first, second = (asyncio.create_task(freshness.state()) for _ in range(2))
        await asyncio.sleep(0.01)
        first.cancel()
        database.may_answer.set()
        assert await second == State("epoch", 1, "a")
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(story())
