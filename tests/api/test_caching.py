"""Whoever has an answer is told that it still is the answer, until something is written."""

import asyncio
import gc
import gzip
import tracemalloc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, cast

import brotli
import httpx
import pytest
import zstandard
from sqlalchemy import text

from app.api import caching, etags
from app.api.caching import Caching
from app.api.freshness import Freshness
from app.database import Database
from app.queries.state import State
from app.records.read_model.publish import rebuild
from tests.api.asking import EXAMPLES, ask, problem, routes
from tests.contract import operations
from tests.databases import Backend
from tests.given import person, store
from tests.serving import Served, serving

ELSEWHERE = "https://example.org"
UNPACKED = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda packed: zstandard.ZstdDecompressor().stream_reader(packed).read(),
}


def again(api: httpx.Client, path: str, tag: str, **headers: str) -> httpx.Response:
    """Ask for what is at a path, unless it is what has this tag."""
    return api.get(path, headers={"If-None-Match": tag, **headers})


def data(api: httpx.Client) -> list[str]:
    """Give a path for each route that answers from the data."""
    paths = routes(ask(api, "/openapi.json")).items()
    return [path for route, path in paths if route.startswith("/v1/")]


def packed(api: httpx.Client, path: str, coding: str) -> tuple[httpx.Headers, bytes]:
    """Get an answer as it is sent, in this coding if it may be."""
    with api.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
        return answer.headers, b"".join(answer.iter_raw())


@pytest.mark.slow
def test_every_answer_names_itself_and_is_not_sent_twice(api: httpx.Client) -> None:
    paths = data(api)
    assert len(paths) == 60
    tags = {path: api.get(path).headers["ETag"] for path in paths}
    assert len(set(tags.values())) == len(paths)
    for path, tag in tags.items():
        for answer in (again(api, path, tag), api.head(path, headers={"If-None-Match": tag})):
            assert answer.status_code == 304, path
            assert answer.content == b""
            assert answer.headers["ETag"] == tag
            assert answer.headers["Cache-Control"] == "public, no-cache"
            assert "Accept-Encoding" in answer.headers["Vary"]
            assert "Content-Length" not in answer.headers


def test_after_a_write_every_answer_is_sent_anew(seeded: Database) -> None:
    with serving(seeded.url) as served:
        tags = {path: served.client.get(path).headers["ETag"] for path in data(served.client)}
        store(seeded, person("somebody-new"))
        for path, tag in tags.items():
            answer = again(served.client, path, tag)
            assert answer.status_code == 200
            assert answer.headers["ETag"] != tag
        assert ask(served.client, "/v1/people/somebody-new")


def test_after_a_rebuild_too(seeded: Database) -> None:
    with serving(seeded.url) as served:
        tag = served.client.get("/v1/meetings").headers["ETag"]
        with seeded.write() as session:
            session.execute(text("UPDATE documents SET json = '{}'"))
            rebuild(session)
        assert again(served.client, "/v1/meetings", tag).status_code == 200


@pytest.mark.slow
def test_the_same_number_of_another_state_is_not_taken_for_it(seeded: Database) -> None:
    # As after a copy of the database was put back, and something else was written.
    with serving(seeded.url) as served:
        tag = served.client.get("/v1/meetings").headers["ETag"]
        with seeded.write() as session:
            session.execute(text("UPDATE dataset SET mark = 'another'"))
        assert again(served.client, "/v1/meetings", tag).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_file_that_was_put_in_its_place_is_read_at_once(
    backend: Backend, seeded: Database
) -> None:
    other = backend.seeded()
    store(other, person("only-there"))
    other.settle()
    with serving(seeded.url) as served:
        ask(served.client, "/v1/people")
        here = ask(served.client, "/v1/meetings")["revision"]
        path = str(seeded.engine.url.database)
        Path(str(other.engine.url.database)).rename(path)
        assert ask(served.client, "/v1/people/only-there")["id"] == "only-there"
        assert ask(served.client, "/v1/meetings?limit=24")["revision"] == here + 1


def test_what_was_asked_before_costs_no_statement(seeded: Database) -> None:
    with serving(seeded.url) as served:
        first = ask(served.client, "/v1/meetings?country=RU")
        with served.statements() as noted:
            assert ask(served.client, "/v1/meetings?country=RU") == first
        assert noted == []
        store(seeded, person("somebody-new"))
        with served.statements() as noted:
            assert ask(served.client, "/v1/meetings?country=RU")["revision"] > first["revision"]
        assert noted


