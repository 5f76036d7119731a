"""What stands around the meetings of a page: the total, the way on, the revision."""

import re

import httpx
import pytest

from app.database import Database
from tests.api.asking import COLLECTIONS, ask, refused
from tests.given import WORLD, meeting, store
from tests.serving import serving

NINE = {"value": 9, "relation": "eq"}


def test_a_page_has_four_members_and_no_more(api: httpx.Client) -> None:
    assert set(ask(api, "/v1/meetings")) == {"data", "next", "total", "revision"}


def test_the_newest_come_first_unless_asked_otherwise(api: httpx.Client) -> None:
    newest_first = [one["id"] for one in ask(api, "/v1/meetings")["data"]]
    assert newest_first[0] == "2023-12-05-beijing-kolokoltsev"
    assert newest_first[-1] == "2023-04-13-demelash"
    for sort, expected in (("-date", newest_first), ("date", newest_first[::-1])):
        assert [one["id"] for one in ask(api, f"/v1/meetings?sort={sort}")["data"]] == expected


@pytest.mark.parametrize(
    ("query", "total"),
    [
        ("", NINE),
        ("total=bounded", NINE),
        ("total=exact", NINE),
        ("total=none", None),
        ("limit=1", NINE),
        ("country=RU&limit=1", {"value": 3, "relation": "eq"}),
        ("country=DE", {"value": 0, "relation": "eq"}),
    ],
)
def test_the_total_counts_all_pages(
    api: httpx.Client, query: str, total: dict[str, object] | None
) -> None:
    assert ask(api, f"/v1/meetings?{query}")["total"] == total


def test_pages_reached_by_cursor_do_not_count_again(api: httpx.Client) -> None:
    for total in ("bounded", "exact", "none"):
        first = ask(api, f"/v1/meetings?limit=1&total={total}")
        assert ask(api, first["next"])["total"] is None


def test_the_total_is_exact_to_a_thousand_and_beyond_it_if_asked(database: Database) -> None:
    store(database, *WORLD, *(meeting(f"m{number}") for number in range(1000)))
    with serving(database.url) as served:
        assert ask(served.client, "/v1/meetings?limit=1")["total"] == {
            "value": 1000,
            "relation": "eq",
        }
        assert ask(served.client, "/v1/meetings?limit=1000")["next"] is None
        store(database, meeting("one-more"))
        for query, total in {
            "": {"value": 1000, "relation": "gte"},
            "&total=exact": {"value": 1001, "relation": "eq"},
            "&country=AA": {"value": 1000, "relation": "gte"},
            "&country=AA&country=BB&total=exact": {"value": 1001, "relation": "eq"},
            "&date_from=2020&total=exact": {"value": 1001, "relation": "eq"},
        }.items():
            assert ask(served.client, f"/v1/meetings?limit=1{query}")["total"] == total


def test_the_next_page_is_a_path_that_keeps_the_question(api: httpx.Client) -> None:
    following = ask(
        api,
        "/v1/meetings?country=俄罗斯&theme=%20cybersecurity&theme=gambling"
        "&theme=transnational-crime&limit=1&sort=date",
    )["next"]
    assert following.startswith("/v1/meetings?")
    asked = httpx.URL(following).params
    assert asked.get_list("country") == ["俄罗斯"]
    assert asked.get_list("theme") == [" cybersecurity", "gambling", "transnational-crime"]
    assert (asked["limit"], asked["sort"]) == ("1", "date")
    assert re.fullmatch(r"[A-Za-z0-9_-]+", asked["cursor"])


def test_the_way_on_never_holds_the_old_cursor(api: httpx.Client) -> None:
    second = ask(api, ask(api, "/v1/meetings?limit=1")["next"])
    assert len(httpx.URL(second["next"]).params.get_list("cursor")) == 1


@pytest.mark.parametrize("path", COLLECTIONS)
def test_the_way_on_also_stands_in_the_header(api: httpx.Client, path: str) -> None:
    response = api.get(f"{path}?limit=1")
    assert response.headers["Link"] == f'<{response.json()["next"]}>; rel="next"'
    assert response.links["next"]["url"] == response.json()["next"]
    last = api.get(f"{path}?limit=1000")
    assert last.json()["next"] is None
    assert "Link" not in last.headers


def test_nothing_depends_on_the_host_header(api: httpx.Client) -> None:
    response = api.get("/v1/meetings?limit=1", headers={"Host": "elsewhere.example"})
    assert response.status_code == 200
    assert "elsewhere" not in response.text
    assert "elsewhere" not in str(response.headers)


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "99999999999999999999", "ten", "１０", "1.5"])
def test_a_limit_is_a_number_from_1_to_1000(api: httpx.Client, limit: str) -> None:
    for path in COLLECTIONS:
        assert refused(api, f"{path}?limit={limit}")["name"] == "limit"


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_page_has_as_many_as_its_limit_and_tells_the_revision(
    api: httpx.Client, path: str
) -> None:
    page = ask(api, f"{path}?limit=2")
    assert len(page["data"]) == 2
    assert page["revision"] == ask(api, "/v1/dataset")["revision"]


def test_the_revision_grows_with_each_record_that_is_written(database: Database) -> None:
    with serving(database.url) as served:
        assert ask(served.client, "/v1/meetings")["revision"] == 0
        store(database, *WORLD)
        assert ask(served.client, "/v1/meetings")["revision"] == len(WORLD)
        store(database, meeting("one"))
        store(database, meeting("one"))
        assert ask(served.client, "/v1/meetings")["revision"] == len(WORLD) + 1


@pytest.mark.parametrize(
    "path", ["/v1/meetings", "/v1/meetings.csv", "/v1/nothing", "/healthz", "/", "/assets/site.css"]
)
def test_browsers_make_no_more_of_an_answer_than_it_is(api: httpx.Client, path: str) -> None:
    headers = api.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    policies = headers.get_list("Content-Security-Policy")
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "frame-ancestors 'none'" in policies[0]
