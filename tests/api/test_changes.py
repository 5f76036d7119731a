"""Those who keep a copy see every change once, in the order of commits, deletions included."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from app.database import Database
from app.queries import tokens
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.write import write
from tests.api.asking import ask, problem, refused
from tests.given import both, country, incoming, person, store, theme
from tests.serving import Served, serving

WRITERS, TRANSACTIONS, RECORDS = 4, 6, 3


class Reader:
    """Somebody who keeps a copy, and asks for what is new."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api
        self.since = ""
        self.seen: list[dict[str, Any]] = []

    def ask(self, query: str = "limit=1000") -> Any:
        """Give what is new, without going on."""
        return ask(self._api, f"/v1/changes?{query}{self.since}")

    def go_on(self, query: str = "limit=1000") -> Any:
        """Give what is new, and go on behind it."""
        answer = self.ask(query)
        self.since = f"&since={answer['next_since']}"
        self.seen += answer["data"]
        return answer

    def go_on_until(self, stopped: threading.Event) -> None:
        """Ask again and again, until nobody writes any more and there is nothing new."""
        while True:
            finished = stopped.is_set()
            if not self.go_on("limit=7")["data"] and finished:
                return


@pytest.fixture
def reader(sharing: Served) -> Reader:
    """Somebody who has seen what other tests have written."""
    found = Reader(sharing.client)
    assert found.go_on()["more"] is False
    found.seen.clear()
    return found


def told(answer: Any) -> list[tuple[str, str]]:
    """Say in short what an answer of the feed tells."""
    return [(one["op"], one["id"]) for one in answer["data"]]


def test_an_empty_database_has_a_place_to_go_on_too(database: Database) -> None:
    with serving(database.url) as served:
        reader = Reader(served.client)
        nothing = reader.go_on()
        assert (nothing["data"], nothing["more"], nothing["revision"]) == ([], False, 0)
        store(database, person("ann"))
        assert [one["seq"] for one in reader.go_on()["data"]] == [1]


def test_the_feed_begins_at_the_beginning_and_goes_on_where_it_ended(api: httpx.Client) -> None:
    everything, reader = Reader(api).ask("limit=1000"), Reader(api)
    assert everything["more"] is False
    assert [one["seq"] for one in everything["data"]] == [*range(1, everything["revision"] + 1)]
    while reader.go_on("limit=99")["more"]:
        assert len(reader.seen) % 99 == 0
    assert reader.seen == everything["data"]


def test_where_nothing_is_new_the_place_stays(shared: Database, reader: Reader) -> None:
    before = reader.since
    assert told(reader.go_on()) == []
    assert reader.since == before
    store(shared, person("quiet"))
    assert told(reader.go_on()) == [("upsert", "quiet")]
    assert reader.since != before


def test_an_upsert_brings_the_record_as_that_change_wrote_it(
    shared: Database, reader: Reader
) -> None:
    store(shared, person("ann"))
    store(shared, incoming("person", id="ann", name=both("Anne")))
    first, second = reader.ask()["data"]
    times = [one["record"].pop("updated_at") for one in (first, second)]
    assert times == [first["made_at"], second["made_at"]]
    shape: dict[str, Any] = {"id": "ann", "note": None, "aliases": [], "supplied": []}
    assert first["record"] == shape | {"name": both("ann"), "version": 1}
    assert second["record"] == shape | {"name": both("Anne"), "version": 2}
    assert (second["type"], second["version"], second["into"]) == ("person", 2, None)
    assert (second["made_by"], second["reason"]) == (None, "Made up by a test.")
    assert second["made_at"].endswith("Z")
    assert second["seq"] == first["seq"] + 1 == reader.ask()["revision"]


def test_what_is_deleted_or_merged_is_told_without_a_record(
    shared: Database, reader: Reader
) -> None:
    store(shared, person("bob"), person("carl"), person("karl"))
    people, why = kind_named("person"), Why("A mistake.")
    with shared.write() as session:
        delete(session, people, "bob", why)
        merge(session, people, "karl", "carl", why)
    answer = reader.ask()
    assert told(answer)[3:] == [("delete", "bob"), ("upsert", "carl"), ("merge", "karl")]
    gone, _, merged = answer["data"][3:]
    assert (gone["record"], gone["into"], gone["version"]) == (None, None, 2)
    assert (merged["record"], merged["into"]) == (None, "carl")
    assert gone["reason"] == "A mistake."


def test_an_answer_has_no_more_than_its_limit_and_says_whether_there_is_more(
    shared: Database, reader: Reader
) -> None:
    store(shared, *(person(f"limit-{number}") for number in range(4)))
    assert [len(reader.ask(f"limit={limit}")["data"]) for limit in (3, 4, 5)] == [3, 4, 4]
    assert [reader.ask(f"limit={limit}")["more"] for limit in (3, 4, 5)] == [True, False, False]


