"""Themes form a tree, and count the meetings of the narrower ones."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from app.database import Database
from app.schemas.theme import MOST_LEVELS
from tests.api.asking import ask, problem
from tests.given import chain, store
from tests.serving import serving

# Of each theme the meetings that state it or a narrower one.
TREE = {
    "bri-cooperation": (1, {}),
    "counter-terrorism": (2, {}),
    "criminal-justice-assistance": (2, {}),
    "cybersecurity": (1, {}),
    "law-enforcement-security-cooperation": (
        6,
        {"law-enforcement-capacity-building": (5, {}), "mekong-law-enforcement": (1, {})},
    ),
    "political-security": (
        3,
        {"anti-interference": (1, {}), "counter-colour-revolution": (1, {})},
    ),
    "protective-security": (
        6,
        {
            "bri-security": (
                5,
                {"bri-personnel-security": (0, {}), "bri-project-security": (1, {})},
            ),
            "event-security": (1, {"brics-summit-security": (1, {})}),
            "major-project-security": (1, {}),
        },
    ),
    "transnational-crime": (
        8,
        {
            "counter-narcotics": (3, {}),
            "gambling": (2, {"online-gambling": (1, {})}),
            "telecom-online-fraud": (2, {}),
        },
    ),
}


@pytest.fixture
def branches(api: httpx.Client) -> list[dict[str, Any]]:
    """The themes without a broader one, each with everything below it."""
    found: list[dict[str, Any]] = ask(api, "/v1/theme-tree")["data"]
    return found


def shape(branches: list[dict[str, Any]]) -> dict[str, Any]:
    return {one["id"]: (one["meetings"], shape(one["narrower"])) for one in branches}


def flat(branches: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for branch in branches:
        yield branch
        yield from flat(branch["narrower"])


def test_the_tree_is_that_of_the_design_with_its_counts(branches: list[dict[str, Any]]) -> None:
    assert shape(branches) == TREE


def test_the_branches_of_the_tree_are_in_order(branches: list[dict[str, Any]]) -> None:
    for below in [branches, *(one["narrower"] for one in flat(branches))]:
        assert [one["id"] for one in below] == sorted(one["id"] for one in below)


def test_the_tree_and_the_list_say_the_same(
    api: httpx.Client, branches: list[dict[str, Any]]
) -> None:
    listed = {one["id"]: one for one in ask(api, "/v1/themes")["data"]}
    assert len(listed) == 22
    assert {one["id"] for one in flat(branches)} == set(listed)
    for branch in flat(branches):
        theme = listed[branch["id"]]
        assert {name: theme[name] for name in ("label", "meetings", "links")} == {
            name: branch[name] for name in ("label", "meetings", "links")
        }
        assert theme["narrower"] == [one["id"] for one in branch["narrower"]]
        assert all(listed[below]["parent"] == branch["id"] for below in theme["narrower"])


def test_the_tree_tells_its_revision(api: httpx.Client) -> None:
    tree = ask(api, "/v1/theme-tree")
    assert set(tree) == {"data", "revision"}
    assert tree["revision"] == ask(api, "/v1/dataset")["revision"]


def test_a_theme_says_why_it_stands_where_it_does(api: httpx.Client) -> None:
    fraud = ask(api, "/v1/themes/telecom-online-fraud")
    place = ("parent", "parent_basis", "parent_source", "parent_locator")
    assert [fraud[name] for name in place] == [
        *("transnational-crime", "stated", "zhengzhi-2023-12-05", "P39, P45")
    ]
    summit = ask(api, "/v1/themes/brics-summit-security")
    assert [summit[name] for name in place] == ["event-security", "supplied", None, None]
    crime = ask(api, "/v1/themes/transnational-crime")
    assert [crime[name] for name in place] == [None, None, None, None]
    assert set(crime["scope_note"]) == {"en", "zh"}


def test_the_deepest_tree_is_answered(database: Database) -> None:
    store(database, *chain("t", MOST_LEVELS))
    with serving(database.url) as served:
        tree = ask(served.client, "/v1/theme-tree")["data"]
    assert [one["id"] for one in flat(tree)] == [f"t{number}" for number in range(MOST_LEVELS)]


def test_the_tree_is_no_theme(api: httpx.Client) -> None:
    assert problem(api.get("/v1/themes/tree"), 404)["code"] == "not_found"
