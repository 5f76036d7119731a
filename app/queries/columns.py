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

_ROWS = 1 << 16
"""Meetings at a time: their rows are numbers of 16 bits, which are soonest put in order."""
_ENTRIES = 1 << 18
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

    rows: Numbers
    keys: Numbers


def count(session: Session, within: BitMap, columns: Sequence[Column]) -> Counted:
    """Count some meetings by several columns."""
    tally = Tally([column.values for column in columns])
    for start in range(0, len(within), _ROWS):
        part = within[start : start + _ROWS]
        first, *others = (_entries(session, part, column) for column in columns)
        rest = [_Right(len(part), *one) for one in zip(others, columns[1:], strict=True)]
        for entries in _joined(session, first, rest, tally.shape):
            tally.add(entries.keys)
    return tally.counted()


def _entries(session: Session, part: BitMap, column: Column) -> _Entries:
    check_time(session)
    found = [(part & numbers).to_array() for numbers in column.sets]
    rows = _rows(part)[np.frombuffer(b"".join(found), np.uint32) - part.min()]
    values = np.repeat(np.arange(len(found)), np.fromiter(map(len, found), np.int64))
    unknown = np.flatnonzero(np.bincount(rows, minlength=len(part)) == 0)
    return _Entries(
        np.concatenate([rows, unknown]),
        np.concatenate([values, np.full(len(unknown), len(found))]),
    )


def _rows(part: BitMap) -> Numbers:
    """Give the row of each number, less the first one."""
    numbers = np.frombuffer(part.to_array(), np.uint32) - part.min()
    rows = np.empty(numbers[-1] + 1, np.int64)
    rows[numbers] = np.arange(len(numbers))
    return rows


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
        # Numbers of 16 bits are put in order without comparing them.
        rows = self.entries.rows.astype(np.uint16)
        return self.entries.keys[np.argsort(rows, kind="stable")]

    def to(self, left: _Entries, shape: Sequence[int]) -> Iterator[_Entries]:
        """Join each of these entries, which have keys of a shape, with every one of its row."""
        many = self._many[left.rows]
        ends = np.cumsum(many)
        shift = self._starts[left.rows] + many - ends
        apart = self.column.apart
        one = np.unravel_index(left.keys, shape)[apart.column] if apart else None
        for first, last in _cuts(ends):
            which = np.repeat(np.arange(first, last), many[first:last])
            place = np.arange(ends[last - 1] - len(which), ends[last - 1])
            values = self._values[place + shift[which]]
            if one is not None:
                which, values = self._together(one, range(first, last), which, values)
            yield _Entries(left.rows[which], left.keys[which] * self.column.values + values)

    def _together(
        self, one: Numbers, left: range, which: Numbers, values: Numbers
    ) -> tuple[Numbers, Numbers]:
        """Leave out what is apart; what has nothing else then goes together with the unknown."""
        kept = ~self.column.apart.values[one[which], values]
        which, values = which[kept], values[kept]
        many = np.bincount(which - left.start, minlength=len(left))
        alone = left.start + np.flatnonzero(many == 0)
        unknown = np.full(len(alone), self.column.values - 1)
        return np.concatenate([which, alone]), np.concatenate([values, unknown])


def _joined(
    session: Session, left: _Entries, rest: Sequence[_Right], shape: Sequence[int]
) -> Iterator[_Entries]:
    check_time(session)
    if not rest:
        yield left
        return
    right, *others = rest
    for entries in right.to(left, shape[: -len(rest)]):
        yield from _joined(session, entries, others, shape)


def _cuts(ends: Numbers) -> Iterator[tuple[int, int]]:
    """Cut entries where so many have been made of them."""
    inner = np.searchsorted(ends, np.arange(_ENTRIES, ends[-1], _ENTRIES), side="right")
    return pairwise(np.unique([0, *inner, len(ends)]).tolist())