def test_what_is_large_is_kept_as_it_was_sent(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.memory._LARGE", 0)
    with serving(seeded.url) as served:
        first = [packed(served.client, "/v1/meetings", coding) for coding in UNPACKED]
        with served.statements() as noted:
            again = [packed(served.client, "/v1/meetings", coding) for coding in UNPACKED]
        assert noted == []
        assert [body for _, body in again] == [body for _, body in first]


def test_one_of_several_tags_is_enough(api: httpx.Client) -> None:
    tag = api.get("/v1/meetings").headers["ETag"]
    assert tag.startswith('W/"')
    for given in (f'"x", {tag}', f"{tag},{tag}", tag.removeprefix("W/")):
        assert again(api, "/v1/meetings", given).status_code == 304
    twice = [("If-None-Match", '"x"'), ("If-None-Match", tag)]
    assert api.get("/v1/meetings", headers=twice).status_code == 304


@pytest.mark.parametrize("wrong", ["*", "", "x", '"x"', '"', 'W/"..', '"v1"', '"v1.', "\xff"])
def test_any_other_tag_gets_the_answer(api: httpx.Client, wrong: str) -> None:
    headers = [(b"If-None-Match", wrong.encode("latin-1"))]
    assert api.get("/v1/meetings", headers=headers).status_code == 200


def test_a_tag_is_of_one_question(api: httpx.Client) -> None:
    tag = api.get("/v1/meetings?country=RU").headers["ETag"]
    for path in ("/v1/meetings", "/v1/meetings?country=RU&limit=1", "/v1/meetings.csv?country=RU"):
        assert again(api, path, tag).status_code == 200
    ann = api.get("/v1/people/wang-xiaohong").headers["ETag"]
    assert again(api, "/v1/people/igor-krasnov", ann).status_code == 200
    problem(again(api, "/v1/people/nobody", ann), 404)


@pytest.mark.parametrize("path", EXAMPLES.values())
def test_a_record_is_written_by_the_tag_by_which_it_was_read(
    curator: httpx.Client, path: str
) -> None:
    read = curator.get(path)
    tag = read.headers["ETag"]
    assert tag.startswith('"v1.')
    written = curator.put(
        path, json=read.json(), headers={"If-Match": tag}, params={"reason": "Tried by a test."}
    )
    # Nothing has changed, and so it is the same answer.
    assert (written.status_code, written.headers["ETag"]) == (200, tag)
    assert again(curator, path, tag).status_code == 304


def test_what_a_write_answers_with_is_what_is_read_then(curator: httpx.Client) -> None:
    new = {"id": "ann", "name": {"en": "Ann", "zh": "安"}}
    headers, why = {"If-None-Match": "*"}, {"reason": "Tried by a test."}
    written = curator.put("/v1/people/ann", json=new, headers=headers, params=why)
    assert written.status_code == 201
    read = curator.get("/v1/people/ann")
    assert (read.content, read.headers["ETag"]) == (written.content, written.headers["ETag"])


@pytest.mark.parametrize("coding", UNPACKED)
@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/meetings.csv", "/v1/people/wang-xiaohong"])
def test_answers_are_compressed_as_the_client_takes_them(
    api: httpx.Client, path: str, coding: str
) -> None:
    plain = api.get(path, headers={"Accept-Encoding": "identity"})
    headers, body = packed(api, path, coding)
    assert headers["Content-Encoding"] == coding
    assert "Accept-Encoding" in headers["Vary"]
    assert len(body) < len(plain.content)
    assert UNPACKED[coding](body) == plain.content
    # Both are the same answer; where the tag stands for bytes, they have tags of their own.
    is_weak = headers["ETag"].startswith("W/")
    assert (headers["ETag"] == plain.headers["ETag"]) is is_weak
    for tag in (headers["ETag"], plain.headers["ETag"]):
        assert again(api, path, tag).status_code == 304


def test_each_client_gets_what_it_takes_from_what_is_kept(api: httpx.Client) -> None:
    for _ in range(2):
        for coding in ("identity", *UNPACKED, "identity;q=1, gzip;q=0"):
            headers, _body = packed(api, "/v1/meetings?limit=8", coding)
            assert headers.get("Content-Encoding", "identity") == coding.partition(";")[0]


@pytest.mark.slow
def test_a_head_leaves_nothing_that_a_get_is_answered_with(seeded: Database) -> None:
    with serving(seeded.url) as served:
        for path in data(served.client):
            assert served.client.head(path).content == b""
            assert served.client.get(path).content != b""


def test_a_page_of_another_origin_is_told_as_well(api: httpx.Client) -> None:
    tag = api.get("/v1/meetings").headers["ETag"]
    for answer in (
        again(api, "/v1/meetings", tag, Origin=ELSEWHERE),
        api.get("/v1/meetings", headers={"Origin": ELSEWHERE}),
    ):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_what_is_kept_for_one_origin_is_not_for_others(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_CORS_ORIGINS", f"{ELSEWHERE}, https://example.com")
    with serving(seeded.url) as served:
        for origin in (ELSEWHERE, "https://evil.example", "https://example.com"):
            headers = served.client.get("/v1/meetings", headers={"Origin": origin}).headers
            allowed = headers.get("Access-Control-Allow-Origin")
            assert allowed == (None if "evil" in origin else origin)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/people/nobody", 404),
        ("/v1/meetings?country=Atlantis", 422),
        ("/v1/changes?since=x", 410),
    ],
)
def test_no_error_may_be_kept(api: httpx.Client, path: str, status: int) -> None:
    answer = api.get(path)
    problem(answer, status)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_the_answer_of_a_day_is_not_that_of_the_next(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Tomorrow":
            return cls(2999, 1, 1, tzinfo=tz or UTC)

    paths = ["/v1/dyads", "/v1/dyads.csv", "/v1/meetings"]
    tags = {path: api.get(path).headers["ETag"] for path in paths}
    monkeypatch.setattr(etags, "datetime", Tomorrow)
    found = {path: again(api, path, tag).status_code for path, tag in tags.items()}
    assert found == {"/v1/dyads": 200, "/v1/dyads.csv": 200, "/v1/meetings": 304}
    # What is kept is that of the day, too.
    assert api.get("/v1/dyads").headers["ETag"] != tags["/v1/dyads"]


@pytest.fixture
def small(seeded: Database) -> Iterator[Served]:
    """A server that keeps few answers."""
    with serving(seeded.url, cache_limit=20_000) as running:
        yield running


def test_no_more_is_kept_than_there_is_room_for(small: Served) -> None:
    def asks(path: str) -> bool:
        with small.statements() as noted:
            small.client.get(path, headers={"Accept-Encoding": "identity"})
        return bool(noted)

    pages = [f"/v1/people?limit={limit}" for limit in (1, 2, 3)]
    assert [asks(page) for page in pages] == [True] * 3
    assert [asks(page) for page in pages] == [False] * 3
    # It has no room for this one, which pushes nothing out, either.
    assert [asks("/v1/meetings") for _ in range(2)] == [True] * 2
    assert [asks(page) for page in pages] == [False] * 3
    # Others take the place of those that nobody has asked for since.
    asks("/v1/places?limit=1")
    for limit in range(4, 200):
        asks(f"/v1/people?limit={limit}")
        asks(pages[0])
    assert [asks(page) for page in pages] == [False, True, True]


@pytest.mark.slow
@pytest.mark.parametrize("coding", ["zstd", "br", "gzip", "identity"])
def test_what_is_kept_takes_no_more_room_than_it_has_bytes(api: httpx.Client, coding: str) -> None:
    def ask(origin: str) -> int:
        headers = {"Accept-Encoding": coding, "Origin": f"https://{origin}"}
        return int(api.get("/v1/meetings", headers=headers).headers["Content-Length"])

    ask("first.example")
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        sent = sum(ask(f"{number}.example") for number in range(100))
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < sent + 100 * caching._BESIDE + 200_000


def test_what_was_kept_goes_when_something_is_written(seeded: Database) -> None:
    with serving(seeded.url) as served:
        store(seeded, person("somebody-before"))
        ask(served.client, "/v1/meetings")
        tracemalloc.start()
        try:
            before, _ = tracemalloc.get_traced_memory()
            for more in range(30):
                ask(served.client, f"/v1/meetings?limit={25 + more}")
            gc.collect()
            kept = tracemalloc.get_traced_memory()[0] - before
            store(seeded, person("somebody-new"))
            ask(served.client, "/v1/meetings")
            gc.collect()
            left = tracemalloc.get_traced_memory()[0] - before
        finally:
            tracemalloc.stop()
    assert left < kept / 2


class Written:
    """A database that is written to whenever it is asked for its state."""

    def __init__(self) -> None:
        self._revisions = count()

    async def state(self) -> State:
        return State("epoch", next(self._revisions), "mark")


def test_who_is_answered_for_long_holds_nothing_of_what_was_kept_before() -> None:
    asked = {"type": "http", "method": "GET", "path": "/v1/", "raw_path": b"/v1/"}
    held: list[weakref.ref[Any]] = []

    async def ask_two() -> None:
        may_end = asyncio.Event()

        async def take_long(*_: Any) -> None:
            held.append(weakref.ref(tried._kept))
            await may_end.wait()

        tried = Caching(take_long, cast("Freshness", Written()), 1000)
        scopes = [{**asked, "query_string": b"", "headers": []} for _ in range(2)]
        async with asyncio.TaskGroup() as group:
            for scope in scopes:
                group.create_task(tried(scope, cast("Any", None), cast("Any", None)))
            await asyncio.sleep(0.01)
            assert [one() is None for one in held] == [True, False]
            may_end.set()

    asyncio.run(ask_two())


def test_the_contract_says_so_of_every_route(api: httpx.Client) -> None:
    contract = ask(api, "/openapi.json")
    for path, operation in operations(contract, "get"):
        assert ("304" in operation["responses"]) is path.startswith("/v1/")


def test_a_database_that_comes_back_is_asked_again(backend: Backend) -> None:
    database = backend.empty()
    with serving(database.url) as served:
        problem(served.client.get("/v1/meetings"), 503)
        database.migrate()
        database.engine.dispose()
        assert ask(served.client, "/v1/meetings")["data"] == []
        assert served.client.get("/v1/meetings").headers["ETag"]
    backend.remove(database)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_is_made_anew(seeded: Database) -> None:
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    with serving(seeded.url) as served:
        tag = served.client.get("/v1/meetings").headers["ETag"]
        with seeded.engine.connect() as connection:
            connection.exec_driver_sql(f"{cut} AND datname = current_database()")
        answers = [again(served.client, "/v1/meetings", tag).status_code for _ in range(3)]
    assert answers == [304, 304, 304]
