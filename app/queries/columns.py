"""How meetings are counted by several dimensions at once: in columns that are joined row by row.

Some thousand meetings at a time are rows, and a dimension is a column with an entry for each value
of each row. What that costs is in proportion to the values that the meetings have, and not to how
many combinations there might be; and it takes no more memory for more meetings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries.tallies import Counted, Numbers, Tally

Rows = NDArray[np.uint16]
"""Numbers of 16 bits, which are put in order without comparing them."""

_ROWS = 1 << 15
"""Meetings at a time."""
_ENTRIES = 1 << 16
"""Entries that are made at a time, unless a single one is joined with more."""


@dataclass(frozen=True)
class Apart:
    """What is not counted together with a column before."""

    column: int
    values: NDArray[np.bool_]
    """Of each value of that column which of this one; what is unknown is apart from nothing."""


@dataclass(frozen=True)
class Column:
    """A dimension: the meetings of each value; those that have none have one more, the last."""

    sets: Sequence[BitMap]
    apart: Apart | None = None

    @property
    def values(self) -> int:
        """How many there are, with the unknown."""
        return len(self.sets) + 1


@dataclass(frozen=True)
class _Entries:
    """Which rows have which values, or combinations of values, as `numpy.ravel_multi_index`."""

    rows: Rows
    keys: Numbers


def count(session: Session, within: BitMap, columns: Sequence[Column]) -> Counted:
    """Count some meetings by several columns."""
    tally = Tally([column.values for column in columns])
    for start in range(0, len(within), _ROWS):
        part = within[start : start + _ROWS]
        rows = _rows(part)
        first, *others = (_entries(session, part, rows, column) for column in columns)
        rest = [_Right(len(part), *one) for one in zip(others, columns[1:], strict=True)]
        for entries in _joined(session, first, rest, tally.shape):
            tally.add(entries.keys)
    return _together(tally.counted(), columns)


def _rows(part: BitMap) -> Rows:
    """Give the row of each number, less the first one."""
    numbers = np.frombuffer(part.to_array(), np.uint32) - part.min()
    rows = np.empty(numbers[-1] + 1, np.uint16)
    rows[numbers] = np.arange(len(numbers), dtype=np.uint16)
    return rows


def _entries(session: Session, part: BitMap, rows: Rows, column: Column) -> _Entries:
    check_time(session)
    found = [(part & numbers).to_array() for numbers in column.sets]
    known = rows[np.frombuffer(b"".join(found), np.uint32) - part.min()]
    values = np.repeat(np.arange(len(found)), np.fromiter(map(len, found), np.int64))
    unknown = np.flatnonzero(np.bincount(known, minlength=len(part)) == 0)
    return _Entries(
        np.concatenate([known, unknown.astype(np.uint16)]),
        np.concatenate([values, np.full(len(unknown), len(found))]),
    )


def _together(counted: Counted, columns: Sequence[Column]) -> Counted:
    """Leave out combinations of what is apart."""
    places = np.unravel_index(counted.keys, [column.values for column in columns])
    for place, column in zip(places, columns, strict=True):
        if column.apart:
            counted = counted.only(~column.apart.values[places[column.apart.column], place])
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
    def _starts(self) -> Numbers:
        """Where those of each row begin."""
        return np.cumsum(self._many) - self._many

    @cached_property
    def _values(self) -> Numbers:
        """The values of the first row, and of the next."""
        return self.entries.keys[np.argsort(self.entries.rows, kind="stable")]

    def to(self, left: _Entries, shape: Sequence[int]) -> Iterator[_Entries]:
        """Join each of these entries, which have keys of a shape, with every one of its row."""
        many = self._many[left.rows]
        ends = np.cumsum(many)
        which = np.repeat(np.arange(len(many)), many)
        place = np.arange(len(which)) + (self._starts[left.rows] + many - ends)[which]
        values, keys = self._values[place], left.keys * self.column.values
        yield _Entries(left.rows[which], keys[which] + values)
        if apart := self.column.apart:
            before = np.unravel_index(left.keys, shape)[apart.column] * self.column.values
            each = apart.values.ravel()[before[which] + values]
            none = np.logical_and.reduceat(each, ends - many)
            yield _Entries(left.rows[none], keys[none] + self.column.values - 1)

    def parts(self, left: _Entries) -> Iterator[_Entries]:
        """Cut entries so that not too many at once are made of them."""
        ends = np.cumsum(self._many[left.rows])
        cuts = np.searchsorted(ends, np.arange(_ENTRIES, ends[-1], _ENTRIES), side="right")
        for first, last in pairwise(np.unique([0, *cuts, len(ends)]).tolist()):
            yield _Entries(left.rows[first:last], left.keys[first:last])


def _joined(
    session: Session, left: _Entries, rest: Sequence[_Right], shape: Sequence[int]
) -> Iterator[_Entries]:
    check_time(session)
    if not rest:
        yield left
        return
    right, *others = rest
    for part in right.parts(left) if len(left.rows) else ():
        for entries in right.to(part, shape[: -len(rest)]):
            yield from _joined(session, entries, others, shape)
