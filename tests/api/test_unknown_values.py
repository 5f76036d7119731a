"""An unknown value is refused, with what may have been meant, rather than asked for."""

import httpx
import pytest

from tests.api.asking import about, problem
from tests.api.parameters import RECORDS

# Of each unknown value the one that may have been meant.
VALUES = {
    "theme=cybersecurty": "cybersecurity",
    "theme_all=counter-terorism": "counter-terrorism",
    "theme_not=禁毒": "counter-narcotics",
    "theme=qqqqqqqqqqqq": None,
    "theme=fraud": "telecom-online-fraud",
    "person=wang": "wang-xiaohong",
    "person=王": "wang-xiaohong",
    "person=anwar": "anwar-ibrahim",
    "person=--": None,
    "theme=Cybersecurity": "cybersecurity",
    "country=Rusia": "RU",
    "country=QQ": None,
    "country_all=Myanmarr": "MM",
    "country_not=Chinna": "CN",
    "host=Malaysa": "MY",
    "host=nobody": None,
    "anchor=Chinna": "CN",
    "place_country=Myanmarr": "MM",
    "person=wang-xiaohung": "wang-xiaohong",
    "person_not=igor-krasnof": "igor-krasnov",
    "organization=my-goverment": "my-government",
    "place=bejing": "beijing",
    "event=lianyungang-forum": "lianyungang-forum-2023",
    "source=zhengzhi-2023-12": "zhengzhi-2023-12-05",
    "region=Europe": "150",
    "region=東南亞": None,
    "region=999": None,
    "id=2023-10-31-naypyidaw-min-aung-hlaing-": "2023-10-31-naypyidaw-min-aung-hlaing",
}


@pytest.mark.parametrize(("query", "meant"), VALUES.items())
def test_an_unknown_value_is_refused(api: httpx.Client, query: str, meant: str | None) -> None:
    name = query.partition("=")[0]
    assert about(api, query) == (name, "unknown_value", meant)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("country=QQ", "countries"),
        ("host=nobody", "countries"),
        ("region=999", "countries"),
        ("theme=qqqqqqqqqqqq", "themes"),
        ("person=--", "people"),
        ("id=nowhere", "meetings"),
    ],
)
def test_where_none_may_have_been_meant_it_says_where_they_are(
    api: httpx.Client, query: str, place: str
) -> None:
    said = problem(api.get(f"/v1/meetings?{query}"), 422)["detail"]
    assert query.partition("=")[2] in said
    assert said.endswith(f"; /v1/{place} has those that there are")
    assert api.get(f"/v1/{place}").status_code == 200


@pytest.mark.parametrize("strange", ["%ff", "%ed%a0%80", "%F0%9F%A6%84", "%27", "%25", "x" * 200])
def test_a_strange_value_of_a_record_is_unknown(api: httpx.Client, strange: str) -> None:
    asked = "&".join(f"{name}={strange}" for name in RECORDS)
    faults = problem(api.get(f"/v1/meetings?{asked}"), 422)["errors"]
    assert sorted(fault["name"] for fault in faults) == sorted(RECORDS)
    assert {fault["code"] for fault in faults} == {"unknown_value"}


@pytest.mark.parametrize("name", ["country", "country_all", "country_not"])
def test_the_anchor_is_not_on_the_other_side(api: httpx.Client, name: str) -> None:
    for spelled in ("CN", "CHN", "中国"):
        query = f"anchor=CN&{name}={spelled}"
        assert about(api, query) == (name, "contradicts_anchor", None)
