"""Who follows the feed of changes, and so keeps a copy of everything."""

import json
from collections.abc import Iterable
from itertools import cycle
from random import Random
from typing import Any

from tests.soaking.asking import Asker
from tests.soaking.world import Key, Raw, World

_MOST = 1000
_TOMBSTONE = "tombstone"


class Follower:
    """Keeps a copy: the records, and what is left of others, by kind and id."""

    def __init__(self, askers: tuple[Asker, Asker], world: World, random: Random) -> None:
        self._askers, self._random = cycle(askers), random
        self._tally = askers[0].tally
        self._since, self._last = world.token, 0
        self.copy: dict[Key, Raw] = {_key(one): _plain(one) for one in world.records.values()}
        self.changes = 0

    def follow(self) -> bool:
        """Ask either worker what is new; tell whether there is more to read now.

        Raises:
            NoAnswer: nobody answers for now.
        """
        params = {"since": self._since, "limit": self._random.choice((1, 10, 100, _MOST))}
        answer = next(self._askers).ask("changes", "/v1/changes", params=params).json()
        for change in answer["data"]:
            self._take_in(change)
        self._since = answer["next_since"]
        return bool(answer["more"])

    def _take_in(self, change: dict[str, Any]) -> None:
        if self._last and change["seq"] != self._last + 1:
            self._tally.blame(f"in the feed {change['seq']} comes after {self._last}")
        self._last = change["seq"]
        self.changes += 1
        key = change["type"], change["id"]
        if change["op"] == "upsert":
            self.copy[key] = _plain({"type": change["type"], **change["record"]})
        elif left := change["tombstone"]:
            stone = {"type": _TOMBSTONE, "of": change["type"], "id": change["id"], **left}
            self.copy[key] = _plain(stone)
        else:
            # What came after is further on in the feed.
            self.copy.pop(key, None)


def stored(export: bytes) -> dict[Key, Raw]:
    """Give what an export has, as a copy of it has it."""
    raws = [json.loads(line) for line in export.splitlines()]
    return {_key(one): _plain(one) for one in raws}


def differences(copy: dict[Key, Raw], there: dict[Key, Raw]) -> Iterable[str]:
    """Tell where a copy is not what is stored."""
    for key in sorted(copy.keys() | there.keys()):
        if copy.get(key) != there.get(key):
            yield f"{key}: the copy has {copy.get(key)}, stored is {there.get(key)}"


def _key(raw: Raw) -> Key:
    return raw["of"] if raw["type"] == _TOMBSTONE else raw["type"], raw["id"]


def _plain(raw: Raw) -> Raw:
    """Bring lists into one order: those of themes, citations and aliases mean nothing."""
    return {
        name: sorted(one, key=repr) if isinstance(one, list) and name != "participants" else one
        for name, one in raw.items()
    }
