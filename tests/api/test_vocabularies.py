"""Countries, themes, people and the rest: what each record tells, and where it leads."""

from typing import Any

import httpx
import pytest

from tests.api.asking import VOCABULARIES, ask, meetings, problem, refused

FILTERS = {
    "/v1/countries": "country",
    "/v1/themes": "theme",
    "/v1/people": "person",
    "/v1/organizations": "organization",
    "/v1/places": "place",
    "/v1/events": "event",
    "/v1/sources": "source",
}
COUNTED = {
    "/v1/countries": {"CN": 9, "RU": 3, "ET": 1, "CU": 1, "ZA": 1, "MM": 1, "MY": 1, "ZM": 1},
    "/v1/places": {"beijing": 5, "lianyungang": 1, "naypyidaw": 1, "putrajaya": 1},
    "/v1/events": {"lianyungang-forum-2023": 1},
    "/v1/sources": {"zhengzhi-2023-12-05": 9, "xinhua-english": 1},
    "/v1/organizations": {
        "cn-ministry-of-public-security": 9,
        "cu-ministry-of-the-interior": 1,
        "et-federal-police-commission": 1,
        "mm-state-administration-council": 1,
        "my-government": 1,
        "ru-ministry-of-internal-affairs": 1,
        "ru-prosecutor-generals-office": 2,
        "za-ministry-of-police": 1,
        "zm-ministry-of-home-affairs-and-internal-security": 1,
    },
}
SIZES = {
    "/v1/countries": 254,
    "/v1/themes": 22,
    "/v1/people": 10,
    "/v1/organizations": 9,
    "/v1/places": 4,
    "/v1/events": 4,
    "/v1/sources": 2,
}
MISSPELT = {
    "/v1/countries/ru": "RU",
    "/v1/countries/Russia": "RU",
    "/v1/themes/cybersecurty": "cybersecurity",
    "/v1/people/wang-xiaohung": "wang-xiaohong",
    "/v1/people/王小洪": "wang-xiaohong",
    "/v1/organizations/my-goverment": "my-government",
    "/v1/places/bejing": "beijing",
    "/v1/events/lianyungang-forum": "lianyungang-forum-2023",
    "/v1/sources/xinhua-englsh": "xinhua-english",
}


