"""On which days meetings are, and how long nobody met between them."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Calendar
from app.models.among import among
from app.models.calendar import DaysOfBlock, read_block
from app.models.read_model import BITS
from app.queries.kept import MANY, kept_of_blocks
from app.schemas.dates import LONGEST
from app.schemas.encounters import Gap

Meetings = NDArray[np.integer[Any]]
"""Numbers of meetings, in order."""


class Gaps(NamedTuple):
    """The longest and the shortest time without a meeting; the first of those of equal length."""

    longest: Gap
    shortest: Gap


class Spans(NamedTuple):
    """The first and the last day of some meetings, counted as `date.toordinal` counts."""

    first: NDArray[np.int32]
    last: NDArray[np.int32]

    def period(self) -> tuple[date, date]:
        """Give the earliest and the latest day of all."""
        return date.fromordinal(int(self.first[0])), date.fromordinal(int(self.last.max()))


class Days:
    """The days of meetings; those of a block are read when they are asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._blocks = range(0)
        self._read = BitMap()
        self._days = DaysOfBlock(np.empty(0, np.int32), np.empty(0, np.int16))

    def of(self, meetings: Meetings) -> Spans:
        """Give the days of these meetings, of which there are some."""
        low, high = int(meetings.min()) >> BITS, int(meetings.max()) >> BITS
        self._reach(low, high)
        places = np.subtract(meetings, self._blocks.start << BITS, dtype=np.intp)
        if self._read.range_cardinality(low, high + 1) <= high - low:
            self._fill(np.flatnonzero(np.bincount(places >> BITS)) + self._blocks.start)
        first = self._days.first.take(places)
        return Spans(first, first + self._days.following.take(places))

    def _reach(self, first: int, last: int) -> None:
        """Make room for the days of all blocks from one to another."""
        if first in self._blocks and last in self._blocks:
            return
        before, kept = self._blocks, self._days
        if before:
            first, last = min(first, before[0]), max(last, before[-1])
        self._blocks = range(first, last + 1)
        # What is not written takes no memory.
        size = len(self._blocks) << BITS
        self._days = DaysOfBlock(np.zeros(size, np.int32), np.zeros(size, np.int16))
        if before:
            start = (before.start - first) << BITS
            mine = slice(start, start + len(kept.first))
            self._days.first[mine], self._days.following[mine] = kept

    def _fill(self, needed: NDArray[np.int64]) -> None:
        """Read the days of these blocks, but for those that were read."""
        missing = BitMap(needed) - self._read
        if not missing:
            return
        self._read |= missing
        for block, found in _blocks(self._session, missing).items():
            start = (block - self._blocks.start) << BITS
            end = start + (1 << BITS)
            self._days.first[start:end] = found.first
            self._days.following[start:end] = found.following

    def first(self, meetings: Meetings) -> date:
        """Give the earliest day of these meetings."""
        return date.fromordinal(int(self.of(meetings[:1]).first[0]))

    def last(self, meetings: Meetings) -> date:
        """Give the latest day: a meeting that began earlier may have ended later."""
        latest = 0
        for end in range(len(meetings), 0, -_TOGETHER):
            spans = self.of(meetings[max(0, end - _TOGETHER) : end])
            latest = max(latest, int(spans.last.max()))
            if spans.first[0] < latest - LONGEST.days:
                break
        return date.fromordinal(latest)


_TOGETHER = 100


def _blocks(session: Session, wanted: BitMap) -> Mapping[int, DaysOfBlock]:
    """Read the days of blocks; what a question about many meetings reads is kept."""
    if len(wanted) <= MANY >> BITS:
        return _read(session, wanted)

    def read(some: Iterable[int]) -> Iterable[DaysOfBlock]:
        found = _read(session, some)
        return map(found.__getitem__, some)

    return kept_of_blocks(session, wanted, "days", read, _size)


def _read(session: Session, blocks: Iterable[int]) -> dict[int, DaysOfBlock]:
    mine = among(Calendar.block, [*blocks])
    rows = session.execute(select(Calendar.block, Calendar.days).where(mine))
    return {block: read_block(days) for block, days in rows}


def _size(found: DaysOfBlock) -> int:
    return sum(column.nbytes for column in found)


def gaps(spans: Spans) -> Gaps | None:
    """Give the gaps between meetings in order of their first days; None for fewer than two."""
    ends, starts = np.maximum.accumulate(spans.last)[:-1], spans.first[1:]
    if not len(starts):
        return None
    # Dates that overlap leave no time, however much they do.
    lengths = np.maximum(starts - ends, 0)
    longest, shortest = int(lengths.argmax()), int(lengths.argmin())
    return Gaps(*(_gap(int(ends[at]), int(starts[at])) for at in (longest, shortest)))


def longest_gap(spans: Spans) -> Gap | None:
    """Give the longest time without a meeting; None for fewer than two meetings."""
    found = gaps(spans)
    return found and found.longest


def _gap(before: int, after: int) -> Gap:
    since = min(before, after)
    return Gap(days=after - since, from_=date.fromordinal(since), to=date.fromordinal(after))
