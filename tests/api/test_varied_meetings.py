"""Filters whose values are all alike in the seed, on meetings that differ in them."""

from collections.abc import Iterator

import httpx
import pytest

from app.records.incoming import Incoming
from tests.api.asking import ask, meetings, problem
from tests.databases import Backend
from tests.given import (
    WORLD,
    both,
    country,
    incoming,
    meeting,
    participant,
    person,
    source,
    store,
    theme,
    touched,
)
from tests.serving import serving

LABELLED = {"title": both("Minister"), "title_basis": "supplied"}
AGAINST = {"source": "herald", "stance": "contradicts", "fields": ["mode"], "asserted": "phone"}
FOR = {"source": "gazette", "stance": "supports", "fields": ["date"]}
WRITTEN = {"year_basis": "stated"}


def inferred(name: str) -> Incoming:
    """Make a meeting of which the source does not write the year."""
    stated = meeting(name).record.model_dump()
    return incoming(
        "meeting", **stated | {"date": {"value": "2020-07-01", "year_basis": "inferred"}}
    )


RECORDS = (
    *WORLD,
    source("herald"),
    country("DD"),
    person("ann"),
    person("bob"),
    *(
        incoming("organization", id=name, name=both(name), kind=kind)
        for name, kind in (("club", "party"), ("league", "intergovernmental"))
    ),
    incoming("place", id="town", name=both("town"), country="AA"),
    theme("broad"),
    theme("narrow", parent="broad"),
    meeting("plain"),
    meeting("video", mode="video", status="confirmed"),
    meeting("hybrid", mode="hybrid", citations=[FOR, AGAINST]),
    meeting("gone", status="retracted", place="town", themes=[touched("narrow")]),
    meeting("month", "2020-03", place="town"),
    meeting("year", "2020", themes=[touched("narrow", "inferred")]),
    meeting("days", "2020-05-30/2020-06-02", themes=[touched("broad", "grouped")]),
    inferred("inferred"),
    meeting("trio", participants=[participant(code) for code in ("AA", "BB", "CC")]),
    meeting(
        "hosts",
        participants=[participant("AA", role="host"), participant("BB", role="host")],
    ),
    meeting(
        "chaired", participants=[participant("AA", role="chair"), participant("DD", **LABELLED)]
    ),
    meeting(
        "stateless",
        participants=[
            participant("AA", organization="club", person="ann"),
            participant(organization="league", person="bob"),
        ],
    ),
)
DAILY = "chaired hosts hybrid inferred plain stateless trio video"
ASKED = {
    "": f"{DAILY} days month year",
    "mode=video": "video",
    "mode=hybrid": "hybrid",
    "mode=phone": "",
    "status=confirmed": "video",
    "status=retracted": "gone",
    "status=retracted&place=town": "gone",
    "status=retracted&theme=broad": "gone",
    "status=retracted&country_not=AA": "",
    "status=retracted&id=gone": "gone",
    "status=retracted&id=plain": "",
    "id=gone": "",
    "id=gone&id=plain": "plain",
    "place=town": "month",
    "theme=broad": "",
    "theme=broad&theme_basis=inferred": "year",
    "theme=broad&theme_basis=inferred&theme_match=exact": "",
    "theme=broad&theme_basis=inferred&theme_basis=grouped": "days year",
    "theme=narrow&theme_basis=inferred&country=AA": "year",
    "precision=day": DAILY,
    "precision=month": "month",
    "precision=year": "year",
    "precision=range": "days",
    "year_basis=inferred": "inferred",
    "title_basis=supplied": "chaired",
    "source=herald": "hybrid",
    "disputed=true": "hybrid",
    "country_all=AA&country_all=BB&country_all=CC": "trio",
    "country_not=BB": "chaired stateless",
    "country=CC&country=DD": "chaired trio",
    "anchor=AA&country=BB&country_not=CC": "days hosts hybrid inferred month plain video year",
    "anchor=AA&country_all=BB&country_all=CC": "trio",
    "anchor=AA&organization_kind=party": "",
    "anchor=AA&organization_kind=intergovernmental": "stateless",
    "anchor=AA&person=bob": "stateless",
    "anchor=AA&person=ann": "",
    "anchor=DD": "chaired",
    "organization_kind=party": "stateless",
    "host=none&country=DD": "chaired",
    "host=BB": "hosts",
    "host=AA&country_not=CC": "hosts",
}


@pytest.fixture(scope="module")
def varied(backend: Backend) -> Iterator[httpx.Client]:
    """How to ask the server of the varied meetings."""
    database = backend.migrated()
    store(database, *RECORDS)
    with serving(database.url) as served:
        yield served.client
    backend.remove(database)


@pytest.mark.parametrize(("query", "expected"), ASKED.items(), ids=str)
def test_a_question_finds_what_matches(varied: httpx.Client, query: str, expected: str) -> None:
    assert sorted(meetings(varied, query)) == sorted(expected.split())


def test_a_meeting_with_two_hosting_countries_names_none_and_is_found_by_both(
    varied: httpx.Client,
) -> None:
    assert ask(varied, "/v1/meetings/hosts")["host"] is None
    assert "hosts" in meetings(varied, "host=AA")
    assert "hosts" not in meetings(varied, "host=none")


def test_a_retracted_meeting_still_has_its_address(varied: httpx.Client) -> None:
    assert ask(varied, "/v1/meetings/gone")["status"] == "retracted"


def test_a_retracted_meeting_counts_nowhere(varied: httpx.Client) -> None:
    assert ask(varied, "/v1/places/town")["meetings"] == 1
    assert ask(varied, "/v1/themes/narrow")["meetings"] == 0
    assert ask(varied, "/v1/dataset")["totals"]["meetings"] == 11


def test_the_period_of_the_dataset_ends_with_the_longest_date(varied: httpx.Client) -> None:
    assert ask(varied, "/v1/dataset")["period"] == {
        "earliest": "2020-01-01",
        "latest": "2020-12-31",
    }


def test_a_date_of_several_days_tells_the_first_and_the_last(varied: httpx.Client) -> None:
    assert ask(varied, "/v1/meetings/days")["date"] == WRITTEN | {
        "value": "2020-05-30/2020-06-02",
        "earliest": "2020-05-30",
        "latest": "2020-06-02",
        "precision": "range",
    }


def test_an_unknown_meeting_is_not_found(varied: httpx.Client) -> None:
    assert problem(varied.get("/v1/meetings/nothing"), 404)["code"] == "not_found"
