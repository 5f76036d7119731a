"""Replicas that are not there, or not replicas, change no answer."""

import logging
import re
import socket
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from sqlalchemy import make_url

from app import replicas
from app.database import Database
from app.errors import DatabaseNotReady, InvalidSetting
from app.queries.state import state
from app.settings import Settings
from tests.api.asking import ask, problem
from tests.databases import Backend
from tests.given import person, store
from tests.postgres import drop_database
from tests.serving import serving

NOWHERE = "postgresql://nobody@127.0.0.1:1/nowhere"
PATHS = ("/v1/meetings", "/v1/people", "/v1/countries/RU", "/v1/meetings.csv")

only_postgres = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def assert_answers(client: httpx.Client) -> None:
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.headers["ETag"]
        assert "Parley-Stale" not in answer.headers


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[str]]]:
    """Give what the server logs, which it keeps to itself otherwise."""
    log = logging.getLogger("parley")
    log.addHandler(caplog.handler)
    yield lambda: list(dict.fromkeys(one.getMessage() for one in caplog.records))
    log.removeHandler(caplog.handler)


@only_postgres
def test_one_that_is_not_there_is_left_out(seeded: Database) -> None:
    with serving(seeded.url, NOWHERE) as served:
        assert_answers(served.client)
        assert ask(served.client, "/readyz") == {"status": "ok"}


@only_postgres
def test_one_that_takes_connections_and_says_nothing_is_waited_for_once(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "_PAUSE", 60)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nowhere"
        with serving(seeded.url, url) as served:
            begun = time.monotonic()
            served.client.get("/v1/people?limit=1")
            assert 2 < time.monotonic() - begun < 5
            for _ in range(3):
                assert_answers(served.client)
        silent.settimeout(0)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()


@pytest.fixture
def copied(backend: Backend, seeded: Database) -> Iterator[Database]:
    """A copy of the data that is not a replica: it is of the same epoch, and has had its writes."""
    seeded.engine.dispose()
    copy = backend.copy(seeded)
    store(copy, person("only-there"))
    yield copy
    backend.remove(copy)


@only_postgres
def test_one_that_has_more_than_the_primary_is_not_believed(
    seeded: Database, copied: Database
) -> None:
    with serving(seeded.url, copied.url) as served:
        assert_answers(served.client)
        problem(served.client.get("/v1/people/only-there"), 404)
        # Even where both come to have the same number, they are not in the same state.
        store(seeded, person("only-here"))
        assert ask(served.client, "/v1/people/only-here")
        problem(served.client.get("/v1/people/only-there"), 404)


def drop(database: Database) -> None:
    """Let a database be gone, for those who are connected to it, too."""
    url = make_url(database.url)
    server = url.set(database="postgres").render_as_string(hide_password=False)
    drop_database(server, str(url.database))


@only_postgres
def test_another_parley_does_not_stand_in(backend: Backend, seeded: Database) -> None:
    other = backend.empty()
    other.migrate()
    with serving(seeded.url, other.url) as served:
        assert_answers(served.client)
        drop(seeded)
        for path in PATHS:
            problem(served.client.get(path), 503)
    backend.remove(other)


@only_postgres
def test_a_copy_stands_in_for_what_is_gone(seeded: Database, copied: Database) -> None:
    with serving(seeded.url, copied.url) as served:
        assert_answers(served.client)
        drop(seeded)
        for path in PATHS:
            answer = served.client.get(path)
            assert (answer.status_code, answer.headers["Parley-Stale"]) == (200, "true")
        assert served.client.get("/v1/people/nobody").headers["Parley-Stale"] == "true"
        assert ask(served.client, "/readyz") == {"status": "stale"}


@only_postgres
def test_one_whose_schema_is_another_does_not_stand_in(backend: Backend, seeded: Database) -> None:
    empty = backend.empty()
    with serving(seeded.url, empty.url) as served:
        drop(seeded)
        for path in ("/readyz", *PATHS):
            problem(served.client.get(path), 503)
    backend.remove(empty)