def test_an_answer_has_a_hundred_changes_unless_asked_otherwise(api: httpx.Client) -> None:
    reader = Reader(api)
    assert reader.go_on("")["more"] is True
    assert len(reader.seen) == 100
    assert reader.go_on("limit=1")["data"][0]["seq"] == 101


def test_kinds_can_be_chosen_and_what_was_skipped_is_not_looked_at_again(
    shared: Database, reader: Reader
) -> None:
    store(shared, theme("gambling"), person("dora"), country("DD"), person("emil"))
    chosen = reader.ask("type=theme&type=country")
    assert told(chosen) == [("upsert", "DD"), ("upsert", "gambling")]
    assert chosen["more"] is False
    assert chosen["next_since"] == reader.ask()["next_since"]


def test_one_answer_looks_at_so_many_changes_and_no_more(
    shared: Database, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.changes._MOST_LOOKED_AT", 3)
    store(shared, *(person(f"skipped-{number}") for number in range(4)))
    store(shared, theme("fraud"))
    first = reader.go_on("type=theme")
    assert (first["data"], first["more"]) == ([], True)
    second = reader.go_on("type=theme")
    assert (told(second), second["more"]) == ([("upsert", "fraud")], False)


@pytest.mark.parametrize(
    "token",
    [
        *("x", "é", "%00", "W10", "WzEsMl0", "bnVsbA", "eyJhIjoxfQ", "A" * 400),
        tokens.encode("another", 1, 0),
    ],
)
def test_a_token_of_elsewhere_is_gone_and_says_what_to_do(api: httpx.Client, token: str) -> None:
    said = problem(api.get(f"/v1/changes?since={token}"), 410)
    assert said["code"] == "expired_token"
    assert "begin without since" in said["detail"]
    [fault] = said["errors"]
    assert (fault["in"], fault["name"], fault["code"]) == ("query", "since", "invalid_token")


@pytest.mark.parametrize("seq", [-1, 1_000_000, 10**18, 1.0, "1", None, True])
def test_a_token_of_no_change_of_this_database_is_gone(api: httpx.Client, seq: object) -> None:
    good = ask(api, "/v1/changes?limit=1")["next_since"]
    epoch, first, made_at = tokens.decode(good)
    # The same number may have been given to another change, before a copy was put back.
    for token in (tokens.encode(epoch, seq, made_at), tokens.encode(epoch, first, made_at - 1)):
        assert problem(api.get(f"/v1/changes?since={token}"), 410)["code"] == "expired_token"
    assert ask(api, f"/v1/changes?limit=1&since={good}")["data"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("since=", "empty_value"),
        ("type=meetings", "unknown_value"),
        ("limit=1001", "out_of_range"),
        ("cursor=x", "unknown_parameter"),
        ("since=a&since=b", "repeated_parameter"),
    ],
)
def test_a_question_that_cannot_be_meant_is_refused(
    api: httpx.Client, query: str, code: str
) -> None:
    assert refused(api, f"/v1/changes?{query}")["code"] == code


def test_whoever_begins_first_and_commits_last_is_not_missed(
    shared: Database, reader: Reader
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly() -> None:
        with shared.write() as session:
            write(session, [person("slow")], Why("First to begin."))
            begun.set()
            go_on.wait(10)

    with ThreadPoolExecutor(3) as threads:
        first = threads.submit(slowly)
        assert begun.wait(10)
        others = [threads.submit(store, shared, person(one)) for one in ("fast", "faster")]
        time.sleep(0.2)
        # Those who come later wait: a number of theirs would hide that of the first from a reader.
        assert not any(other.done() for other in others)
        assert reader.go_on()["data"] == []
        go_on.set()
        first.result()
        for other in others:
            other.result()
    assert told(reader.go_on())[0] == ("upsert", "slow")
    assert sorted(one["id"] for one in reader.seen) == ["fast", "faster", "slow"]


def test_among_many_writers_every_change_is_seen_once_and_in_order(
    shared: Database, reader: Reader
) -> None:
    start = reader.ask()["revision"]

    def work(writer: int) -> None:
        for number in range(TRANSACTIONS):
            records = [person(f"w{writer}-{number}-{one}") for one in range(RECORDS)]
            with shared.write() as session:
                write(session, records, Why("One of many."))
                time.sleep(0.002 * ((writer + number) % 3))

    stopped = threading.Event()
    with ThreadPoolExecutor(WRITERS + 1) as threads:
        reading = threads.submit(reader.go_on_until, stopped)
        for writing in [threads.submit(work, writer) for writer in range(WRITERS)]:
            writing.result()
        stopped.set()
        reading.result()
    seen = [one["id"] for one in reader.seen]
    assert len(set(seen)) == len(seen) == WRITERS * TRANSACTIONS * RECORDS
    assert [one["seq"] - start for one in reader.seen] == [*range(1, len(seen) + 1)]
    for writer in range(WRITERS):
        mine = [one for one in seen if one.startswith(f"w{writer}-")]
        assert mine == sorted(mine)