def records(api: httpx.Client, path: str, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask(api, f"{path}?limit=1000&{query}")["data"]
    return found


@pytest.mark.parametrize("path", VOCABULARIES)
def test_each_record_counts_the_meetings_that_its_link_finds(api: httpx.Client, path: str) -> None:
    for record in records(api, path, "has_meetings=true"):
        found = ask(api, f"{record['links']['meetings']}&limit=1")["total"]
        assert found == {"value": record["meetings"], "relation": "eq"}, record["id"]


@pytest.mark.parametrize("path", ["/v1/countries", "/v1/themes"])
def test_what_counts_no_meetings_finds_none(api: httpx.Client, path: str) -> None:
    # Alternatives are asked for at once, as many as a question may have: none of them finds any.
    unmet = [f"{FILTERS[path]}={one['id']}" for one in records(api, path, "has_meetings=false")]
    for start in range(0, len(unmet), 50):
        assert meetings(api, "&".join(unmet[start : start + 50])) == []


def test_an_event_without_meetings_finds_none(api: httpx.Client) -> None:
    unmet = records(api, "/v1/events", "has_meetings=false")
    assert len(unmet) == 3
    for event in unmet:
        assert ask(api, event["links"]["meetings"])["total"]["value"] == 0


@pytest.mark.parametrize("path", VOCABULARIES)
def test_each_record_leads_to_itself_and_to_its_meetings(api: httpx.Client, path: str) -> None:
    for record in records(api, path):
        assert record["links"] == {
            "self": f"{path}/{record['id']}",
            "meetings": f"/v1/meetings?{FILTERS[path]}={record['id']}",
        }


@pytest.mark.parametrize("path", COUNTED)
def test_meetings_are_counted_as_the_article_has_them(api: httpx.Client, path: str) -> None:
    counted = {one["id"]: one["meetings"] for one in records(api, path) if one["meetings"]}
    assert counted == COUNTED[path]


@pytest.mark.parametrize(("path", "size"), SIZES.items())
def test_a_vocabulary_is_whole(api: httpx.Client, path: str, size: int) -> None:
    assert len(records(api, path)) == size
    assert ask(api, f"{path}?limit=1")["total"] == {"value": size, "relation": "eq"}


@pytest.mark.parametrize("path", VOCABULARIES)
def test_a_page_has_a_hundred_records_unless_asked_otherwise(api: httpx.Client, path: str) -> None:
    assert len(ask(api, path)["data"]) == min(100, SIZES[path])


@pytest.mark.parametrize("path", VOCABULARIES)
def test_each_record_has_an_address_that_gives_the_same_at_least(
    api: httpx.Client, path: str
) -> None:
    # A few of each kind stand for all: the first, the last and one in the middle.
    found = records(api, path)
    for record in (found[0], found[len(found) // 2], found[-1]):
        alone = ask(api, record["links"]["self"])
        assert {name: alone[name] for name in record} == record


@pytest.mark.parametrize("path", VOCABULARIES)
def test_a_list_can_be_cut_to_what_meetings_refer_to(api: httpx.Client, path: str) -> None:
    everything = records(api, path)
    for wanted in (True, False):
        asked = f"{path}?limit=1000&has_meetings={str(wanted).lower()}"
        expected = [one for one in everything if bool(one["meetings"]) == wanted]
        page = ask(api, asked)
        assert page["data"] == expected
        assert page["total"] == {"value": len(expected), "relation": "eq"}
    assert ask(api, f"{path}?has_meetings=true")["data"]


@pytest.mark.parametrize("path", VOCABULARIES)
def test_a_list_takes_no_filter_of_meetings(api: httpx.Client, path: str) -> None:
    assert refused(api, f"{path}?mode=video")["code"] == "unknown_parameter"
    assert refused(api, f"{path}?has_meeting=true")["suggestion"] == "has_meetings"


@pytest.mark.parametrize(("path", "near"), MISSPELT.items())
def test_a_misspelt_id_is_not_found_but_suggested(api: httpx.Client, path: str, near: str) -> None:
    said = problem(api.get(path), 404)
    assert said["code"] == "not_found"
    assert said["detail"].endswith(f"; did you mean {near}?")
    assert [(one["in"], one["suggestion"]) for one in said["errors"]] == [("path", near)]


@pytest.mark.parametrize("path", VOCABULARIES)
def test_an_unknown_id_is_not_found(api: httpx.Client, path: str) -> None:
    said = problem(api.get(f"{path}/qqqqqqqqqqqqqqqqqqqq"), 404)
    assert "“qqqqqqqqqqqqqqqqqqqq”" in said["detail"]
    assert "mean" not in said["detail"]


def test_a_country_tells_its_codes_its_regions_and_its_other_names(api: httpx.Client) -> None:
    russia = ask(api, "/v1/countries/RU")
    assert [russia[name] for name in ("id", "alpha_3", "numeric", "kind")] == [
        *("RU", "RUS", "643", "state")
    ]
    assert russia["name"] == {"en": "Russia", "zh": "俄罗斯"}
    assert russia["region"] == {"id": "150", "name": {"en": "Europe", "zh": "欧洲"}}
    assert russia["subregion"] == {"id": "151", "name": {"en": "Eastern Europe", "zh": "东欧"}}
    aliases = {one["text"]: (one["language"], one["kind"]) for one in russia["aliases"]}
    assert aliases["Россия"] == ("ru", "native")
    assert aliases["Russian Federation"] == ("en", "variant")


def test_a_country_may_lack_a_region_or_a_number(api: httpx.Client) -> None:
    antarctica = ask(api, "/v1/countries/AQ")
    assert (antarctica["region"], antarctica["subregion"]) == (None, None)
    assert ask(api, "/v1/countries/XK")["numeric"] is None


def test_former_states_are_countries_too(api: httpx.Client) -> None:
    former = [one["id"] for one in records(api, "/v1/countries") if one["kind"] == "former"]
    assert former == ["CS", "DD", "SU", "YU"]


def test_a_person_has_names_and_no_title(api: httpx.Client) -> None:
    wang = ask(api, "/v1/people/wang-xiaohong")
    assert wang["name"] == {"en": "Wang Xiaohong", "zh": "王小洪"}
    assert set(wang["note"]) == {"en", "zh"}
    assert "title" not in wang
    krasnov = ask(api, "/v1/people/igor-krasnov")
    assert "Игорь Викторович Краснов" in [one["text"] for one in krasnov["aliases"]]


def test_a_place_tells_where_it_is(api: httpx.Client) -> None:
    place = ask(api, "/v1/places/lianyungang")
    assert (place["country"], place["latitude"], place["longitude"]) == ("CN", 34.6, 119.22)
    assert place["division"] == {"en": "Jiangsu", "zh": "江苏省"}


def test_an_organization_tells_its_kind_and_country(api: httpx.Client) -> None:
    office = ask(api, "/v1/organizations/ru-prosecutor-generals-office")
    assert (office["kind"], office["country"]) == ("prosecution", "RU")
    assert {"text": "俄罗斯总检察院", "language": "zh", "kind": "variant"} in office["aliases"]


def test_an_event_tells_who_was_there_and_who_says_so(api: httpx.Client) -> None:
    event = ask(api, "/v1/events/cybersecurity-conference-2023")
    assert event["date"] == {
        "value": "2023-07-14/2023-07-15",
        "earliest": "2023-07-14",
        "latest": "2023-07-15",
        "precision": "range",
        "year_basis": "inferred",
    }
    assert event["participants"] == [
        {
            "person": "wang-xiaohong",
            "organization": "cn-ministry-of-public-security",
            "country": "CN",
            "role": "attendee",
        }
    ]
    assert event["place"] == {"id": "beijing", "name": {"en": "Beijing", "zh": "北京"}}
    assert [one["locator"] for one in event["citations"]] == ["P24–P26"]


def test_a_source_tells_when_it_was_published_and_what_was_read(api: httpx.Client) -> None:
    article = ask(api, "/v1/sources/zhengzhi-2023-12-05")
    assert article["published"] == {
        "value": "2023-12-05/2023-12-31",
        "earliest": "2023-12-05",
        "latest": "2023-12-31",
    }
    assert article["digest"].startswith("sha256:")
    xinhua = ask(api, "/v1/sources/xinhua-english")
    unknown = ("title", "author", "url", "published", "retrieved_on", "digest", "rights")
    assert [xinhua[name] for name in unknown] == [None] * len(unknown)
