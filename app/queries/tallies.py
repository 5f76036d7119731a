"""How often keys occur, of which there are so many that they are added up as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

_MOST_IN_TABLE = 5_000_000
"""Keys that there may be for each to have a place in a table; more are put in order instead."""
_AT_ONCE = 1_000_000
"""Keys that are counted together."""


@dataclass(frozen=True)
class Counted:
    """Keys that occur, in order, and how often each does."""

    keys: Numbers
    counts: Numbers

    def plus(self, other: "Counted") -> "Counted":
        """Add up what two have counted."""
        keys = np.concatenate([self.keys, other.keys])
        # Two sequences that are each in order are merged, and not put in order anew.
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], np.concatenate([self.counts, other.counts])[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        return Counted(keys[firsts], np.add.reduceat(counts, firsts))

    def only(self, these: NDArray[np.bool_]) -> "Counted":
        """Keep some of the keys."""
        return Counted(self.keys[these], self.counts[these])

    def first(self, most: int | None, *, by_count: bool) -> "Counted":
        """Give so many or all, those that occur most often first, or else in order of keys."""
        total = len(self.keys)
        shown = np.arange(total)
        if by_count and total:
            # Of keys that occur equally often, the first ones.
            rank = (self.counts.max() - self.counts) * total + shown
            if most and most < total:
                rank = np.partition(rank, most)[:most]
            shown = np.sort(rank) % total
        return Counted(self.keys[shown[:most]], self.counts[shown[:most]])


class Tally:
    """Counts of combinations of values, of which each is a key as `numpy.ravel_multi_index`."""

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape = tuple(shape)
        self._pending: list[Numbers] = []
        self._counted = Counted(np.empty(0, np.int64), np.empty(0, np.int64))

    def add(self, keys: Numbers) -> None:
        """Count each of these keys once more."""
        self._pending.append(keys)
        # Sooner than that there are as many again, what was counted is not gone through.
        if sum(map(len, self._pending)) >= max(_AT_ONCE, len(self._counted.keys)):
            self._add_up()

    def counted(self) -> Counted:
        """Give what was counted so far."""
        self._add_up()
        return self._counted

    def _add_up(self) -> None:
        if self._pending:
            some = self._count(np.concatenate(self._pending))
            self._pending.clear()
            self._counted = self._counted.plus(some)

    def _count(self, keys: Numbers) -> Counted:
        if prod(self.shape) > _MOST_IN_TABLE:
            return Counted(*np.unique(keys, return_counts=True))
        table = np.bincount(keys)
        found = np.flatnonzero(table)
        return Counted(found, table[found])
