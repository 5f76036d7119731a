"""What cannot be answered as asked is refused, and never answered with all rows or with none."""

import httpx
import pytest

from tests.api.asking import about, problem, refused
from tests.api.parameters import LISTS, RECORDS, SCALARS
from tests.contract import operations

# What is said here is found out before any database is asked, so that one of them is enough.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

# Of each misspelt parameter the one that was meant.
PARAMETERS = {
    "contry": "country",
    "country-not": "country_not",
    "Theme": "theme",
    "themes": "theme",
    "from_date": "date_from",
    "datefrom": "date_from",
    "organisation": "organization",
    "cursr": "cursor",
    "query": "q",
    "countries": "country",
    "people": "person",
    "org": "organization",
    "date": "date_from",
    "from": "date_from",
    "year": "date_from",
    "search": "q",
    "page": "cursor",
    "offset": "cursor",
    "colour": None,
    "%00": None,
    "%ff": None,
    "": None,
}
ENUMERATED = {
    "mode=in-person": "in_person",
    "mode=IN_PERSON": "in_person",
    "status=reportet": "reported",
    "precision=days": "day",
    "year_basis=infered": "inferred",
    "title_basis=null": None,
    "theme_basis=statd": "stated",
    "theme_match=narrow": "narrower",
    "date_match=overlap": "overlaps",
    "organization_kind=ministy": "ministry",
    "sort=dates": "date",
    "sort=+date": "date",
    "total=exactly": "exact",
}
BAD_DATES = (
    *("0", "1", "2023-13", "2023-00", "2023-02-30", "2023-06-00", "2023-6-8", "2023-6", "20230608"),
    *("2023-06-08T00:00", "2023-06-08T00:00:00Z", "２０２３", "2023-０6", "٢٠٢٣", "0000", "-2023"),
    *("10000", "2023-06-08%0A", "%202023", "2023-", "2023/06/08", "08.06.2023", "today", "null"),
    *("2023-06-08/2023-06-10", "1686182400", "2023-W23", "2023-06-08%00", "%ff"),
)


@pytest.mark.parametrize(("name", "meant"), PARAMETERS.items())
def test_an_unknown_parameter_is_refused(api: httpx.Client, name: str, meant: str | None) -> None:
    said = refused(api, f"/v1/meetings?{name}=RU")
    assert (said["code"], said["suggestion"]) == ("unknown_parameter", meant)
    if meant:
        assert said["message"].endswith(f"; did you mean {meant}?")
    else:
        assert "; there are: country, theme, date_from, " in said["message"]


def test_several_values_in_one_are_told_to_be_repeated(api: httpx.Client) -> None:
    for query in (
        "/v1/meetings?country=RU,CN",
        "/v1/meetings?person=igor-krasnov,wang-xiaohong",
        "/v1/meetings?theme_basis=stated,grouped",
        "/v1/counts?by=country,theme",
    ):
        said = refused(api, query)["message"]
        assert said.endswith("; repeat the parameter for several values"), query
    assert "repeat" not in refused(api, "/v1/meetings?host=RU,CN")["message"]
    assert "repeat" not in refused(api, "/v1/meetings?mode=video,phone")["message"]


@pytest.mark.parametrize(("query", "meant"), ENUMERATED.items())
def test_a_word_outside_a_closed_list_is_refused(
    api: httpx.Client, query: str, meant: str | None
) -> None:
    fault = refused(api, f"/v1/meetings?{query.replace('+', '%2B')}")
    assert (fault["name"], fault["suggestion"]) == (query.partition("=")[0], meant)
    assert "it may be " in fault["message"]


@pytest.mark.parametrize("value", ["maybe", "2", "wahr", "nul", "on", "1", "True", "%20true"])
def test_a_switch_is_true_or_false(api: httpx.Client, value: str) -> None:
    for path, name in {"/v1/meetings": "disputed", "/v1/people": "has_meetings"}.items():
        fault = refused(api, f"{path}?{name}={value}")
        assert (fault["name"], fault["code"]) == (name, "unknown_value")
        assert fault["message"].endswith("; it must be true or false")


@pytest.mark.parametrize("value", ["1_0", "1.0", "%2B1", "1e1", "%201", "１０", "٣", "x"])
def test_a_number_is_written_in_digits(api: httpx.Client, value: str) -> None:
    for path in ("/v1/meetings", "/v1/people"):
        fault = refused(api, f"{path}?limit={value}")
        assert (fault["name"], fault["code"]) == ("limit", "malformed_value")
        assert fault["message"].endswith("; it must be a whole number")


