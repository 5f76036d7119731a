"""How meetings are counted by several dimensions at once: in columns that are joined row by row.

Some thousand meetings at a time are rows, and a dimension is a column with an entry for each value
of each row. What that costs is in proportion to the values that the meetings have, and not to how
many combinations there might be; and in memory are those that occur.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries.attendance import Attendees
from app.queries.sets import numbers
from app.queries.tallies import Counted, Numbers, Tally, distinct

Rows = NDArray[np.uint16]
"""Numbers of 16 bits, which are put in order without comparing them."""

_ROWS = 1 << 16
"""Meetings at a time."""
_ENTRIES = 1 << 16
"""Entries that are made at a time, unless a single one is joined with more."""


@dataclass(frozen=True)
class Apart:
    """What is not counted together with a column before."""

    column: int
    values: NDArray[np.bool_]
    """Of each value of that column which of this one; what is unknown is apart from nothing."""

    @cached_property
    def many(self) -> Numbers:
        """How many values each value is apart from."""
        return np.asarray(np.count_nonzero(self.values, axis=1))


Found = tuple[NDArray[np.uint32] | NDArray[np.int32], Numbers]
"""Numbers of meetings, each as often as it has values; and those."""


@dataclass(frozen=True)
class Column:
    """A dimension: the values of meetings; those that have none have one more, the last."""

    values: int
    """How many there are, with the unknown."""
    read: Callable[[BitMap], Found]
    """Finds the values of some meetings."""
    apart: Apart | None = None


def of_sets(sets: Sequence[BitMap]) -> Column:
    """Make a column of values of which each has a set of meetings."""

    def read(part: BitMap) -> Found:
        found = [(part & mine).to_array() for mine in sets]
        values = np.repeat(np.arange(len(found)), np.fromiter(map(len, found), np.int64))
        return np.frombuffer(b"".join(found), np.uint32), values

    return Column(len(sets) + 1, read)


def of_attendees(attendees: Attendees, but_for: int) -> Column:
    """Make a column of those who took part, but not for this country."""

    def read(part: BitMap) -> Found:
        entries = attendees.of(part)
        meant = entries.sides != but_for
        every = entries.meetings[meant].astype(np.int64) * len(attendees) + entries.who[meant]
        # Somebody may have taken part in several capacities.
        found, values = np.divmod(distinct(every), max(1, len(attendees)))
        return found.astype(np.int32), values

    return Column(len(attendees) + 1, read)


@dataclass(frozen=True)
class _Entries:
    """Which rows have which values, or combinations of values, as `numpy.ravel_multi_index`."""

    rows: Rows
    keys: Numbers

    def only(self, these: slice | NDArray[np.bool_]) -> "_Entries":
        """Keep some of them."""
        return _Entries(self.rows[these], self.keys[these])


def count(session: Session, within: BitMap, columns: Sequence[Column]) -> Counted:
    """Count some meetings by several columns."""
    shape = [column.values for column in columns]
    tally = Tally(shape)
    for start in range(0, len(within), _ROWS):
        part = within[start : start + _ROWS]
        first, *others = _read(session, part, columns)
        rest = [_Right(len(part), *one) for one in zip(others, columns[1:], strict=True)]
        for entries in _joined(session, first, rest, shape):
            tally.add(entries.keys)
    return _together(tally.counted(), columns)


def _cut(many: Numbers) -> Iterator[slice]:
    """Cut what is made into so many entries each, so that not too many are made at once."""
    ends = np.cumsum(many)
    cuts = np.searchsorted(ends, np.arange(_ENTRIES, many.sum(), _ENTRIES), side="right")
    for first, last in pairwise(np.unique([0, *cuts, len(ends)]).tolist()):
        yield slice(first, last)


def _read(session: Session, part: BitMap, columns: Sequence[Column]) -> list[_Entries]:
    """Make entries of each column, and only once of two that are read alike."""
    rows, entries = _rows(part), {}
    for read, values in {column.read: column.values for column in columns}.items():
        check_time(session)
        entries[read] = _entries(part, rows, read(part), values - 1)
    return [entries[column.read] for column in columns]


def _rows(part: BitMap) -> Rows:
    """Give the row of each number, less the first one."""
    places = numbers(part) - part.min()
    rows = np.empty(places[-1] + 1, np.uint16)
    rows[places] = np.arange(len(places), dtype=np.uint16)
    return rows


def _entries(part: BitMap, rows: Rows, found: Found, unknown: int) -> _Entries:
    meetings, values = found
    known = rows[meetings - part.min()]
    others = np.flatnonzero(np.bincount(known, minlength=len(part)) == 0)
    return _Entries(
        np.concatenate([known, others.astype(np.uint16)]),
        np.concatenate([values, np.full(len(others), unknown)]),
    )


def _together(counted: Counted, columns: Sequence[Column]) -> Counted:
    """Leave out combinations of what is apart."""
    for number, column in enumerate(columns):
        if column.apart:
            places = np.unravel_index(counted.keys, [one.values for one in columns])
            apart = column.apart.values[places[column.apart.column], places[number]]
            counted = counted.only(~apart)
    return counted


@dataclass(frozen=True)
class _Right:
    """A column that is joined to what is before it."""

    rows: int
    entries: _Entries
    column: Column

    @cached_property
    def _many(self) -> Numbers:
        """How many entries each row has."""
        return np.bincount(self.entries.rows, minlength=self.rows)

    @cached_property
    def _has_one_of_each(self) -> bool:
        """Tell whether each row has one entry, as for years."""
        return len(self.entries.rows) == self.rows

    @cached_property
    def _starts(self) -> Numbers:
        """Where those of each row begin."""
        return np.cumsum(self._many) - self._many

    @cached_property
    def _values(self) -> Numbers:
        """The values of the first row, and of the next."""
        return self.entries.keys[np.argsort(self.entries.rows, kind="stable")]

    def parts(self, left: _Entries) -> Iterator[_Entries]:
        """Cut entries so that not too many at once are made of them."""
        yield from map(left.only, _cut(self._many[left.rows]))

    def to(self, left: _Entries) -> _Entries:
        """Join each of these entries with every one of its row."""
        keys = left.keys * self.column.values
        if self._has_one_of_each:
            return _Entries(left.rows, keys + self._values[left.rows])
        which, values = self._of_row(left)
        return _Entries(left.rows[which], keys[which] + values)

    def unknown(self, left: _Entries, shape: Sequence[int], apart: Apart) -> _Entries:
        """Join those of some entries, with keys of a shape, whose row has but what is apart."""
        before = np.unravel_index(left.keys, shape)[apart.column]
        perhaps = self._many[left.rows] <= apart.many[before]
        left, before = left.only(perhaps), before[perhaps]
        which, values = self._of_row(left)
        beside = which[~apart.values[before[which], values]]
        alone = left.only(np.bincount(beside, minlength=len(left.rows)) == 0)
        return _Entries(alone.rows, (alone.keys + 1) * self.column.values - 1)

    def _of_row(self, left: _Entries) -> tuple[Numbers, Numbers]:
        """Give each of some entries, by its place, as often as its row has values; and those."""
        many = self._many[left.rows]
        which = np.repeat(np.arange(len(many)), many)
        shift = self._starts[left.rows] + many - np.cumsum(many)
        return which, self._values[np.arange(len(which)) + shift[which]]


def _joined(
    session: Session, left: _Entries, rest: Sequence[_Right], shape: Sequence[int]
) -> Iterator[_Entries]:
    check_time(session)
    if not rest:
        yield left
    if not rest or not len(left.rows):
        return
    right, *others = rest
    for part in right.parts(left):
        yield from _joined(session, right.to(part), others, shape)
        if apart := right.column.apart:
            alone = right.unknown(part, shape[: -len(rest)], apart)
            yield from _joined(session, alone, others, shape)
