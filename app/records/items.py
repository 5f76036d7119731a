"""Which items of the lists of a record are the same."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import orjson


def likeness(item: Any) -> bytes:
    """Give what only items that are the same have in common; members may stand in any order."""
    return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)


def joined(items: Sequence[Any], before: Iterable[object]) -> tuple[list[Any], list[int]]:
    """Make one of items that have become the same, and tell where each of them stands then.

    `before` tells items apart: those that were the same already stay as many as they were.
    """
    left: dict[tuple[bytes, int], Any] = {}
    places: dict[tuple[bytes, int], int] = {}
    met: Counter[object] = Counter()
    where = []
    for item, was in zip(items, before, strict=True):
        met[was] += 1
        key = (likeness(item), met[was])
        left.setdefault(key, item)
        where.append(places.setdefault(key, len(places)))
    return list(left.values()), where
