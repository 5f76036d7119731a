"""What the API tells about the nine meetings, as issue 2 wants to see it."""

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from seeds.load import WRITTEN
from tests.api.asking import ask, dates, refused

RUSSIA = "07-13 09-20 12-05"
SHOWN = {
    "": "04-13 05-20 06-08 07-13 09-20 10-31 11-02 11-20 12-05",
    "country=RU": RUSSIA,
    "country=俄罗斯": RUSSIA,
    "country=RUS": RUSSIA,
    "country=643": RUSSIA,
    "country=russia": RUSSIA,
    "theme=bri-security": "04-13 05-20 06-08 11-02 11-20",
    "theme=bri-security&theme_match=exact": "04-13 05-20 06-08 11-20",
    "theme=bri-security&theme_basis=stated&theme_basis=grouped": "04-13 05-20 06-08 10-31 11-02"
    " 11-20",
    "theme=transnational-crime": "04-13 05-20 06-08 07-13 10-31 11-02 11-20 12-05",
    "country=MM&theme=counter-narcotics": "10-31",
    "date_from=2023-10&date_to=2023-11": "10-31 11-02 11-20",
    "date_from=2023-10-31&date_to=2023-11-02": "10-31 11-02",
    "host=CN": "05-20 06-08 07-13 09-20 11-20 12-05",
    "host=none": "04-13",
    "country_all=CN&country_all=RU": RUSSIA,
    "country_not=RU": "04-13 05-20 06-08 10-31 11-02 11-20",
    "theme_not=transnational-crime": "09-20",
    "disputed=true": "09-20",
    "theme=bri-personnel-security": "",
}
REFUSED = {
    "theme=cybersecurty": ("theme", "did you mean cybersecurity?"),
    "contry=RU": ("contry", "did you mean country?"),
    "date_from=0": ("date_from", "“0” is not a date"),
    "date_from=2023-13": ("date_from", "“2023-13” is not a date"),
    "date_to=2023-02-30": ("date_to", "“2023-02-30” is not a date"),
    "date_from=2023-05&date_to=2023-04": ("date_from", "is after date_to"),
    "country=": ("country", "is empty"),
    "host=CN&host=MM": ("host", "takes one value"),
}
NAYPYIDAW = "2023-10-31-naypyidaw-min-aung-hlaing"


@pytest.mark.parametrize(("query", "expected"), SHOWN.items(), ids=str)
def test_a_question_of_the_issue_is_answered(api: httpx.Client, query: str, expected: str) -> None:
    assert dates(api, query) == expected


@pytest.mark.parametrize(("query", "wrong"), REFUSED.items(), ids=str)
def test_a_mistake_of_the_issue_is_refused(
    api: httpx.Client, query: str, wrong: tuple[str, str]
) -> None:
    fault = refused(api, f"/v1/meetings?{query}")
    assert fault["name"] == wrong[0]
    assert wrong[1] in fault["message"]


@pytest.fixture
def meeting(api: httpx.Client) -> Any:
    """The meeting of 31 October."""
    return ask(api, f"/v1/meetings/{NAYPYIDAW}")


def test_a_meeting_looks_as_the_design_shows_it(meeting: Any) -> None:
    assert meeting["id"] == NAYPYIDAW
    assert meeting["title"] == {
        "en": "Min Aung Hlaing receives Wang Xiaohong in Naypyidaw",
        "zh": "敏昂莱在内比都接待王小洪",
    }
    assert set(meeting["summary"]) == {"en", "zh"}
    assert meeting["date"] == {
        "value": "2023-10-31",
        "earliest": "2023-10-31",
        "latest": "2023-10-31",
        "precision": "day",
        "year_basis": "inferred",
    }
    plain = ("mode", "host", "status", "disputed", "countries", "event", "version")
    assert [meeting[name] for name in plain] == [
        *("in_person", "MM", "reported", [], ["CN", "MM"], None, 1)
    ]
    assert meeting["place"] == {
        "id": "naypyidaw",
        "name": {"en": "Naypyidaw", "zh": "内比都"},
        "country": "MM",
        "latitude": 19.75,
        "longitude": 96.1,
    }