def test_no_route_takes_other_spellings_of_numbers_and_switches(api: httpx.Client) -> None:
    contract = api.get("/openapi.json").json()
    for path, operation in operations(contract, "get"):
        for parameter in operation.get("parameters", []):
            strange = {"integer": "1_0", "boolean": "on"}.get(parameter["schema"]["type"])
            if strange:
                response = api.get(path, params={parameter["name"]: strange})
                told = {part["name"] for part in problem(response, 422)["errors"]}
                assert parameter["name"] in told, path


@pytest.mark.parametrize("date", BAD_DATES)
def test_a_date_is_written_in_one_of_three_ways(api: httpx.Client, date: str) -> None:
    for name in ("date_from", "date_to"):
        fault = refused(api, f"/v1/meetings?{name}={date}")
        assert (fault["name"], fault["code"]) == (name, "invalid_date")
        assert "write 2023, 2023-06 or 2023-06-08" in fault["message"]


@pytest.mark.parametrize(
    ("first", "last"),
    [("2024", "2023"), ("2023-06", "2023-05"), ("2023-06-08", "2023-06-07"), ("2023-06", "2022")],
)
def test_a_range_begins_before_it_ends(api: httpx.Client, first: str, last: str) -> None:
    query = f"date_from={first}&date_to={last}"
    assert about(api, query) == ("date_from", "date_order", None)


@pytest.mark.parametrize("name", [*SCALARS, *LISTS])
def test_an_empty_value_is_refused(api: httpx.Client, name: str) -> None:
    for query in (f"{name}=", name):
        assert refused(api, f"/v1/meetings?{query}")["name"] == name


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_value_among_others_is_refused(api: httpx.Client, name: str) -> None:
    assert refused(api, f"/v1/meetings?{name}=stated&{name}=")["name"] == name


@pytest.mark.parametrize("blank", ["%20", "%09", "%0A", "%E3%80%80"])
def test_a_blank_value_is_empty(api: httpx.Client, blank: str) -> None:
    for name in ("country", "theme", "host", "place"):
        assert about(api, f"{name}={blank}") == (name, "empty_value", None)


@pytest.mark.parametrize("name", SCALARS)
def test_a_parameter_of_one_value_is_refused_with_two(api: httpx.Client, name: str) -> None:
    said = refused(api, f"/v1/meetings?{name}=CN&{name}=MM")
    assert (said["name"], said["code"]) == (name, "repeated_parameter")
    assert "CN, MM" in said["message"]


@pytest.mark.parametrize("name", LISTS)
def test_fifty_one_values_are_too_many(api: httpx.Client, name: str) -> None:
    value = "stated" if name == "theme_basis" else "CN"
    query = "&".join([f"{name}={value}"] * 51)
    assert about(api, query) == (name, "too_many_values", None)


@pytest.mark.parametrize("name", RECORDS)
def test_an_overlong_value_is_refused(api: httpx.Client, name: str) -> None:
    assert about(api, f"{name}={'x' * 201}") == (name, "value_too_long", None)


@pytest.mark.parametrize("strange", ["%00", "CN%00", "%ff", "%ed%a0%80", "%F0%9F%A6%84"])
def test_strange_values_are_refused_of_all_parameters_at_once(
    api: httpx.Client, strange: str
) -> None:
    asked = "&".join(f"{name}={strange}" for name in (*SCALARS, *LISTS))
    faults = problem(api.get(f"/v1/meetings?{asked}"), 422)["errors"]
    if "%00" in strange:
        assert {fault["name"] for fault in faults} == {*SCALARS, *LISTS}


def test_the_tests_know_every_parameter(api: httpx.Client) -> None:
    contract = api.get("/openapi.json").json()
    offered = contract["paths"]["/v1/meetings"]["get"]["parameters"]
    assert {one["name"] for one in offered} == {*SCALARS, *LISTS}
    repeatable = {one["name"] for one in offered if one["schema"]["type"] == "array"}
    assert repeatable == set(LISTS)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/v1/counts?by=with_theme", "add by=theme, or filter by theme"),
        ("/v1/counts?by=theme&by=theme", "by names theme twice"),
        ("/v1/counts?by=", "by is empty; give it a value"),
        ("/v1/counts", "by is missing; give it a value"),
        ("/v1/suggest?q=", "q is empty; give it a value"),
        ("/v1/meetings?q=", "q is empty; give it a value or leave it out"),
    ],
)
def test_a_mistake_says_what_would_be_right(api: httpx.Client, path: str, said: str) -> None:
    message = refused(api, path)["message"]
    assert message.startswith(said) or message.endswith(said)
