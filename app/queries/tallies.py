"""How often keys occur, of which there are so many that they are added up as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
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
        shown = lowest(-self.counts, most) if by_count else np.arange(len(self.keys))[:most]
        return Counted(self.keys[shown], self.counts[shown])


def distinct(keys: Numbers) -> Numbers:
    """Give each of some keys once, in order."""
    # Those that are nearly in order, as most are, `numpy.unique` sorts ten times as slowly.
    in_order = np.sort(keys, kind="stable")
    return np.asarray(in_order[np.diff(in_order, prepend=-1) != 0])


def are_in(keys: Numbers, others: Numbers) -> NDArray[np.bool_]:
    """Tell which of some keys are among very many others, which are in order."""
    places = np.searchsorted(others, keys)
    known = places < len(others)
    known[known] = others[places[known]] == keys[known]
    return known


def lowest(values: Numbers, most: int | None) -> Numbers:
    """Give the places of so many or all values, the lowest first, and of equal ones the first."""
    total = len(values)
    if not total:
        return np.arange(0)
    rank = (values - values.min()) * total + np.arange(total)
    if most and most < total:
        rank = np.partition(rank, most)[:most]
    return np.sort(rank) % total


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


@dataclass(frozen=True)
class Grouped:
    """Keys that occur, in order, and the meetings of each."""

    keys: Numbers
    often: Numbers
    """How many meetings each has."""
    meetings: NDArray[np.int32]
    """Their numbers in order, of each key after those of the one before."""

    @cached_property
    def starts(self) -> Numbers:
        """Where the meetings of each begin."""
        return np.cumsum(self.often) - self.often

    def of(self, place: int) -> NDArray[np.int32]:
        """Give the meetings of the key in this place."""
        return self.meetings[self.starts[place] : self.starts[place] + self.often[place]]


def grouped(keys: Numbers, meetings: NDArray[np.int32], most: int) -> Grouped:
    """Group meetings, which are in order, by keys, none of which is above so many."""
    if most > _MOST_IN_TABLE:
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        firsts = np.flatnonzero(np.diff(keys, prepend=-1))
        return Grouped(keys[firsts], np.diff(firsts, append=len(keys)), meetings[order])
    table = np.bincount(keys)
    found = np.flatnonzero(table)
    # Keys of 16 bits, as those of countries are, are put in order without comparing them.
    order = np.argsort(keys.astype(np.min_scalar_type(most)), kind="stable")
    return Grouped(found, table[found], meetings[order])