def test_a_meeting_names_its_participants_with_their_titles_at_the_time(meeting: Any) -> None:
    host, guest = meeting["participants"]
    assert host == {
        "person": {"id": "min-aung-hlaing", "name": {"en": "Min Aung Hlaing", "zh": "敏昂莱"}},
        "organization": {
            "id": "mm-state-administration-council",
            "name": {"en": "State Administration Council of Myanmar", "zh": "缅甸国家管理委员会"},
            "kind": "government",
        },
        "country": "MM",
        "role": "host",
        "title": {
            "en": "Chairman of the State Administration Council of Myanmar",
            "zh": "缅甸国家管理委员会主席",
        },
        "title_basis": "stated",
        "said": None,
    }
    assert guest["person"]["id"] == "wang-xiaohong"
    assert [guest[name] for name in ("country", "role", "title_basis", "said")] == [
        *("CN", "guest", "inherited", None)
    ]


def test_a_meeting_tells_its_themes_in_order_with_their_bases(meeting: Any) -> None:
    themes = {one["id"]: one for one in meeting["themes"]}
    assert list(themes) == sorted(themes)
    assert [one["basis"] for one in meeting["themes"]].count("stated") == 8
    assert themes["bri-security"]["basis"] == "grouped"
    assert themes["counter-narcotics"] == {
        "id": "counter-narcotics",
        "label": {"en": "Counter-narcotics", "zh": "禁毒"},
        "wording": "禁毒",
        "basis": "stated",
        "raised_by": "wang-xiaohong",
        "source": "zhengzhi-2023-12-05",
        "locator": "P44",
    }


def test_a_meeting_that_is_told_twice_has_two_citations(meeting: Any) -> None:
    assert [(one["source"], one["locator"]) for one in meeting["citations"]] == [
        ("zhengzhi-2023-12-05", "P37"),
        ("zhengzhi-2023-12-05", "P44"),
    ]
    assert {one["stance"] for one in meeting["citations"]} == {"supports"}


def test_a_meeting_says_in_utc_when_it_was_written(meeting: Any) -> None:
    written = datetime.fromisoformat(meeting["updated_at"])
    assert written.utcoffset() == timedelta(0)
    assert written == WRITTEN.updated_at


def test_a_disputed_date_names_who_says_what_instead(api: httpx.Client) -> None:
    meeting = ask(api, "/v1/meetings/2023-09-20-lianyungang-gorodov")
    assert meeting["disputed"] == ["date"]
    assert meeting["event"] == {
        "id": "lianyungang-forum-2023",
        "name": {
            "en": "Global Public Security Cooperation Forum (Lianyungang) 2023 Conference",
            "zh": "全球公共安全合作论坛（连云港）2023年大会",
        },
    }
    assert [
        (one["source"], one["fields"], one["asserted"])
        for one in meeting["citations"]
        if one["stance"] == "contradicts"
    ] == [("xinhua-english", ["date"], "2023-09-19")]


def test_what_is_not_known_is_null(api: httpx.Client) -> None:
    meeting = ask(api, "/v1/meetings/2023-04-13-demelash")
    assert [meeting[name] for name in ("place", "host", "event")] == [None, None, None]


def test_only_kolokoltsevs_words_are_reported(api: httpx.Client) -> None:
    found = ask(api, "/v1/meetings")["data"]
    said = {
        one["person"]["id"]: one["said"]
        for meeting in found
        for one in meeting["participants"]
        if one["said"]
    }
    assert list(said) == ["vladimir-kolokoltsev"]
    assert set(said["vladimir-kolokoltsev"]) == {"en", "zh", "source", "locator"}


def test_a_list_gives_a_meeting_as_its_own_address_does(api: httpx.Client) -> None:
    for meeting in ask(api, "/v1/meetings")["data"]:
        assert meeting == ask(api, f"/v1/meetings/{meeting['id']}")
