"""How often keys occur, of which there are so many that they are added up as arrays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Some = NDArray[np.int32]
"""Numbers of meetings, or how many there are."""

_MOST_IN_TABLE, _MOST_PLACES = 5_000_000, 4
"""Places of a table with one for each key that there may be, and how many for each that is met.

More take longer to make and to look through than it takes to put in order what is met.
"""
_OF_MEETING = 8
"""Keys that a meeting may well have."""
_AT_ONCE = 1_000_000
"""Keys that are counted together."""
_ONCE = np.int32(1)
"""As the table has it; else each place would be converted."""


@dataclass(frozen=True)
class Counted:
    """Keys that occur, in order, and how often each does."""

    keys: Numbers
    counts: Numbers | Some

    def plus(self, other: "Counted") -> "Counted":
        """Add up what two have counted."""
        keys = np.concatenate([self.keys, other.keys])
        # Two sequences that are each in order are merged, and not put in order anew.
        order = np.argsort(keys, kind="stable")
        keys, counts = keys[order], np.concatenate([self.counts, other.counts])[order]
        firsts = np.flatnonzero(differ(keys))
        return Counted(keys[firsts], np.add.reduceat(counts, firsts))

    def only(self, these: slice | NDArray[np.bool_]) -> "Counted":
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
    return np.asarray(in_order[differ(in_order)])


def in_order(keys: Numbers) -> NDArray[np.int32]:
    """Give the places of keys in order, and of equal ones in the order in which they stand."""
    # Sixteen bits at a time, or eight, which are put in order without comparing them.
    places = np.argsort(keys.astype(np.uint16), kind="stable").astype(np.int32)
    bits = int(keys.max(initial=0)).bit_length()
    for shift in range(16, bits, 16):
        some = np.empty(len(keys), np.uint16 if bits - shift > 8 else np.uint8)
        np.right_shift(keys, shift, out=some, casting="unsafe")
        places = places.take(np.argsort(some.take(places), kind="stable"))
    return places


def differ(keys: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
    """Tell which of some keys differ from the one before, as the first does."""
    return np.concatenate([np.ones(len(keys[:1]), bool), keys[1:] != keys[:-1]])


def are_in(keys: Numbers, others: Numbers) -> NDArray[np.bool_]:
    """Tell which of some keys are among very many others, which are in order."""
    places = np.searchsorted(others, keys)
    known = places < len(others)
    known[known] = others[places[known]] == keys[known]
    return known


def repeated(many: NDArray[np.integer[Any]]) -> tuple[Numbers, Numbers]:
    """Give the place of each number as often as it says, and how many times it came before."""
    again = np.repeat(np.arange(len(many)), many)
    before = np.cumsum(many, dtype=np.int64) - many
    return again, np.arange(len(again)) - before.take(again)


def lowest(values: NDArray[np.integer[Any]], most: int | None) -> Numbers:
    """Give the places of so many or all values, the lowest first, and of equal ones the first."""
    if most is None or most >= len(values):
        return np.argsort(values, kind="stable")
    last = np.partition(values, most - 1)[most - 1]
    below = np.flatnonzero(values < last)
    first = below[np.argsort(values[below], kind="stable")]
    return np.concatenate([first, np.flatnonzero(values == last)[: most - len(below)]])


class Tally:
    """Counts of combinations of values, of which each has a key: the sum of steps to its values."""

    steps: Sequence[int]
    """How far the keys of two values are apart, of which one comes right after the other."""

    def __init__(self, shape: Sequence[int], meetings: int) -> None:
        self.steps = [prod(shape[place:]) for place, _ in enumerate(shape, 1)]
        self._table: Some | None = None
        if _fits_table(prod(shape), _OF_MEETING * meetings):
            self._table = np.zeros(prod(shape), np.int32)
            self._in_shape = _least_outermost(self._table, shape)
            self.steps = [step // self._table.itemsize for step in self._in_shape.strides]
        self._pending: list[Numbers] = []
        self._counted = Counted(np.empty(0, np.int64), np.empty(0, np.int64))

    def add(self, keys: Numbers) -> None:
        """Count each of these keys once more."""
        if self._table is not None:
            np.add.at(self._table, keys, _ONCE)
            return
        self._pending.append(keys)
        # Sooner than that there are as many again, what was counted is not gone through.
        if sum(map(len, self._pending)) >= max(_AT_ONCE, len(self._counted.keys)):
            self._add_up()

    def counted(self) -> Counted:
        """Give what was counted so far, by keys as `numpy.ravel_multi_index`."""
        if self._table is not None:
            table = self._in_shape.ravel()
            found = np.flatnonzero(table)
            return Counted(found, table.take(found))
        self._add_up()
        return self._counted

    def _add_up(self) -> None:
        if self._pending:
            keys = np.concatenate(self._pending)
            self._pending.clear()
            self._counted = self._counted.plus(Counted(*np.unique(keys, return_counts=True)))


def _least_outermost(table: Some, shape: Sequence[int]) -> Some:
    """Give a table this shape, so that what has one value of the least dimension stands together.

    That is the year as a rule, and meetings are counted year by year: what is needed next is near.
    """
    order = np.argsort(shape, kind="stable")
    return table.reshape([shape[place] for place in order]).transpose(np.argsort(order))


def _fits_table(keys: int, met: int) -> bool:
    """Tell whether so many keys have a place each, if about so many are met."""
    return keys <= min(_MOST_IN_TABLE, _MOST_PLACES * met)


@dataclass(frozen=True)
class Grouped:
    """Keys that occur, in order, and the meetings of each, which are in order as well."""

    keys: Numbers
    often: Some
    """How many meetings each has."""
    _each: Numbers
    """The key of each meeting."""
    _meetings: Some
    _order: Some | None = None
    """The places of meetings in the order of keys, if it is known; it takes long to find."""

    @cached_property
    def starts(self) -> Numbers:
        """Where the meetings of each key begin in `together`."""
        return np.cumsum(self.often) - self.often

    @cached_property
    def together(self) -> Some:
        """The meetings of each key after those of the one before."""
        return self._meetings.take(in_order(self._each) if self._order is None else self._order)

    def of(self, places: Numbers) -> Iterator[Some]:
        """Give the meetings of the keys in each of these places."""
        if self._order is None:
            some = self._only(np.unique(places))
            return some.of(np.searchsorted(some.keys, self.keys[places]))
        order, starts = self._order, self.starts[places]
        bounds = zip(starts.tolist(), (starts + self.often[places]).tolist(), strict=True)
        return (self._meetings.take(order[start:end]) for start, end in bounds)

    def have(self, meetings: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Tell which keys have any of these meetings."""
        return are_in(self.keys, distinct(self._each[np.isin(self._meetings, meetings)]))

    def _only(self, places: Numbers) -> "Grouped":
        meant = np.zeros(self.keys.max(initial=0) + 1, bool)
        meant[self.keys[places]] = True
        mine = np.flatnonzero(meant[self._each])
        each, meetings = self._each[mine], self._meetings[mine]
        return Grouped(self.keys[places], self.often[places], each, meetings, in_order(each))


