"""What happened to a record can be read, version by version, and so undone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.database import Database
from app.queries.differences import differences
from app.records.erase import erase
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.write import write
from app.schemas.pointer import pointer
from tests.api.asking import EXAMPLES, ask, problem
from tests.given import (
    both,
    incoming,
    meeting,
    participant,
    person,
    store,
    theme,
    touched,
)
from tests.serving import Served

PEOPLE = kind_named("person")
WHY = Why("A mistake.")


def history(api: httpx.Client, path: str) -> Any:
    """Give the versions of a record, the newest first."""
    return ask(api, f"{path}/history")["data"]


@pytest.mark.parametrize("path", EXAMPLES.values())
def test_every_kind_of_record_has_one(api: httpx.Client, path: str) -> None:
    answer = ask(api, f"{path}/history")
    [only] = answer["data"]
    assert (only["version"], only["op"], only["into"], only["changes"]) == (1, "upsert", None, [])
    assert (only["made_by"], only["reason"]) == (None, "Loaded from the seed files.")
    assert datetime.now(UTC) - datetime.fromisoformat(only["made_at"]) < timedelta(days=1)
    assert answer["revision"] == ask(api, "/v1/dataset")["revision"]
    version = ask(api, only["links"]["self"])
    told = ("version", "op", "into", "made_at", "made_by", "reason")
    assert {name: version[name] for name in told} == {name: only[name] for name in told}
    assert version["id"] == version["record"]["id"] == path.rpartition("/")[2]


def test_it_tells_what_each_version_changed_the_newest_first(
    shared: Database, sharing: Served
) -> None:
    store(shared, person("bea"))
    with shared.write() as session:
        better = incoming("person", id="bea", name={"en": "Anne", "zh": "bea"}, note=both("A."))
        write(session, [better], Why("As she writes it."))
    newest, oldest = history(sharing.client, "/v1/people/bea")
    assert (newest["version"], newest["reason"]) == (2, "As she writes it.")
    assert newest["links"] == {"self": "/v1/people/bea/history/2"}
    assert newest["changes"] == [
        {"pointer": "/name/en", "before": "bea", "after": "Anne"},
        {"pointer": "/note", "before": None, "after": both("A.")},
    ]
    assert (oldest["version"], oldest["changes"]) == (1, [])


def test_a_meeting_tells_what_was_done_to_its_parts(shared: Database, sharing: Served) -> None:
    title = {"en": "Minister", "zh": "部长"}
    stated = {"title": title, "title_basis": "stated"}
    better = stated | {"title": title | {"en": "Minister of Justice"}}
    store(
        shared,
        *(theme("drugs"), theme("fraud")),
        meeting("one", participants=[participant("AA", **stated)], themes=[touched("drugs")]),
    )
    store(
        shared,
        meeting(
            "one",
            participants=[participant("AA", **better), participant("BB")],
            themes=[touched("fraud")],
        ),
    )
    newest = history(sharing.client, "/v1/meetings/one")[0]
    said = [(one["pointer"], one["before"], one["after"]) for one in newest["changes"]]
    first, second, *themes = sorted(said, key=lambda one: one[0])
    assert first == ("/participants/0/title/en", "Minister", "Minister of Justice")
    assert (second[0], second[1], second[2]["country"]) == ("/participants/1", None, "BB")
    [(old, was, nothing), (new, before, now)] = sorted(themes, key=lambda one: one[1] is None)
    assert (old, was["id"], nothing) == ("/themes/0", "drugs", None)
    assert (new, before, now["id"]) == ("/themes/0", None, "fraud")


def test_a_change_of_what_it_refers_to_is_no_version_of_it(
    shared: Database, sharing: Served
) -> None:
    store(shared, meeting("two"))
    store(shared, incoming("source", id="gazette", title="The Gazette"))
    assert len(history(sharing.client, "/v1/meetings/two")) == 1
    assert len(history(sharing.client, "/v1/sources/gazette")) == 2


def test_what_was_deleted_has_one_from_which_it_can_be_restored(
    shared: Database, sharing: Served
) -> None:
    store(shared, person("cleo"))
    with shared.write() as session:
        delete(session, PEOPLE, "cleo", WHY)
    gone, first = history(sharing.client, "/v1/people/cleo")
    assert (gone["version"], gone["op"], gone["changes"]) == (2, "delete", [])
    assert ask(sharing.client, gone["links"]["self"])["record"] is None
    record = ask(sharing.client, first["links"]["self"])["record"]
    again = Incoming(PEOPLE, PEOPLE.shape.model_validate(record), "test", restores=True)
    renamed = incoming("person", id="cleo", name=both("Anne"))
    store(shared, again)
    store(shared, renamed)
    newest, restored, *_ = history(sharing.client, "/v1/people/cleo")
    assert (restored["version"], restored["op"], restored["changes"]) == (3, "upsert", [])
    assert [one["pointer"] for one in newest["changes"]] == ["/name/en", "/name/zh"]


def test_a_restored_record_is_compared_with_what_was_last_written(
    shared: Database, sharing: Served
) -> None:
    store(shared, person("dora"))
    with shared.write() as session:
        delete(session, PEOPLE, "dora", WHY)
    shape = PEOPLE.shape.model_validate({"id": "dora", "name": both("Anne")})
    store(shared, Incoming(PEOPLE, shape, "test", restores=True))
    restored = history(sharing.client, "/v1/people/dora")[0]
    assert {one["before"] for one in restored["changes"]} == {"dora"}


def test_what_was_merged_has_one_and_so_has_what_it_was_merged_into(
    shared: Database, sharing: Served
) -> None:
    store(shared, person("emma"), person("emma-2"))
    with shared.write() as session:
        merge(session, PEOPLE, "emma-2", "emma", WHY)
    merged = history(sharing.client, "/v1/people/emma-2")[0]
    assert (merged["op"], merged["into"], merged["changes"]) == ("merge", "emma", [])
    assert ask(sharing.client, merged["links"]["self"])["into"] == "emma"
    assert ask(sharing.client, "/v1/people/emma-2/history/1")["record"]["name"] == both("emma-2")
    grown = history(sharing.client, "/v1/people/emma")[0]
    assert grown["reason"] == "A mistake."
    assert [one["pointer"] for one in grown["changes"]] == ["/aliases/0", "/aliases/1"]


def test_what_was_erased_has_none(shared: Database, sharing: Served) -> None:
    store(shared, person("fay"))
    with shared.write() as session:
        erase(session, PEOPLE, "fay", Why("She asked for it."))
    for path in ("/v1/people/fay/history", "/v1/people/fay/history/1"):
        said = problem(sharing.client.get(path), 410)
        assert said["code"] == "gone"
        assert said["detail"].endswith("UTC: She asked for it.")


@pytest.mark.parametrize("rest", ["history", "history/1"])
def test_an_unknown_record_has_none_but_one_may_be_meant(api: httpx.Client, rest: str) -> None:
    said = problem(api.get(f"/v1/people/wang-xiaohon/{rest}"), 404)
    assert [one["suggestion"] for one in said["errors"]] == ["wang-xiaohong"]
    said = problem(api.get(f"/v1/meetings/2023-12-05-beijing-kolokoltse/{rest}"), 404)
    assert said["errors"][0]["suggestion"] == "2023-12-05-beijing-kolokoltsev"


def test_an_unknown_version_names_those_that_there_are(shared: Database, sharing: Served) -> None:
    store(shared, person("gina"), person("gina-3"))
    store(shared, incoming("person", id="gina", name=both("Anne")))
    for path, has in (("gina", "versions 1 to 2"), ("gina-3", "only version 1")):
        said = problem(sharing.client.get(f"/v1/people/{path}/history/3"), 404)
        assert said["detail"] == f"The person “{path}” has no version 3; it has {has}"
        assert [one["name"] for one in said["errors"]] == ["version"]


@pytest.mark.parametrize("number", ["0", "-1", "last", "1.0", "１", "2147483648", "9" * 30])
def test_a_version_is_a_number(api: httpx.Client, number: str) -> None:
    said = problem(api.get(f"/v1/people/wang-xiaohong/history/{number}"), 422)
    assert [(one["in"], one["name"]) for one in said["errors"]] == [("path", "version")]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [("/a", 1, 2)]),
        ({"a": {"b": 1, "c": 1}}, {"a": {"b": 2, "c": 1}}, [("/a/b", 1, 2)]),
        ({"a": None}, {"a": {"b": 1}}, [("/a", None, {"b": 1})]),
        ({"a": 1}, {}, [("/a", 1, None)]),
        ({}, {"a": 1}, [("/a", None, 1)]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, []),
        ({"a": ["x", "y"]}, {"a": ["y", "z"]}, [("/a/0", "x", None), ("/a/1", None, "z")]),
        (
            {"participants": ["x", "y"]},
            {"participants": ["y"]},
            [("/participants/0", "x", "y"), ("/participants/1", "y", None)],
        ),
        ({"b": 1, "a": 1}, {"b": 2, "a": 2}, [("/b", 1, 2), ("/a", 1, 2)]),
    ],
)
def test_records_are_compared_member_by_member(
    before: dict[str, Any], after: dict[str, Any], expected: list[tuple[str, Any, Any]]
) -> None:
    found = differences(before, after)
    assert [(one.pointer, one.before, one.after) for one in found] == expected


def test_a_pointer_is_that_of_the_standard() -> None:
    assert pointer([]) == ""
    assert pointer(["a/b", 0, "m~n"]) == "/a~1b/0/m~0n"
