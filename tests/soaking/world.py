"""What there is to ask about, before the load begins: the first copy, and where it stands."""

import json
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.soaking.asking import Asker

Raw = dict[str, Any]
Key = tuple[str, str]
"""A kind of record, and an id."""

_WORDS = ("trade", "energy policy", "climat", "Minister", "内政", "外交部", "合作", "气候", "總理")
_MISTAKES = ("enegry", "trad", "klimate", "polcy", "financ")
_FIRST_YEAR, _LAST_YEAR = 1996, 2025


@dataclass(frozen=True)
class World:
    """All records, as an export has them, and the place in the feed at which it was made."""

    records: dict[Key, Raw]
    token: str
    _ids: dict[str, list[str]] = field(default_factory=dict)

    def ids(self, kind: str) -> list[str]:
        """Give the ids of all records of a kind."""
        if kind not in self._ids:
            self._ids[kind] = sorted(one for of, one in self.records if of == kind)
        return self._ids[kind]

    def any(self, random: Random, kind: str) -> str:
        """Give the id of one record of a kind."""
        return random.choice(self.ids(kind))

    def words(self, random: Random) -> str:
        """Give what somebody may search for, in English or in Chinese."""
        kind = random.choice(("person", "theme", "organization"))
        record = self.records[kind, self.any(random, kind)]
        name = record.get("name") or record["label"]
        own = str(random.choice(list(name.values())))
        return random.choice((*_WORDS, own, own[: random.randint(2, 6)].strip() or own))

    def mistake(self, random: Random) -> str:
        """Give what no theme is called, though one is called almost so."""
        return random.choice(_MISTAKES) + str(random.randint(0, 10_000))

    def filters(self, random: Random) -> dict[str, Any]:
        """Give a question about meetings that has hardly been asked before."""
        year = random.randint(_FIRST_YEAR, _LAST_YEAR)
        possible: dict[str, Any] = {
            "country": [self.any(random, "country") for _ in range(random.randint(1, 3))],
            "country_not": self.any(random, "country"),
            "theme": self.any(random, "theme"),
            "person": self.any(random, "person"),
            "organization": self.any(random, "organization"),
            "host": self.any(random, "country"),
            "date_from": f"{year}-{random.randint(1, 12):02}",
            "date_to": f"{year + random.randint(1, 9)}",
            "mode": random.choice(("in_person", "video", "phone")),
            "disputed": random.choice(("true", "false")),
            "sort": random.choice(("date", "-date")),
            "total": random.choice(("bounded", "none", "exact")),
            "limit": random.choice((5, 25, 25, 100)),
        }
        names = random.sample(sorted(possible), random.randint(1, 4))
        return {name: possible[name] for name in names}


def world(asker: Asker) -> World:
    """Take a copy of everything, as who keeps a copy begins."""
    answer = asker.ask("export", "/v1/records.ndjson")
    raws = [json.loads(line) for line in answer.content.splitlines()]
    assert len(raws) == int(answer.headers["Record-Count"])
    return World({(one["type"], one["id"]): one for one in raws}, answer.headers["Sync-Token"])