def grouped(keys: Numbers, meetings: Some, most: int) -> Grouped:
    """Group meetings, which are in order, by keys, all of which are below `most`."""
    if not _fits_table(most, len(keys)):
        return _in_order(keys, meetings, in_order(keys))
    table = np.bincount(keys)
    found = np.flatnonzero(table)
    return Grouped(found, table[found].astype(np.int32), keys, meetings)


def merged(keys: Sequence[Numbers], meetings: Sequence[Some]) -> Grouped:
    """Group meetings that come in sequences, of which each is in the order of its keys."""
    every = np.concatenate(keys)
    return _in_order(every, np.concatenate(meetings), np.argsort(every, kind="stable"))


def _in_order(keys: Numbers, meetings: Some, order: NDArray[np.integer[Any]]) -> Grouped:
    every = keys.take(order)
    firsts = np.flatnonzero(differ(every))
    ends = np.append(firsts, len(keys)).astype(np.int32)
    return Grouped(every.take(firsts), np.diff(ends), keys, meetings, order.astype(np.int32))


def gathered(keys: Numbers, meetings: Sequence[NDArray[np.integer[Any]]]) -> Grouped:
    """Group the meetings of each of some keys, which are in order."""
    often = np.fromiter(map(len, meetings), np.int32, len(meetings))
    every = np.concatenate([np.empty(0, np.int32), *meetings], dtype=np.int32, casting="unsafe")
    in_order = np.arange(len(every), dtype=np.int32)
    return Grouped(keys, often, np.repeat(keys, often), every, in_order)
