"""An answer that takes too long is given up, and nobody but who asked for it notices."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.api import reading, suggest
from app.database import Database
from app.deadlines import check_time
from app.errors import DatabaseNotReady, InvalidSetting, TimeLimitExceeded
from app.queries import dimensions, dyads, meetings
from app.queries.state import State, hold_state
from app.settings import Settings
from tests.api.asking import FILES, ask, problem, routes
from tests.serving import Served, serving

LIMIT = 0.5
"""Seconds."""
SLACK = 4.0
"""Seconds more, after which it must have been given up."""
COUNTING = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})"
    " SELECT count(*) FROM n"
)
ENDLESS, SHORT = text(COUNTING.format(10**12)), text(COUNTING.format(10_000))
SLEEP = text("SELECT pg_sleep(:seconds)")


def work_endlessly(session: Session) -> State:
    session.execute(ENDLESS)
    return hold_state(session)


def sleep(session: Session, seconds: float) -> None:
    """Sleep in a statement; SQLite is given the function that Postgres has."""
    if session.get_bind().dialect.name == "sqlite":
        driver: Any = session.connection().connection.driver_connection
        driver.create_function("pg_sleep", 1, time.sleep)
    session.execute(SLEEP, {"seconds": seconds})


@pytest.fixture
def impatient(seeded: Database) -> Iterator[Database]:
    """A database with a limit."""
    database = Database(seeded.url, LIMIT)
    yield database
    database.engine.dispose()


@pytest.fixture
def limited(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server with a limit, of the seed."""
    monkeypatch.setenv("PARLEY_TIME_LIMIT", str(LIMIT))
    with serving(seeded.url) as running:
        yield running


@contextmanager
def given_up(limit: float = LIMIT) -> Iterator[None]:
    """Expect that what is done within is given up in time, and not before."""
    begun = time.monotonic()
    with pytest.raises(TimeLimitExceeded, match=f"{limit:g} seconds"):
        yield
    assert limit <= time.monotonic() - begun < limit + SLACK


@pytest.mark.slow
def test_every_answer_that_is_no_file_is_given_up(
    limited: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = routes(ask(limited.client, "/openapi.json"))
    asked = [
        path for route, path in read.items() if route.startswith("/v1/") and route not in FILES
    ]
    monkeypatch.setattr(reading, "hold_state", work_endlessly)
    assert len(asked) > 30

    def ask_for(path: str) -> httpx.Response:
        begun = time.monotonic()
        answer = limited.client.get(path)
        assert LIMIT <= time.monotonic() - begun < LIMIT + SLACK
        return answer

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask_for, asked))
    for answer in answers:
        said = problem(answer, 503)
        assert said["code"] == "time_limit_exceeded"
        assert "0.5 seconds" in said["detail"]
        assert "narrower dates" in said["detail"]
        assert answer.headers["Cache-Control"] == "no-store"
        # It would take as long again.
        assert not {"Retry-After", "ETag"} & set(answer.headers)


def test_it_is_not_kept_for_those_who_ask_later(
    limited: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(reading, "hold_state", work_endlessly)
        problem(limited.client.get("/v1/meetings"), 503)
    assert len(ask(limited.client, "/v1/meetings")["data"]) == 9


@pytest.mark.slow
def test_others_are_answered_meanwhile(seeded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(session: Session, _: object) -> None:
        session.execute(ENDLESS)

    monkeypatch.setattr(suggest, "suggested", search)
    monkeypatch.setenv("PARLEY_TIME_LIMIT", "3")
    with serving(seeded.url) as served, ThreadPoolExecutor(3) as threads:
        ask(served.client, "/v1/meetings")
        slow = [threads.submit(served.client.get, f"/v1/suggest?q={q}") for q in "abc"]
        answered = 0
        while not any(one.done() for one in slow):
            answered += 1
            assert len(ask(served.client, f"/v1/meetings?limit={answered + 9}")["data"]) == 9
        assert answered > 3
        assert {one.result().status_code for one in slow} == {503}


@pytest.mark.slow
def test_a_connection_is_as_good_as_before(impatient: Database) -> None:
    for _ in range(3):
        with given_up(), impatient.read() as session:
            session.execute(ENDLESS)
        # Whoever has it next has all the time there is, and what is not limited has more.
        with impatient.read() as session:
            sleep(session, LIMIT * 0.8)
        with impatient.write() as session:
            sleep(session, LIMIT * 1.5)
            session.execute(SHORT)
    assert impatient.engine.pool.checkedin() == 1  # type: ignore[attr-defined]


def test_many_statements_have_no_more_time_than_one(impatient: Database) -> None:
    for one in (text("SELECT 1"), SHORT):
        with given_up(), impatient.read() as session:
            while True:
                session.execute(one)


@pytest.mark.slow
def test_the_last_statement_has_what_the_others_left(seeded: Database) -> None:
    limit = 2 * SLACK
    database = Database(seeded.url, limit)
    with given_up(limit), database.read() as session:
        time.sleep(0.9 * limit)
        session.execute(ENDLESS)
    database.engine.dispose()


def test_work_between_statements_has_no_more_time_either(impatient: Database) -> None:
    with given_up(), impatient.read() as session:
        while True:
            check_time(session)


@pytest.mark.slow
def test_what_has_no_limit_takes_as_long_as_it_takes(seeded: Database, impatient: Database) -> None:
    for opened in (impatient.read(once=True), impatient.write(), seeded.read()):
        with opened as session:
            sleep(session, LIMIT * 1.5)
            session.execute(SHORT)
            check_time(session)


@pytest.mark.parametrize(
    ("path", "lines", "module", "name"),
    [
        ("/v1/meetings.ndjson", 9, meetings, "_rendered"),
        ("/v1/counts.csv?by=mode", 2, dimensions, "labels"),
        ("/v1/dyads.csv?anchor=CN", 8, dyads, "names"),
    ],
)
def test_a_file_may_take_longer(
    limited: Served,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    lines: int,
    module: ModuleType,
    name: str,
) -> None:
    read = getattr(module, name)

    def rows(session: Session, *given: Any) -> Any:
        sleep(session, LIMIT * 1.5)
        return read(session, *given)

    monkeypatch.setattr(module, name, rows)
    assert limited.client.get(path).text.count("\n") == lines


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_statement_that_somebody_else_stopped_is_no_question_of_time(seeded: Database) -> None:
    patient = Database(seeded.url, 30)
    stop = text("SELECT pg_cancel_backend(:number)")

    def stop_soon(number: object) -> None:
        time.sleep(LIMIT)
        with seeded.read() as session:
            session.execute(stop, {"number": number})

    def work_on() -> None:
        with patient.read() as session:
            threads.submit(stop_soon, session.scalar(text("SELECT pg_backend_pid()")))
            session.execute(ENDLESS)

    with ThreadPoolExecutor(1) as threads, pytest.raises(DatabaseNotReady):
        work_on()
    patient.engine.dispose()


@pytest.mark.parametrize("wrong", ["0", "-1", "nan", "inf", "ten", "", "86401"])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("PARLEY_TIME_LIMIT", wrong)
    with pytest.raises(InvalidSetting, match=f"PARLEY_TIME_LIMIT is “{wrong}”; it must be"):
        Settings()


def test_a_part_of_a_second_is_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_TIME_LIMIT", "0.25")
    assert Settings().time_limit == 0.25
