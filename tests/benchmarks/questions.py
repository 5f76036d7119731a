"""What is asked: questions about what there is most of, which are the hardest to answer fast."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from urllib.parse import urlencode

import httpx

from tests.benchmarks.asking import AGAIN, AGAIN_ALONE, ALONE, FIRST, Way
from tests.queries.frequent import Frequent

FIRST_PAGE, DEEP = "no filter", "no filter, a page in the middle"
FILTERED = "country, theme and dates"
STRANGERS = "two organizations that never meet"
CHINESE = "q=禁毒"
NOT_MODIFIED = "304, of a page"
COUNTS, DYADS, OF = "counts by ", "dyads", ", of "
"""How the names of counts and of pairs begin, and how what a filter leaves of all is named."""
AFTER_A_WRITE = (
    f"{COUNTS}person{OF}a country",
    f"{COUNTS}country, theme and year{OF}a country",
    f"{COUNTS}country and theme",
    f"{DYADS} between people",
)
DATES = {"date_from": "2005", "date_to": "2015"}

_DEEPEST = 1000


@dataclass(frozen=True)
class Case:
    """A question, and in which ways it is asked."""

    name: str
    path: str
    ways: tuple[Way, ...] = (ALONE,)
    is_known: bool = False
    """Whether the client has the answer already, and says so."""

    has_total: bool = False
    beside: str = ""
    """The question that it is compared with, if there is one: they are asked together."""

    def headers(self, client: httpx.Client) -> dict[str, str]:
        """Say what the client has, as it is now."""
        return {"If-None-Match": client.get(self.path).headers["ETag"]} if self.is_known else {}


def cases(client: httpx.Client, most: Frequent) -> list[Case]:
    """Give all questions, in terms of what this database has most of."""
    found = [*_pages(client, most), *_records(client, most), *_counts(most), *_dyads(most)]
    return [*found, *_searches(most)]


def _pages(client: httpx.Client, most: Frequent) -> Iterator[Case]:
    country, theme = {"country": most.countries[0]}, {"theme": most.themes[0]}
    both = {"organization_all": strangers(client, most)}
    again, beside = {FIRST_PAGE, FILTERED}, dict.fromkeys((STRANGERS, DEEP), FIRST_PAGE)
    every: dict[str, dict[str, Any]] = {
        FIRST_PAGE: {},
        "country": country,
        "country and theme": country | theme,
        FILTERED: country | theme | DATES,
        STRANGERS: both,
        "four countries": {"country": most.countries[:4]},
        "a person": {"person": most.people[0]},
        CHINESE: {"q": "禁毒"},
        "q=minister": {"q": "minister"},
        DEEP: {"cursor": middle(client)},
    }
    for name, asked in every.items():
        kept = (AGAIN, AGAIN_ALONE) if name in again else ()
        path, ways = _path("meetings", asked), (*kept, FIRST, ALONE)
        yield Case(name, path, ways, has_total=True, beside=beside.get(name, ""))


def strangers(client: httpx.Client, most: Frequent) -> list[str]:
    """Find the two most frequent organizations that never meet."""
    pairs = sorted(combinations(range(len(most.organizations)), 2), key=sum)
    for pair in pairs:
        both = [most.organizations[one] for one in pair]
        asked = _path("meetings", {"organization_all": both, "limit": 1})
        if not client.get(asked).raise_for_status().json()["data"]:
            return both
    raise AssertionError("all frequent organizations have met one another")


def middle(client: httpx.Client) -> str:
    """Walk through half of all pages, and give the place that was reached."""
    exact = _path("meetings", {"total": "exact", "limit": 1})
    left = client.get(exact).raise_for_status().json()["total"]["value"] // 2
    reached = _path("meetings", {"limit": min(_DEEPEST, left), "total": "none"})
    while left > 0:
        reached = client.get(reached).raise_for_status().json()["next"]
        left -= _DEEPEST
    return httpx.URL(reached).params["cursor"]


def _records(client: httpx.Client, most: Frequent) -> Iterator[Case]:
    ways = (AGAIN, FIRST, ALONE)
    meeting = client.get("/v1/meetings?limit=1").raise_for_status().json()["data"][0]["id"]
    yield Case("a meeting", f"/v1/meetings/{meeting}", ways)
    yield Case(NOT_MODIFIED, "/v1/meetings", (AGAIN,), is_known=True)
    yield Case("a person, and whom they met", f"/v1/people/{most.people[0]}")
    yield Case("a country, and whom it met", f"/v1/countries/{most.countries[0]}")
    yield Case("an organization, and whom it met", f"/v1/organizations/{most.organizations[0]}")
    for q in ("m", "公", "mini"):
        yield Case(f"suggest, q={q}", _path("suggest", {"q": q}))


def _counts(most: Frequent) -> Iterator[Case]:
    anchor, of_a_country = {"anchor": most.countries[0]}, {"country": most.countries[0]}
    every: dict[str, dict[str, Any]] = {
        **{name: {"by": name} for name in ("theme", "month", "country", "host", "person")},
        f"region{OF}an anchor": {"by": "region"} | anchor,
        f"organization kind{OF}an anchor": {"by": "organization_kind"} | anchor,
        f"person{OF}an anchor": {"by": "person"} | anchor,
        f"theme{OF}an anchor's ministries": {"by": "theme", "organization_kind": "ministry"}
        | anchor,
        "theme, rolled up": {"by": "theme", "rollup": "true"},
        f"theme{OF}a country": {"by": "theme"} | of_a_country,
        f"theme{OF}dates": {"by": "theme"} | DATES,
        f"month{OF}a phrase": {"by": "month", "q": '"police"'},
        f"person{OF}a country": {"by": "person"} | of_a_country,
        f"country and theme{OF}an anchor": {"by": ["country", "theme"]} | anchor,
        f"country and theme{OF}dates": {"by": ["country", "theme"]} | DATES,
        f"country, theme and year{OF}a country": {"by": ["country", "theme", "year"]}
        | of_a_country,
    }
    for one, other in (
        *(("country", name) for name in ("theme", "year", "month")),
        *(("theme", name) for name in ("with_theme", "month")),
    ):
        every[f"{one} and {other}"] = {"by": [one, other]}
    for name, asked in every.items():
        yield Case(f"{COUNTS}{name}", _path("counts", asked))


def _dyads(most: Frequent) -> Iterator[Case]:
    country, other = most.countries[:2]
    yield Case(DYADS, _path("dyads", {}))
    yield Case(f"{DYADS}{OF}an anchor", _path("dyads", {"anchor": country}))
    two = {"anchor": country, "country": other}
    yield Case(f"{DYADS}{OF}an anchor and a country", _path("dyads", two))
    yield Case(f"{DYADS} between people", _path("dyads", {"level": "person"}))


def _searches(most: Frequent) -> Iterator[Case]:
    for q in ("毒", "m", '"public security"', "ma tr"):
        yield Case(f"q={q}", _path("meetings", {"q": q}), has_total=True)
    rare = {"q": "minister", "theme": most.themes[0], "person": most.people[0]}
    yield Case("q, theme and person", _path("meetings", rare), has_total=True)


def _path(route: str, asked: dict[str, Any]) -> str:
    return f"/v1/{route}?{urlencode(asked, doseq=True)}".removesuffix("?")
