"""Who met whom, how often, and after how long a silence."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from app.database import Database
from tests.api.asking import PROBLEM, ask, meetings, refused
from tests.given import both, incoming, meeting, store
from tests.serving import Served, serving

CHINA = "/v1/dyads?anchor=CN&as_of=2023-12-31"
# What the snapshot shows, what the values of filters mean, who met, names, coverage.
STATEMENTS = {
    "/v1/dyads": 9,
    "/v1/dyads?anchor=CN": 11,
    "/v1/dyads?anchor=CN&date_from=2023-05": 13,
    "/v1/dyads?theme=cybersecurity": 10,
    "/v1/dyads?level=person": 9,
    "/v1/dyads?level=organization&anchor=CN&not_met_since=2023-06": 13,
}


def pairs(api: httpx.Client, query: str) -> dict[str, int]:
    rows = ask(api, f"/v1/dyads?{query}")["data"]
    return {f"{row['a']['id']} {row['b']['id']}": row["meetings"] for row in rows}


def test_china_met_russia_three_times_and_six_others_once(api: httpx.Client) -> None:
    answer = ask(api, CHINA)
    assert pairs(api, "anchor=CN") == {
        "CN RU": 3,
        **{f"CN {code}": 1 for code in ("CU", "ET", "MM", "MY", "ZA", "ZM")},
    }
    assert (answer["total"], answer["truncated"], answer["without_pair"]) == (7, False, 0)
    assert answer["as_of"] == "2023-12-31"


def test_a_pair_tells_its_silences(api: httpx.Client) -> None:
    assert ask(api, CHINA)["data"][0] == {
        "a": {"id": "CN", "name": {"en": "China", "zh": "中国"}},
        "b": {"id": "RU", "name": {"en": "Russia", "zh": "俄罗斯"}},
        "meetings": 3,
        "first": "2023-07-13",
        "last": "2023-12-05",
        "days_since_last": 26,
        "longest_gap": {"days": 76, "from": "2023-09-20", "to": "2023-12-05"},
        "shortest_gap": {"days": 69, "from": "2023-07-13", "to": "2023-09-20"},
        "links": {"meetings": "/v1/meetings?country_all=CN&country_all=RU"},
    }


def test_a_pair_that_met_once_has_no_silence(api: httpx.Client) -> None:
    row = ask(api, CHINA)["data"][1]
    assert (row["meetings"], row["longest_gap"], row["shortest_gap"]) == (1, None, None)


def test_a_country_may_be_spelled_as_anywhere(api: httpx.Client) -> None:
    assert ask(api, "/v1/dyads?anchor=China&as_of=2023-12-31") == ask(api, CHINA)


@pytest.mark.parametrize("level", ["country", "person", "organization"])
@pytest.mark.parametrize("query", ["", "anchor=CN&", "theme=bri-security&date_to=2023-11&"])
def test_each_pair_counts_the_meetings_that_its_link_finds(
    api: httpx.Client, level: str, query: str
) -> None:
    rows = ask(api, f"/v1/dyads?{query}level={level}")["data"]
    assert rows
    for row in rows:
        assert len(meetings(api, row["links"]["meetings"].partition("?")[2])) == row["meetings"]


def test_a_link_keeps_the_other_filters(api: httpx.Client) -> None:
    asked = "country=RU&q=%E7%A6%81%E6%AF%92&disputed=false&theme_basis=stated&theme_basis=grouped"
    (row,) = ask(api, f"/v1/dyads?{asked}")["data"]
    link = row["links"]["meetings"]
    assert link == (
        "/v1/meetings?country_all=CN&country_all=RU&country=RU&q=%E7%A6%81%E6%AF%92"
        "&disputed=false&theme_basis=stated&theme_basis=grouped"
    )


def test_people_and_organizations_meet_as_well(api: httpx.Client) -> None:
    people = pairs(api, "level=person&anchor=CN")
    assert people["wang-xiaohong vladimir-kolokoltsev"] == 1
    assert len(people) == 9
    bodies = pairs(api, "level=organization&country=RU")
    assert bodies == {
        "cn-ministry-of-public-security ru-prosecutor-generals-office": 2,
        "cn-ministry-of-public-security ru-ministry-of-internal-affairs": 1,
    }


def test_where_sides_decide_there_is_no_link(api: httpx.Client) -> None:
    (row,) = ask(api, "/v1/dyads?anchor=CN&level=person&person=igor-krasnov")["data"]
    assert row["links"] == {"meetings": None}


@pytest.mark.parametrize(
    ("since", "found"),
    [
        ("2023", ""),
        ("2023-04-13", ""),
        ("2023-04-14", "CN ET"),
        ("2023-06", "CN CU, CN ET"),
        ("2024", "CN RU, CN CU, CN ET, CN MM, CN MY, CN ZA, CN ZM"),
    ],
)
def test_who_has_not_met_since_was_last_met_before(
    api: httpx.Client, since: str, found: str
) -> None:
    assert ", ".join(pairs(api, f"anchor=CN&not_met_since={since}")) == found


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("-meetings", "RU CU ET MM MY ZA ZM"),
        ("last", "ET CU ZA MM MY ZM RU"),
        ("-last", "RU ZM MY MM ZA CU ET"),
    ],
)
def test_pairs_can_be_sorted(api: httpx.Client, sort: str, found: str) -> None:
    order = pairs(api, f"anchor=CN&sort={sort}")
    assert " ".join(pair.removeprefix("CN ") for pair in order) == found


def test_a_limit_says_what_it_leaves_out(api: httpx.Client) -> None:
    answer = ask(api, f"{CHINA}&limit=2")
    assert (len(answer["data"]), answer["total"], answer["truncated"]) == (2, 7, True)


def test_days_are_counted_to_today_or_to_the_day_that_is_given(api: httpx.Client) -> None:
    today = datetime.now(UTC).date()
    answer = ask(api, "/v1/dyads?anchor=CN")
    assert answer["as_of"] in {str(today), str(datetime.now(UTC).date())}
    assert ask(api, "/v1/dyads?anchor=CN&as_of=2023-12-06")["data"][0]["days_since_last"] == 1
    assert ask(api, "/v1/dyads?anchor=CN&as_of=2023-12-01")["data"][0]["days_since_last"] == -4


def test_what_the_data_covers_is_told(api: httpx.Client) -> None:
    answer, dataset = ask(api, CHINA), ask(api, "/v1/dataset")
    assert answer["coverage"] == dataset["coverage"]
    assert answer["revision"] == dataset["revision"]


def test_no_meeting_makes_no_pair(api: httpx.Client) -> None:
    answer = ask(api, "/v1/dyads?country=DE")
    assert (answer["data"], answer["total"], answer["without_pair"]) == ([], 0, 0)


@pytest.mark.parametrize("date", ["2023", "2023-06", "2023-02-30", "20230608", "today", "0"])
def test_a_day_is_a_day(api: httpx.Client, date: str) -> None:
    fault = refused(api, f"/v1/dyads?as_of={date}")
    assert (fault["name"], fault["code"]) == ("as_of", "invalid_date")
    assert "write 2023-06-08" in fault["message"]


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ("level=continent", "level", "unknown_value"),
        ("sort=-first", "sort", "unknown_value"),
        ("not_met_since=soon", "not_met_since", "invalid_date"),
        ("limit=1001", "limit", "out_of_range"),
        ("same_side=1", "same_side", "unknown_value"),
        ("anchor=CN&country=CN", "country", "contradicts_anchor"),
        ("theme=cybersecurty", "theme", "unknown_value"),
        ("cursor=x", "cursor", "unknown_parameter"),
        ("level=person&level=country", "level", "repeated_parameter"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    api: httpx.Client, query: str, name: str, code: str
) -> None:
    fault = refused(api, f"/v1/dyads?{query}")
    assert (fault["name"], fault["code"]) == (name, code)
    assert api.get(f"/v1/dyads?{query}").headers["Content-Type"] == PROBLEM


@pytest.mark.parametrize(("path", "statements"), STATEMENTS.items(), ids=str)
def test_an_answer_costs_a_fixed_number_of_statements(
    served: Served, path: str, statements: int
) -> None:
    for limit in (1, 1000):
        with served.statements() as noted:
            ask(served.client, f"{path}{'&' if '?' in path else '?'}limit={limit}")
        assert sum(one != "BEGIN" for one in noted) == statements


def test_a_retracted_meeting_makes_no_pair_unless_asked_for(seeded: Database) -> None:
    participants: list[dict[str, Any]] = [
        {"country": code, "role": "participant"} for code in ("CN", "DE")
    ]
    gazette = incoming("source", id="gazette", title="Gazette")
    store(seeded, gazette, meeting("gone", participants=participants, status="retracted"))
    with serving(seeded.url) as served:
        assert "CN DE" not in pairs(served.client, "anchor=CN")
        assert pairs(served.client, "anchor=CN&status=retracted") == {"CN DE": 1}
        (row,) = ask(served.client, "/v1/dyads?status=retracted")["data"]
        assert meetings(served.client, row["links"]["meetings"].partition("?")[2]) == ["gone"]


def test_a_meeting_of_one_is_counted_beside_the_pairs(seeded: Database) -> None:
    gazette = incoming("source", id="gazette", title="Gazette")
    alone = [{"country": "CN", "role": "participant"}] * 2
    store(seeded, gazette, meeting("alone", participants=alone, title=both("Alone")))
    with serving(seeded.url) as served:
        assert ask(served.client, "/v1/dyads")["without_pair"] == 1
        assert ask(served.client, "/v1/dyads?country=CN")["without_pair"] == 1
        assert ask(served.client, "/v1/dyads?country=RU")["without_pair"] == 0
        assert ask(served.client, "/v1/dyads?level=person")["without_pair"] == 1
