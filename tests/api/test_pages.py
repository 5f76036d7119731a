"""Walking the pages gives everything once, in order, whatever is written meanwhile."""

from collections.abc import Iterator

import httpx
import pytest

from app.database import Database
from tests.api.asking import VOCABULARIES, ask, pages, walk
from tests.databases import Backend
from tests.given import WORLD, meeting, participant, store, theme, touched
from tests.serving import serving

# In the order of their first days and, where these are equal, of their ids: as bytes, not as words.
ORDERED = (
    ("before", "2021"),
    ("year", "2022"),
    ("year-2", "2022-01"),
    ("year-day", "2022-01-01"),
    ("spans-months", "2022-01-30/2022-03-02"),
    ("spans-years", "2022-12-30/2023-01-02"),
    ("1-same", "2023-04-01"),
    ("10-same", "2023-04-01"),
    ("2-same", "2023-04-01"),
    ("a-same", "2023-04-01"),
    ("a0", "2023-04-01"),
    ("aa", "2023-04-01"),
    ("ab", "2023-04-01"),
    ("days", "2023-04-01/2023-04-03"),
    ("month", "2023-04"),
    ("later", "2023-05"),
)
SIDES = {"later": ["AA", "CC"], "year": ["AA", "CC"], "a0": ["CC", "BB"]}
OLDEST_FIRST = [name for name, _ in ORDERED]


@pytest.fixture(scope="module")
def made_up(backend: Backend) -> Iterator[httpx.Client]:
    """How to ask the server of these meetings; every second one touches a theme."""
    database = backend.migrated()
    themes = [theme("law"), theme("crime", parent="law")]
    made = [
        meeting(
            name,
            written,
            participants=[participant(code) for code in SIDES.get(name, ["AA", "BB"])],
            themes=[touched("crime")] if number % 2 else [],
        )
        for number, (name, written) in enumerate(ORDERED)
    ]
    store(database, *WORLD, *themes, *made)
    with serving(database.url) as served:
        yield served.client
    backend.remove(database)


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_the_seed_is_walked_in_both_directions(api: httpx.Client, limit: int) -> None:
    oldest_first = walk(api, f"/v1/meetings?sort=date&limit={limit}")
    assert [name[:10] for name in oldest_first] == [
        *("2023-04-13", "2023-05-20", "2023-06-08", "2023-07-13", "2023-09-20"),
        *("2023-10-31", "2023-11-02", "2023-11-20", "2023-12-05"),
    ]
    assert walk(api, f"/v1/meetings?sort=-date&limit={limit}") == oldest_first[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 1000])
def test_meetings_of_one_date_or_of_part_of_one_are_walked_in_order(
    made_up: httpx.Client, limit: int
) -> None:
    assert walk(made_up, f"/v1/meetings?sort=date&limit={limit}") == OLDEST_FIRST
    assert walk(made_up, f"/v1/meetings?sort=-date&limit={limit}") == OLDEST_FIRST[::-1]


@pytest.mark.parametrize(
    "query",
    [
        "country=AA&country=BB&country=CC",
        "theme=law",
        "theme=law&country=AA&country=BB",
        "theme_not=law",
        "anchor=AA&country=BB&country=CC",
        "date_from=2022-01-31&date_to=2023-04-02",
        "date_from=2022&date_to=2023-04&date_match=within",
        "country=AA&country=CC&theme=law&date_from=2022-02",
        "&".join(f"id={name}" for name in OLDEST_FIRST),
    ],
)
def test_a_filter_is_walked_as_one_large_page_shows_it(made_up: httpx.Client, query: str) -> None:
    whole = ask(made_up, f"/v1/meetings?sort=date&limit=1000&{query}")
    found = [one["id"] for one in whole["data"]]
    assert len(found) == whole["total"]["value"] > 2
    assert found == [name for name in OLDEST_FIRST if name in found]
    assert walk(made_up, f"/v1/meetings?sort=date&limit=2&{query}") == found
    assert walk(made_up, f"/v1/meetings?sort=-date&limit=3&{query}") == found[::-1]


def test_the_last_full_page_is_the_last(made_up: httpx.Client) -> None:
    sizes = [len(page["data"]) for page in pages(made_up, "/v1/meetings?limit=4")]
    assert sizes == [4, 4, 4, 4]


def test_limit_and_total_may_change_on_the_way(made_up: httpx.Client) -> None:
    following = ask(made_up, "/v1/meetings?sort=date&limit=3")["next"]
    assert walk(made_up, following.replace("limit=3", "limit=5&total=none")) == OLDEST_FIRST[3:]


@pytest.mark.parametrize("path", VOCABULARIES)
def test_a_vocabulary_is_walked_in_order_of_ids(api: httpx.Client, path: str) -> None:
    whole = ask(api, f"{path}?limit=1000")
    found = [one["id"] for one in whole["data"]]
    assert found == sorted(found, key=str.encode)
    assert whole["total"] == {"value": len(found), "relation": "eq"}
    walked = list(pages(api, f"{path}?limit={1 + len(found) // 3}"))
    assert [one["id"] for page in walked for one in page["data"]] == found
    assert len(walked) > 1
    assert [page["total"] for page in walked] == [whole["total"], *[None] * (len(walked) - 1)]


def test_a_page_keeps_its_place_whatever_is_written_before_or_after_it(
    database: Database,
) -> None:
    store(
        database,
        *WORLD,
        *(meeting(name, f"2020-01-0{day}") for name, day in (("b", 2), ("d", 4), ("f", 6))),
    )
    with serving(database.url) as served:
        forwards = ask(served.client, "/v1/meetings?sort=date&limit=1")["next"]
        backwards = ask(served.client, "/v1/meetings?limit=1")["next"]
        assert walk(served.client, forwards) == ["d", "f"]
        assert walk(served.client, backwards) == ["d", "b"]
        for name, written in (
            ("year", "2020"),
            ("a", "2020-01-02"),  # on the day of the last that was shown, before it
            ("c", "2020-01-02"),  # on the same day, after it
            ("e", "2020-01-05"),
            ("g", "2020-01-06"),
        ):
            store(database, meeting(name, written))
        assert walk(served.client, forwards) == ["c", "d", "e", "f", "g"]
        assert walk(served.client, backwards) == ["e", "d", "c", "b", "a", "year"]
        for name, day in (("b", 2), ("f", 6), ("d", 4)):
            store(database, meeting(name, f"2020-01-0{day}", status="retracted"))
        assert walk(served.client, forwards) == ["c", "e", "g"]
        assert walk(served.client, backwards) == ["e", "c", "a", "year"]
