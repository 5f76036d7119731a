"""Those who read: pages, records, counts, searches, asked anew and asked again."""

from random import Random
from typing import Any

from tests.soaking.asking import Asker, Params
from tests.soaking.world import World

AGAIN = (
    "/v1/meetings",
    "/v1/meetings?country=FR&theme=made-up-energy",
    "/v1/meetings?date_from=2020&sort=date&limit=100",
    "/v1/countries?limit=300",
    "/v1/counts?by=year",
    "/v1/theme-tree",
    "/v1/dataset",
)
"""What is asked again and again, and so is kept."""

_PLURALS = {
    "meeting": "meetings",
    "country": "countries",
    "theme": "themes",
    "person": "people",
    "organization": "organizations",
    "place": "places",
    "event": "events",
    "source": "sources",
}
_BY = ("country", "theme", "year", "month", "organization", "person", "mode", "host", "region")


class Reader:
    """Somebody who reads, each time something else."""

    def __init__(self, asker: Asker, world: World, random: Random) -> None:
        self._asker, self._world, self._random = asker, world, random
        self._kept: dict[str, str] = {}

    def read(self) -> None:
        """Ask what is quick."""
        ways = (self._page, self._page, self._again, self._known, self._record, self._list)
        self._random.choice((*ways, self._suggest, self._history, self._mistake, self._well))()

    def look(self) -> None:
        """Ask what takes longer."""
        self._random.choice((self._search, self._search, self._count, self._pairs))()

    def _get(self, kind: str, path: str, *expected: int, **how: Any) -> Any:
        return self._asker.ask(kind, path, *expected, **how)

    def _page(self) -> None:
        """Follow a list for three pages; they come in order, and no meeting comes twice."""
        filters = self._world.filters(self._random)
        answer = self._get("page", "/v1/meetings", params=filters).json()
        found = list(answer["data"])
        for _ in range(2):
            if answer["next"]:
                answer = self._get("next page", answer["next"]).json()
                found += answer["data"]
        places = [(one["date"]["earliest"], one["id"]) for one in found]
        in_order = sorted(set(places), reverse=filters.get("sort") != "date")
        if places != in_order:
            self._asker.tally.blame(f"the pages of {filters} are out of order")

    def _again(self) -> None:
        self._get("page again", self._random.choice(AGAIN))

    def _known(self) -> None:
        """Ask as browsers do: has it changed since?"""
        path = self._random.choice(AGAIN)
        known = {"If-None-Match": self._kept.get(path, '"none"')}
        answer = self._get("conditional", path, 200, 304, headers=known)
        self._kept[path] = answer.headers["ETag"]

    def _record(self) -> None:
        kind = self._random.choice(list(_PLURALS))
        record_id = self._world.any(self._random, kind)
        answer = self._get("record", f"/v1/{_PLURALS[kind]}/{record_id}").json()
        if answer["id"] != record_id:
            self._asker.tally.blame(f"{record_id} was asked for, and {answer['id']} answered")

    def _history(self) -> None:
        kind = self._random.choice(("meeting", "theme", "person"))
        record_id = self._world.any(self._random, kind)
        self._get("history", f"/v1/{_PLURALS[kind]}/{record_id}/history")

    def _list(self) -> None:
        plural = self._random.choice(list(_PLURALS.values())[1:])
        params = {"limit": self._random.randint(1, 200)}
        self._get("list", f"/v1/{plural}", params=params)

    def _suggest(self) -> None:
        letters = self._world.words(self._random)[: self._random.randint(2, 9)]
        self._get("suggest", "/v1/suggest", params={"q": letters})

    def _mistake(self) -> None:
        """Misspell a theme, and be told so."""
        params = {"theme": self._world.mistake(self._random)}
        self._get("mistake", "/v1/meetings", 422, params=params)

    def _well(self) -> None:
        self._get("health", self._random.choice(("/healthz", "/readyz", "/metrics")))

    def _search(self) -> None:
        params: Params = {"q": self._world.words(self._random), "limit": 10}
        if self._random.random() < 0.5:
            params["total"] = "exact"
        self._get("search", "/v1/meetings", params=params)

    def _count(self) -> None:
        by = self._random.sample(_BY, self._random.randint(1, 2))
        filters = _meant(self._world.filters(self._random))
        self._get("count", "/v1/counts", params=filters | {"by": by})

    def _pairs(self) -> None:
        level = self._random.choice(("country", "person", "organization"))
        filters = _meant(self._world.filters(self._random))
        self._get("dyads", "/v1/dyads", params=filters | {"level": level})


def _meant(filters: Params) -> Params:
    """Leave out what only pages have."""
    return {name: one for name, one in filters.items() if name not in {"sort", "total"}}
