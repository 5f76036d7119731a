"""How meetings are counted by several dimensions at once: in columns that are joined row by row.

Some thousand meetings at a time are rows, and a dimension is a column with an entry for each value
of each row. What that costs is in proportion to the values that the meetings have, and not to how
many combinations there might be; and in memory are those that occur.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod
from operator import attrgetter

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

_BITS = 32
"""Of a number those that stand for who took part, before which the meeting stands."""
_ROWS = 1 << 15
"""Meetings at a time."""


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
        meant = entries.where(entries.sides != but_for)
        # Somebody may have taken part in several capacities.
        found = distinct((meant.meetings.astype(np.int64) << _BITS) | meant.who)
        return (found >> _BITS).astype(np.int32), found & ((1 << _BITS) - 1)

    return Column(len(attendees) + 1, read)


@dataclass(frozen=True)
class _Entries:
    """Which rows have which values, or combinations of values, as `numpy.ravel_multi_index`."""

    rows: Rows
    keys: Numbers

    def only(self, places: Numbers) -> "_Entries":
        """Keep those in these places."""
        return _Entries(self.rows.take(places), self.keys.take(places))

    def times(self, step: int) -> "_Entries":
        """Make keys of values, or of more values than before."""
        return _Entries(self.rows, self.keys * step)


def count(session: Session, within: BitMap, columns: Sequence[Column]) -> Counted:
    """Count some meetings by several columns."""
    shape = [column.values for column in columns]
    tally = Tally(shape)
    for start in range(0, len(within), _ROWS):
        part = within[start : start + _ROWS]
        first, *rest = _read(session, part, columns)
        # What has but one value for each row, such as a year, is joined while entries are few.
        rest.sort(key=attrgetter("most"))
        for entries in _joined(session, first.entries, rest, shape):
            tally.add(entries.keys)
    return _together(tally.counted(), columns)


def _read(session: Session, part: BitMap, columns: Sequence[Column]) -> "list[_Part]":
    """Make entries of each column, and only once of two that are read alike."""
    rows, entries = _rows(part), {}
    for read, values in {column.read: column.values for column in columns}.items():
        check_time(session)
        entries[read] = _entries(part, rows, read(part), values - 1)
    steps = [prod(other.values for other in columns[place:]) for place, _ in enumerate(columns, 1)]
    return [
        _Part(len(part), entries[column.read].times(step), step, column.apart)
        for column, step in zip(columns, steps, strict=True)
    ]


def _rows(part: BitMap) -> Rows:
    """Give the row of each number, less the first one."""
    places = numbers(part) - part.min()
    rows = np.empty(places[-1] + 1, np.uint16)
    rows[places] = np.arange(len(places), dtype=np.uint16)
    return rows


def _entries(part: BitMap, rows: Rows, found: Found, unknown: int) -> _Entries:
    meetings, values = found
    known = rows.take(meetings - part.min())
    others = np.flatnonzero(np.bincount(known, minlength=len(part)) == 0)
    if not len(others):
        return _Entries(known, values)
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
class _Part:
    """A column of some rows, to which others are joined."""

    rows: int
    entries: _Entries
    step: int
    """How far the keys of two values are apart, of which one comes right after the other."""
    apart: Apart | None

    @cached_property
    def most(self) -> int:
        """How many entries a row has at most."""
        return int(self._many.max(initial=0))

    @cached_property
    def _many(self) -> Numbers:
        """How many entries each row has."""
        return np.bincount(self.entries.rows, minlength=self.rows)

    @cached_property
    def _starts(self) -> Numbers:
        """Where those of each row begin."""
        return np.cumsum(self._many) - self._many

    @cached_property
    def _keys(self) -> Numbers:
        """The keys of the first row, and of the next."""
        return self.entries.keys.take(np.argsort(self.entries.rows, kind="stable"))

    def to(self, left: _Entries) -> Iterator[_Entries]:
        """Join these entries with the first one of each one's row, then with the second ones."""
        for some, keys in self._in_turn(left):
            yield _Entries(some.rows, some.keys + keys)

    def alone(self, left: _Entries, shape: Sequence[int], apart: Apart) -> _Entries:
        """Join those of some entries whose row has but what is apart to what is unknown."""
        before = np.unravel_index(left.keys, shape)[apart.column]
        perhaps = np.flatnonzero(self._many.take(left.rows) <= apart.many.take(before))
        left, before = left.only(perhaps), before.take(perhaps)
        is_alone = np.ones(len(perhaps), bool)
        for some, keys in self._in_turn(_Entries(left.rows, np.arange(len(perhaps)))):
            is_alone[some.keys] &= apart.values[before.take(some.keys), keys // self.step]
        alone = left.only(np.flatnonzero(is_alone))
        return _Entries(alone.rows, alone.keys + self.step * (len(apart.values) - 1))

    def _in_turn(self, left: _Entries) -> Iterator[tuple[_Entries, Numbers]]:
        """Give entries with the first one of each one's row; then those with a second one."""
        if self.most == 1:
            yield left, self._keys.take(left.rows)
            return
        starts, many = self._starts.take(left.rows), self._many.take(left.rows)
        for place in range(many.max(initial=0)):
            if place:
                some = np.flatnonzero(many > place)
                left, starts, many = left.only(some), starts.take(some), many.take(some)
            yield left, self._keys.take(starts + place)


def _joined(
    session: Session, left: _Entries, rest: Sequence[_Part], shape: Sequence[int]
) -> Iterator[_Entries]:
    check_time(session)
    if not rest:
        yield left
    if not rest or not len(left.rows):
        return
    right, *others = rest
    for some in right.to(left):
        yield from _joined(session, some, others, shape)
    if right.apart:
        alone = right.alone(left, shape, right.apart)
        yield from _joined(session, alone, others, shape)
