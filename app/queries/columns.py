"""How meetings are counted by several dimensions at once: in columns that are joined row by row.

Some thousand meetings at a time are rows, and a dimension is a column with an entry for each value
of each row. What that costs is in proportion to the values that the meetings have, and not to how
many combinations there might be; and in memory are those that occur.
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


def count_pairs(session: Session, within: BitMap, sets: Sequence[BitMap]) -> Counted:
    """Count some meetings by each two of these sets that they are in, the earlier one first."""
    tally = Tally([len(sets), len(sets)])
    for start in range(0, len(within), _ROWS):
        part = within[start : start + _ROWS]
        every = _entries(part, _rows(part), sets)
        for keys in _pairs(every.only(every.keys < len(sets)), len(sets)):
            check_time(session)
            tally.add(keys)
    return tally.counted()


def _pairs(entries: _Entries, sets: int) -> Iterator[Numbers]:
    """Join each entry with those of its row that come after it."""
    order = np.argsort(entries.rows, kind="stable")
    keys, rows = entries.keys[order], entries.rows[order]
    ends = np.cumsum(np.bincount(rows))[rows]
    places = np.arange(len(ends))
    after = ends - places - 1
    for part in _cut(after):
        which = np.repeat(places[part], after[part])
        shift = np.cumsum(after[part]) - after[part]
        other = which + 1 + np.arange(len(which)) - np.repeat(shift, after[part])
        yield keys[which] * sets + keys[other]


def _cut(many: Numbers) -> Iterator[slice]:
    """Cut what is made into so many entries each, so that not too many are made at once."""
    ends = np.cumsum(many)
    cuts = np.searchsorted(ends, np.arange(_ENTRIES, many.sum(), _ENTRIES), side="right")
    for first, last in pairwise(np.unique([0, *cuts, len(ends)]).tolist()):
        yield slice(first, last)


def _read(session: Session, part: BitMap, columns: Sequence[Column]) -> list[_Entries]:
    """Make entries of each column, and only once of two that have the same sets."""
    rows = _rows(part)
    sets = {id(column.sets): column.sets for column in columns}
    entries = {}
    for which, some in sets.items():
        check_time(session)
        entries[which] = _entries(part, rows, some)
    return [entries[id(column.sets)] for column in columns]


def _rows(part: BitMap) -> Rows:
    """Give the row of each number, less the first one."""
    numbers = np.frombuffer(part.to_array(), np.uint32) - part.min()
    rows = np.empty(numbers[-1] + 1, np.uint16)
    rows[numbers] = np.arange(len(numbers), dtype=np.uint16)
    return rows


def _entries(part: BitMap, rows: Rows, sets: Sequence[BitMap]) -> _Entries:
    found = [(part & numbers).to_array() for numbers in sets]
    known = rows[np.frombuffer(b"".join(found), np.uint32) - part.min()]
    values = np.repeat(np.arange(len(found)), np.fromiter(map(len, found), np.int64))
    unknown = np.flatnonzero(np.bincount(known, minlength=len(part)) == 0)
    return _Entries(
        np.concatenate([known, unknown.astype(np.uint16)]),
        np.concatenate([values, np.full(len(unknown), len(found))]),
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
        which, values = self._of_row(left)
        keys = left.keys * self.column.values
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
