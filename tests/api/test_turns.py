"""What is worked out for long leaves room for what is not, however much of it is asked for."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from app.api import counts, suggest, turns
from app.database import Database
from app.limits import Limits
from app.queries import encounters, meetings
from app.queries.counts import cross_tab
from app.queries.suggest import suggested
from tests.api.asking import ask, problem
from tests.serving import Served, serving

CROWD = 60
"""More than the threads and the connections of a process together."""
THREADS = 40
"""Of a process, in which readers wait for the database."""
MEETING = "/v1/meetings/2023-09-20-lianyungang-gorodov"
MOST = turns.MOST_AT_ONCE["counts"]


QUICK = 3.0
"""Seconds, in which two pages are answered on a machine that has much to do."""


class Held:
    """Answers that are worked out only when they may be."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Event()

    def until_then(self, work_out: Callable[..., Any]) -> Callable[..., Any]:
        """Begin to work something out, and wait."""

        def wait(*asked: Any) -> Any:
            self.begun.release()
            assert self.may_end.wait(60)
            return work_out(*asked)

        return wait


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """Counts, exact totals and what a person did, which all wait."""
    held = Held()
    page = meetings.page

    def counted(session: Any, question: Any) -> Any:
        return (held.until_then(page) if question.total == "exact" else page)(session, question)

    monkeypatch.setattr(counts, "cross_tab", held.until_then(cross_tab))
    monkeypatch.setattr(encounters, "person", held.until_then(encounters.person))
    monkeypatch.setattr(meetings, "page", counted)
    yield held
    held.may_end.set()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("counts", "/v1/counts?by=theme"),
        ("searches", "/v1/meetings?country=BR&total=exact"),
        ("encounters", "/v1/people/wang-xiaohong"),
    ],
)
def test_what_is_quick_does_not_wait_for_exports_and_what_takes_long(
    long: Served, held: Held, monkeypatch: pytest.MonkeyPatch, kind: turns.Kind, path: str
) -> None:
    monkeypatch.setattr(turns, "_SECONDS_TO_WAIT", 60)
    with (
        httpx.Client(base_url=long.client.base_url, limits=httpx.Limits(), timeout=90) as many,
        ThreadPoolExecutor(CROWD) as threads,
        ExitStack() as stalled,
    ):
        for _ in range(Limits().exports_limit):
            stalled.enter_context(long.client.stream("GET", "/v1/meetings.ndjson?sort=date"))
        # What is compressed otherwise is not what was kept of another answer.
        asked = [
            threads.submit(many.get, path, headers={"Accept-Encoding": f"identity, x-{number}"})
            for number in range(CROWD)
        ]
        assert all(held.begun.acquire(timeout=30) for _ in range(turns.MOST_AT_ONCE[kind]))
        for limit in range(1, 20):
            begun = time.monotonic()
            assert ask(long.client, f"/v1/people?limit={limit}")["data"]
            assert ask(long.client, f"/v1/suggest?q=wang&limit={limit}")["data"]
            assert time.monotonic() - begun < QUICK
        assert long.client.get("/readyz").status_code == 200
        # Nobody else has begun.
        assert not held.begun.acquire(blocking=False)
        assert not any(one.done() for one in asked)
        held.may_end.set()
        assert {one.result().status_code for one in asked} == {200}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_page_of_an_embedded_database_waits_for_no_thread_and_no_connection(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held()
    monkeypatch.setattr(suggest, "suggested", held.until_then(suggested))
    with (
        serving(seeded.url) as served,
        httpx.Client(base_url=served.client.base_url, limits=httpx.Limits(), timeout=90) as many,
        ThreadPoolExecutor(CROWD) as threads,
    ):
        asked = [
            threads.submit(many.get, f"/v1/suggest?q=wang&limit={number % 10 + 1}")
            for number in range(CROWD)
        ]
        assert all(held.begun.acquire(timeout=30) for _ in range(THREADS))
        for limit in range(1, 20):
            assert ask(served.client, f"/v1/meetings?limit={limit}")["data"]
        assert ask(served.client, MEETING)["version"] == 1
        held.may_end.set()
        for one in asked:
            one.result()


@pytest.mark.slow
def test_whoever_has_a_connection_does_not_wait_for_a_thread(seeded: Database) -> None:
    with (
        serving(seeded.url) as served,
        httpx.Client(base_url=served.client.base_url, limits=httpx.Limits(), timeout=90) as many,
        ThreadPoolExecutor(2 * CROWD) as threads,
    ):
        # All at once they are more than have threads, and these more than have connections.
        asked = threads.map(lambda n: many.get(f"/v1/people?limit={n + 1}"), range(2 * CROWD))
        assert {one.status_code for one in asked} == {200}


def test_one_kind_does_not_wait_for_another(seeded: Database, held: Held) -> None:
    with serving(seeded.url) as served, ThreadPoolExecutor(MOST) as threads:
        asked = [
            threads.submit(served.client.get, f"/v1/counts?by=theme&limit={number + 1}")
            for number in range(MOST)
        ]
        assert all(held.begun.acquire(timeout=30) for _ in asked)
        assert ask(served.client, "/v1/meetings?q=wang")["data"]
        assert ask(served.client, "/v1/countries/RU")["counterparts"]
        held.may_end.set()
        assert {one.result().status_code for one in asked} == {200}


@pytest.mark.slow
def test_who_waits_for_too_long_is_told_to_come_back(
    seeded: Database, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_SECONDS_TO_WAIT", 0.3)
    with serving(seeded.url) as served, ThreadPoolExecutor(MOST) as threads:
        asked = [
            threads.submit(served.client.get, f"/v1/counts?by=theme&limit={number + 1}")
            for number in range(MOST)
        ]
        assert all(held.begun.acquire(timeout=30) for _ in asked)
        for path in ("/v1/counts?by=year", "/v1/counts.csv?by=year", "/v1/dyads", "/v1/dyads.csv"):
            refused = served.client.get(path)
            assert problem(refused, 503)["code"] == "too_busy"
            assert f"of this kind {MOST} are" in refused.json()["detail"]
            assert refused.headers["Retry-After"] == "5"
            assert refused.headers["Cache-Control"] == "no-store"
        held.may_end.set()
        assert {one.result().status_code for one in asked} == {200}
        assert ask(served.client, "/v1/counts?by=year")["meetings_total"] == 9


def test_a_turn_comes_back_whatever_became_of_it(seeded: Database) -> None:
    with serving(seeded.url) as served:
        for _ in range(MOST + 1):
            problem(served.client.get("/v1/counts?by=theme&country=Atlantis"), 422)
        assert ask(served.client, "/v1/counts?by=theme")["meetings_total"] == 9


def test_pieces_of_files_are_worked_out_one_after_another() -> None:
    under_way, most = [], []

    def pieces() -> Iterator[bytes]:
        for number in range(5):
            under_way.append(number)
            time.sleep(0.01)
            most.append(len(under_way))
            under_way.pop()
            yield b"%d" % number

    with ThreadPoolExecutor(3) as pool:
        files = [pool.submit(lambda: b"".join(turns.one_after_another(pieces()))) for _ in "123"]
    assert [file.result() for file in files] == [b"01234"] * 3
    assert max(most) == 1


def test_a_file_goes_on_while_another_one_waits_for_its_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "_SECONDS_FOR_A_PIECE", 0.01)
    waits, may_end = threading.Event(), threading.Event()

    def stuck() -> Iterator[bytes]:
        waits.set()
        assert may_end.wait(60)
        yield b"late"

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(list, turns.one_after_another(stuck()))
        assert waits.wait(60)
        assert list(turns.one_after_another([b"1", b"2"])) == [b"1", b"2"]
        may_end.set()
        assert other.result() == [b"late"]


def test_a_file_that_cannot_be_written_keeps_no_other_from_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"1"
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        list(turns.one_after_another(broken()))
    assert not turns._of_files.locked()


def test_threads_give_way_soon_while_a_process_serves(seeded: Database) -> None:
    with serving(seeded.url):
        assert sys.getswitchinterval() < 0.001


def test_threads_take_as_long_as_before_once_it_serves_no_more() -> None:
    usual = sys.getswitchinterval()
    with turns.short_turns():
        pass
    assert sys.getswitchinterval() == usual