@pytest.mark.slow
@only_postgres
def test_a_primary_that_says_nothing_any_more_is_waited_for_once(seeded: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nowhere"
        with serving(url, seeded.url) as served:
            assert served.client.get("/v1/people?limit=1").headers["Parley-Stale"] == "true"
            begun = time.monotonic()
            for limit in range(2, 7):
                answer = served.client.get(f"/v1/people?limit={limit}")
                assert (answer.status_code, answer.headers["Parley-Stale"]) == (200, "true")
            assert time.monotonic() - begun < 5
        with serving(url) as served:
            assert problem(served.client.get("/v1/people"), 503)["code"] == "not_ready"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A clock that is set by hand."""
    now = [1000.0]
    monkeypatch.setattr(replicas, "monotonic", lambda: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


def lose(replica: replicas.Replica) -> None:
    with pytest.raises(DatabaseNotReady), replica.read():
        pytest.fail("it answers")


def test_the_pauses_of_one_that_is_lost_grow(clock: Callable[[float], None]) -> None:
    replica = replicas.Replica(NOWHERE, "replica-1")
    assert replica.is_worth_asking()
    lose(replica)
    for pause in (1, 2, 4, 8, 16, 16, 16):
        assert not replica.is_worth_asking()
        clock(pause - 0.1)
        assert not replica.is_worth_asking()
        clock(0.2)
        assert replica.is_worth_asking()
        # Others do not wait with the one who finds out.
        assert not replica.is_worth_asking()
        lose(replica)


@only_postgres
def test_one_that_is_back_has_no_pause(
    empty: Database, clock: Callable[[float], None], said: Callable[[], list[str]]
) -> None:
    logging.getLogger("parley").setLevel(logging.WARNING)
    replica = replicas.Replica(empty.url, "replica-1")
    lose(replica)
    empty.migrate()
    assert not replica.is_worth_asking()
    clock(1.1)
    assert replica.is_worth_asking()
    with replica.read() as snapshot:
        assert state(snapshot).revision == 0
    assert replica.is_worth_asking()
    assert replica.is_worth_asking()
    lost, back = said()
    assert re.fullmatch(r"replica-1 at \S+ is left out: .*", lost, re.DOTALL)
    assert re.fullmatch(r"replica-1 at \S+ answers again\.", back)
    replica.engine.dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        "replica.example.org",
        "postgresql://",
        "postgresql://replica.example.org",
        "postgresql://replica.example.org:five/parley",
        "mysql://replica.example.org/parley",
        "sqlite:///parley.db",
        "postgresql://ann:p@ss@replica.example.org/parley",
        f"{NOWHERE} {NOWHERE}",
    ],
)
def test_what_is_no_address_of_a_replica_is_refused(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", NOWHERE)
    monkeypatch.setenv("PARLEY_REPLICA_URL", f"{NOWHERE}, {wrong}")
    with pytest.raises(InvalidSetting, match="Number 2 in PARLEY_REPLICA_URL") as refused:
        Settings()
    assert "p@ss" not in str(refused.value)


@pytest.mark.parametrize(
    "right",
    [
        NOWHERE,
        "postgresql+psycopg://ann:p%40ss@replica.example.org:5433/parley?sslmode=require",
        "postgresql://[::1]:5432/parley",
        "postgresql:///parley?host=/run/postgresql",
    ],
)
def test_what_is_one_is_taken(right: str) -> None:
    two = Settings(database_url=NOWHERE, replica_url=f"{NOWHERE} ,{right},")
    assert two.replicas == [NOWHERE, right]
    assert make_url(right).database


def test_a_file_has_no_replicas() -> None:
    with pytest.raises(InvalidSetting, match="only Postgres has replicas"):
        Settings(database_url="sqlite:///parley.db", replica_url=NOWHERE)
