"""What a single person, organization or country tells of those whom it met."""

from typing import Any

import httpx
import pytest

from app.database import Database
from app.schemas.encounters import MOST_NAMED
from tests.api.asking import ask
from tests.given import WORLD, both, incoming, meeting, participant, person, store
from tests.serving import Served, serving

SIXTY_NINE_DAYS = {"days": 69, "from": "2023-07-13", "to": "2023-09-20"}
STATEMENTS = {
    "/v1/people/wang-xiaohong": 14,
    "/v1/people/igor-krasnov": 14,
    "/v1/organizations/cn-ministry-of-public-security": 17,
    "/v1/countries/CN": 13,
    "/v1/countries/DE": 11,
}
# The members that only the single record has.
MORE = {
    "people": {"first", "last", "longest_silence", "offices", "met"},
    "organizations": {"first", "last", "people", "counterparts"},
    "countries": {"first", "last", "longest_silence", "counterparts", "themes"},
}


def counted(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {row["id"]: row["meetings"] for row in rows}


@pytest.fixture
def world(database: Database) -> Database:
    """A minister who changes office, and meets one person twice and on both sides."""
    bodies = ("army", "bureau", "club")
    store(
        database,
        *WORLD,
        *(person(one) for one in ("ann", "ben", "cai")),
        *(incoming("organization", id=one, name=both(one), kind="other") for one in bodies),
    )

    def ann(title: str | None, body: str | None, country: str = "AA") -> dict[str, Any]:
        said = {"title": both(title), "title_basis": "stated"} if title else {}
        return participant(country, person="ann", organization=body, **said)

    ben = participant("BB", person="ben", organization="club")
    cai = participant("AA", person="cai", organization="bureau")
    store(
        database,
        meeting("one", "2020-01", participants=[ann("General", "army"), ben]),
        meeting("two", "2020-01-20", participants=[ann("Minister", "bureau"), ben, cai]),
        meeting("three", "2020-03-01", participants=[ann("General", "army"), cai]),
        meeting("four", "2020-05-01", participants=[ann(None, None), participant("BB")]),
        meeting("five", "2021-01-01", participants=[ann("Ghost", "club"), ben], status="retracted"),
    )
    return database


def test_the_longest_silence_of_a_person(api: httpx.Client) -> None:
    found = ask(api, "/v1/people/wang-xiaohong")
    assert found["longest_silence"] == SIXTY_NINE_DAYS
    assert (found["first"], found["last"]) == ("2023-04-13", "2023-12-05")


def test_a_person_tells_offices_and_whom_they_met(api: httpx.Client) -> None:
    found = ask(api, "/v1/people/igor-krasnov")
    (office,) = found["offices"]
    assert office["title"]["zh"] == "俄罗斯联邦总检察长"
    assert office["organization"]["id"] == "ru-prosecutor-generals-office"
    assert (office["first"], office["last"], office["meetings"]) == (*["2023-07-13"] * 2, 1)
    assert found["met"] == [
        {
            "id": "wang-xiaohong",
            "name": {"en": "Wang Xiaohong", "zh": "王小洪"},
            "country": "CN",
            "meetings": 1,
            "first": "2023-07-13",
            "last": "2023-07-13",
        }
    ]
    assert found["longest_silence"] is None


@pytest.mark.parametrize("level", ["person", "organization"])
def test_those_met_are_those_of_the_dyads(api: httpx.Client, level: str) -> None:
    plural, member, one = {
        "person": ("people", "met", "wang-xiaohong"),
        "organization": ("organizations", "counterparts", "cn-ministry-of-public-security"),
    }[level]
    found = counted(ask(api, f"/v1/{plural}/{one}")[member])
    dyads = ask(api, f"/v1/dyads?level={level}&{level}={one}")["data"]
    others = {row["a" if row["b"]["id"] == one else "b"]["id"]: row["meetings"] for row in dyads}
    assert found == others


def test_an_organization_tells_its_people(api: httpx.Client) -> None:
    found = ask(api, "/v1/organizations/ru-prosecutor-generals-office")
    assert counted(found["people"]) == {"igor-krasnov": 1, "petr-gorodov": 1}
    assert found["people"][1]["title"]["zh"] == "俄罗斯联邦副总检察长"
    assert counted(found["counterparts"]) == {"cn-ministry-of-public-security": 2}
    assert (found["first"], found["last"]) == ("2023-07-13", "2023-09-20")


def test_a_country_tells_counterparts_and_themes(api: httpx.Client) -> None:
    found = ask(api, "/v1/countries/CN")
    assert counted(found["counterparts"]) == {
        "RU": 3,
        **dict.fromkeys(("CU", "ET", "MM", "MY", "ZA", "ZM"), 1),
    }
    assert found["longest_silence"] == SIXTY_NINE_DAYS
    assert (found["first"], found["last"]) == ("2023-04-13", "2023-12-05")
    russia = ask(api, "/v1/countries/RU")
    assert russia["longest_silence"] == {"days": 76, "from": "2023-09-20", "to": "2023-12-05"}


def test_themes_of_a_country_are_those_that_sources_state_without_broader_ones(
    api: httpx.Client,
) -> None:
    themes = ask(api, "/v1/countries/CN")["themes"]
    assert len(themes) == 19
    assert sum(theme["meetings"] for theme in themes) == 39
    for theme in themes:
        query = f"country=CN&theme={theme['id']}&theme_match=exact&limit=1"
        assert ask(api, f"/v1/meetings?{query}")["total"]["value"] == theme["meetings"]


def test_who_never_met_anybody_says_so(api: httpx.Client) -> None:
    found = ask(api, "/v1/countries/DE")
    assert (found["first"], found["last"], found["longest_silence"]) == (None, None, None)
    assert (found["counterparts"], found["themes"]) == ([], [])


@pytest.mark.parametrize("plural", MORE)
def test_lists_do_without(api: httpx.Client, plural: str) -> None:
    record = ask(api, f"/v1/{plural}?has_meetings=true")["data"][0]
    alone = ask(api, record["links"]["self"])
    assert alone.keys() - record.keys() == MORE[plural]
    assert {name: alone[name] for name in record} == record


def test_offices_are_told_in_order_as_they_were(world: Database) -> None:
    with serving(world.url) as served:
        found = ask(served.client, "/v1/people/ann")
    assert [
        (one["title"]["en"], one["organization"]["id"], one["meetings"], one["first"], one["last"])
        for one in found["offices"]
    ] == [
        ("General", "army", 2, "2020-01-01", "2020-03-01"),
        ("Minister", "bureau", 1, "2020-01-20", "2020-01-20"),
    ]


def test_only_those_of_other_countries_were_met(world: Database) -> None:
    with serving(world.url) as served:
        ann, cai = (ask(served.client, f"/v1/people/{one}") for one in ("ann", "cai"))
        army = ask(served.client, "/v1/organizations/army")
    assert counted(ann["met"]) == {"ben": 2}
    # The first date is a whole month: nothing is known to lie between it and the second.
    assert (ann["met"][0]["first"], ann["met"][0]["last"]) == ("2020-01-01", "2020-01-31")
    assert counted(cai["met"]) == {"ben": 1}
    assert counted(army["counterparts"]) == {"club": 1}
    assert counted(army["people"]) == {"ann": 2}


def test_no_more_than_fifty_are_named_and_those_met_most_often_first(database: Database) -> None:
    others = [f"p{number}" for number in range(MOST_NAMED + 1)]
    guests = [participant("BB", person=one) for one in others]
    store(database, *WORLD, person("ann"), *map(person, others))
    store(
        database,
        meeting("all", participants=[participant("AA", person="ann"), *guests]),
        meeting("last", participants=[participant("AA", person="ann"), guests[-1]]),
    )
    with serving(database.url) as served:
        met = ask(served.client, "/v1/people/ann")["met"]
    assert len(met) == MOST_NAMED
    assert (met[0]["id"], met[0]["meetings"]) == (others[-1], 2)


def test_a_silence_begins_after_the_latest_of_all_before(world: Database) -> None:
    with serving(world.url) as served:
        found = ask(served.client, "/v1/people/ann")
    assert found["longest_silence"] == {"days": 61, "from": "2020-03-01", "to": "2020-05-01"}
    assert (found["first"], found["last"], found["meetings"]) == ("2020-01-01", "2020-05-01", 4)


@pytest.mark.parametrize(("path", "statements"), STATEMENTS.items(), ids=str)
def test_a_record_costs_a_fixed_number_of_statements(
    served: Served, path: str, statements: int
) -> None:
    assert served.cost(path) == statements


def test_who_was_there_for_two_countries_was_met_once(database: Database) -> None:
    store(database, *WORLD, person("ann"), person("ben"))
    parts = [participant("AA", person="ann")]
    parts += [participant(code, person="ben") for code in ("BB", "CC")]
    store(database, meeting("one", participants=parts))
    with serving(database.url) as served:
        for one, other in (("ann", "ben"), ("ben", "ann")):
            assert counted(ask(served.client, f"/v1/people/{one}")["met"]) == {other: 1}
