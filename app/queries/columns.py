"""How meetings are counted by several dimensions at once: in columns that are joined row by row.

Some thousand meetings at a time are rows, and a dimension is a column with the values of each row.
What that costs is in proportion to the values that the meetings have, and not to how many
combinations there might be; and in memory are those that occur.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models.read_model import BITS
from app.queries.attendance import Attendees
from app.queries.cells import Cells, Found, Part, Rows, Values, parts
from app.queries.tallies import Counted, Numbers, Tally, distinct, repeated

_BITS = 32
"""Of a number those that stand for who took part, before which the meeting stands."""
_FEW = 1 << 15
"""Entries that it takes longer to make one turn after the other than all at once."""


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


@dataclass(frozen=True)
class Column:
    """A dimension: the values of meetings; those that have none have one more, the last."""

    values: int
    """How many there are, with the unknown."""
    read: Callable[[Part], Cells]
    apart: Apart | None = None


def of_sets(sets: Sequence[BitMap]) -> Column:
    """Make a column of values of which each has a set of meetings."""

    def read(part: Part) -> Cells:
        found = [(part.meetings & mine).to_array() for mine in sets]
        each = np.arange(len(found), dtype=np.min_scalar_type(len(found)))
        values = np.repeat(each, np.fromiter(map(len, found), np.int64))
        return part.cells((np.frombuffer(b"".join(found), np.uint32), values), len(sets))

    return Column(len(sets) + 1, read)


def of_attendees(attendees: Attendees, but_for: int) -> Column:
    """Make a column of those who took part, but not for this country."""

    def read(part: Part) -> Cells:
        return part.cells(took_part(attendees, but_for, part.meetings), len(attendees))

    return Column(len(attendees) + 1, read)


def took_part(attendees: Attendees, but_for: int, some: BitMap) -> Found:
    """Give who took part in some meetings, but not for this country, in the order of meetings."""
    entries = attendees.of(some)
    meant = entries.where(entries.sides != but_for)
    # Somebody may have taken part in several capacities.
    found = distinct((meant.meetings.astype(np.int64) << _BITS) | meant.who)
    return (found >> _BITS).astype(np.int32), found & ((1 << _BITS) - 1)


@dataclass(frozen=True)
class _Entries:
    """Which rows have which combinations of values, as keys of a tally."""

    rows: Rows
    keys: Numbers

    def only(self, places: Numbers) -> "_Entries":
        """Keep those in these places."""
        return _Entries(self.rows.take(places), self.keys.take(places))


def count(session: Session, within: BitMap, columns: Sequence[Column]) -> Counted:
    """Count some meetings by several columns."""
    tally = Tally([column.values for column in columns], len(within))
    for part in parts(within):
        joined = _read(session, part, columns, tally.steps)
        # What has but one value for each row, such as a year, is joined while entries are few,
        # and what is apart from another one after that.
        joined.sort(key=lambda one: (one.most, one.apart is not None))
        rows = _Entries(part.rows, np.zeros(len(part.rows), np.int64))
        for entries in _joined(session, rows, joined, tally.steps):
            tally.add(entries.keys)
    return _together(tally.counted(), columns)


def _read(
    session: Session, part: Part, columns: Sequence[Column], steps: Sequence[int]
) -> "list[_Joined]":
    """Read the cells of each column, and only once of two that are read alike."""
    cells = {}
    for read in dict.fromkeys(column.read for column in columns):
        check_time(session)
        cells[read] = read(part)
    return [
        _Joined(cells[column.read], step, column.apart)
        for column, step in zip(columns, steps, strict=True)
    ]


def _together(counted: Counted, columns: Sequence[Column]) -> Counted:
    """Leave out combinations of what is apart."""
    for number, column in enumerate(columns):
        if column.apart:
            places = np.unravel_index(counted.keys, [one.values for one in columns])
            apart = column.apart.values[places[column.apart.column], places[number]]
            counted = counted.only(~apart)
    return counted


@dataclass(frozen=True)
class _Joined:
    """A column of some rows, which is joined to entries of these rows."""

    cells: Cells
    step: int
    """How far the keys of two values are apart, of which one comes right after the other."""
    apart: Apart | None

    @cached_property
    def most(self) -> int:
        """How many values a row has at most."""
        return 1 if self.cells.many is None else int(self.cells.many.max())

    @cached_property
    def _many(self) -> Values:
        """How many values each row has."""
        return np.ones(1 << BITS, np.uint8) if self.cells.many is None else self.cells.many

    @cached_property
    def _ends(self) -> NDArray[np.int32]:
        """Where those of each row end."""
        return np.cumsum(self._many, dtype=np.int32)

    def to(self, left: _Entries) -> Iterator[_Entries]:
        """Join the first value of each one's row to entries, then the second one."""
        for some, values in self._in_turn(left):
            keys = np.multiply(values, self.step, dtype=np.int64)
            keys += some.keys
            yield _Entries(some.rows, keys)

    def alone(self, left: _Entries, steps: Sequence[int], apart: Apart) -> _Entries:
        """Join what is unknown to those of some entries whose row has but what is apart."""
        before = left.keys // steps[apart.column] % len(apart.values)
        perhaps = np.flatnonzero(self._many.take(left.rows) <= apart.many.take(before))
        left, before = left.only(perhaps), before.take(perhaps)
        is_alone = np.ones(len(perhaps), bool)
        for some, values in self._in_turn(_Entries(left.rows, np.arange(len(perhaps)))):
            with_others = ~apart.values[before.take(some.keys), values]
            is_alone[some.keys[with_others]] = False
        alone = left.only(np.flatnonzero(is_alone))
        return _Entries(alone.rows, alone.keys + self.step * (len(apart.values) - 1))

    def _in_turn(self, left: _Entries) -> Iterator[tuple[_Entries, Values]]:
        """Give entries with the first value of each one's row; then those with a second one.

        Once those to come are few, they are given together.
        """
        values = self.cells.values
        if self.most == 1:
            yield left, values.take(left.rows)
            return
        many = self._many.take(left.rows)
        first = self._ends.take(left.rows) - many
        for place in range(self.most):
            if place:
                some = np.flatnonzero(many > place)
                left, first, many = left.only(some), first.take(some), many.take(some)
            if int(many.sum()) - place * len(many) <= _FEW:
                again, others = repeated(many - place)
                yield left.only(again), values.take(first.take(again) + (place + others))
                return
            yield left, values.take(first + place)


def _joined(
    session: Session, left: _Entries, rest: Sequence[_Joined], steps: Sequence[int]
) -> Iterator[_Entries]:
    check_time(session)
    if not rest:
        yield left
    if not rest or not len(left.rows):
        return
    right, *others = rest
    for some in right.to(left):
        yield from _joined(session, some, others, steps)
    if right.apart:
        alone = right.alone(left, steps, right.apart)
        yield from _joined(session, alone, others, steps)
