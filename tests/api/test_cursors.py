"""A cursor is good for its own question to its own database, and anything else is refused."""

import base64
import json
from typing import Any

import httpx
import pytest

from app.database import Database
from tests.api.asking import VOCABULARIES, ask, refused
from tests.given import WORLD, meeting, store
from tests.serving import serving


def cursor(api: httpx.Client, path: str) -> str:
    """Give the cursor of the second page."""
    return str(httpx.URL(ask(api, path)["next"]).params["cursor"])


def forged(given: str, *place: Any) -> str:
    """Keep what seals a cursor, and change the place that it names."""
    seal, *_ = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    return base64.urlsafe_b64encode(json.dumps([seal, *place]).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "question",
    [
        "sort=date",
        "country=CN&country=RU",
        "country_all=CN",
        "country=CN&theme=cybersecurity",
        "country=CN&date_from=2023",
        "country=CN&theme_basis=grouped",
        "country=CN&sort=date",
        "",
    ],
)
def test_a_cursor_is_refused_by_another_question(api: httpx.Client, question: str) -> None:
    given = cursor(api, "/v1/meetings?limit=1&country=CN")
    assert api.get(f"/v1/meetings?{question}&limit=1").status_code == 200
    fault = refused(api, f"/v1/meetings?{question}&limit=1&cursor={given}")
    assert (fault["name"], fault["code"]) == ("cursor", "invalid_cursor")


@pytest.mark.parametrize("question", ["country=CN", "country=China", "sort=-date&country=CHN"])
def test_a_cursor_is_good_for_the_same_question_in_other_words(
    api: httpx.Client, question: str
) -> None:
    given = cursor(api, "/v1/meetings?limit=1&country=CN")
    page = ask(api, f"/v1/meetings?{question}&limit=1&cursor={given}")
    assert [one["id"] for one in page["data"]] == ["2023-11-20-beijing-mwiimbu"]


def test_a_cursor_of_a_vocabulary_is_refused_for_meetings(api: httpx.Client) -> None:
    given = cursor(api, "/v1/themes?limit=1")
    assert refused(api, f"/v1/meetings?limit=1&cursor={given}")["code"] == "invalid_cursor"
    given = cursor(api, "/v1/meetings?limit=1")
    assert refused(api, f"/v1/themes?limit=1&cursor={given}")["code"] == "invalid_cursor"


@pytest.mark.parametrize("other", VOCABULARIES[1:])
def test_a_cursor_of_one_vocabulary_is_refused_by_another(api: httpx.Client, other: str) -> None:
    given = cursor(api, "/v1/countries?limit=1")
    assert refused(api, f"{other}?limit=1&cursor={given}")["code"] == "invalid_cursor"


def test_a_cursor_of_a_vocabulary_is_refused_when_its_filter_changes(api: httpx.Client) -> None:
    given = cursor(api, "/v1/countries?limit=1")
    fault = refused(api, f"/v1/countries?limit=1&has_meetings=true&cursor={given}")
    assert fault["code"] == "invalid_cursor"


def test_a_cursor_is_refused_by_another_database(api: httpx.Client, database: Database) -> None:
    store(database, *WORLD, meeting("one"), meeting("two"))
    given = cursor(api, "/v1/meetings?limit=1"), cursor(api, "/v1/countries?limit=1")
    with serving(database.url) as other:
        assert ask(other.client, "/v1/meetings?limit=1")["next"]
        for path, mine in zip(("/v1/meetings", "/v1/countries"), given, strict=True):
            fault = refused(other.client, f"{path}?limit=1&cursor={mine}")
            assert fault["code"] == "invalid_cursor"
            assert "another database" in fault["message"]


@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/themes"])
@pytest.mark.parametrize(
    "garbage",
    ["a", "abcd", "x" * 400, "bnVsbA", "NQ", "e30", "W10", "ImFiYyI", "W251bGxd", "_____w"],
)
def test_garbage_is_no_cursor(api: httpx.Client, path: str, garbage: str) -> None:
    assert refused(api, f"{path}?cursor={garbage}")["code"] == "invalid_cursor"


@pytest.mark.parametrize("path", ["/v1/meetings", "/v1/themes"])
@pytest.mark.parametrize("unreadable", ["", "a b", "a=", "a%2Bb", "x" * 401, "%00", "%ff", "号"])
def test_what_cannot_be_a_cursor_is_refused(api: httpx.Client, path: str, unreadable: str) -> None:
    assert refused(api, f"{path}?cursor={unreadable}")["name"] == "cursor"


@pytest.mark.parametrize(
    "place",
    [
        [],
        ["2023-12-05"],
        ["2023-12-05", "x", "y"],
        ["nonsense", "x"],
        ["0000-00-00", "x"],
        [20231205, "x"],
        [None, "x"],
        ["2023-12-05", "\x00"],
        ["2023-12-05", "\ud800"],
    ],
)
def test_a_forged_place_is_refused(api: httpx.Client, place: list[Any]) -> None:
    token = forged(cursor(api, "/v1/meetings?limit=1"), *place)
    assert refused(api, f"/v1/meetings?limit=1&cursor={token}")["code"] == "invalid_cursor"


@pytest.mark.parametrize("place", [[], ["a", "b"], ["\x00"], ["\ud800"]])
def test_a_forged_place_in_a_vocabulary_is_refused(api: httpx.Client, place: list[Any]) -> None:
    token = forged(cursor(api, "/v1/themes?limit=1"), *place)
    assert refused(api, f"/v1/themes?limit=1&cursor={token}")["code"] == "invalid_cursor"


def test_a_cursor_that_was_not_forged_is_good(api: httpx.Client) -> None:
    # Guards the two above: the way in which they write a cursor is the right one.
    given = cursor(api, "/v1/meetings?limit=1")
    place = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))[1:]
    assert ask(api, f"/v1/meetings?limit=1&cursor={forged(given, *place)}")["data"]
