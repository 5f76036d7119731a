"""On which days meetings are, and how long nobody met between them."""

from datetime import date
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Calendar
from app.models.calendar import DaysOfBlock, read_block
from app.models.read_model import BITS
from app.queries.sets import numbers
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
        self._blocks: dict[int, DaysOfBlock] = {}

    def of(self, meetings: Meetings) -> Spans:
        """Give the days of these meetings, of which there are some."""
        ends = np.flatnonzero(np.diff(meetings >> BITS)) + 1
        found = [self._within(mine) for mine in np.split(meetings, ends)]
        first, following = map(np.concatenate, zip(*found, strict=True))
        return Spans(first, first + following)

    def lasts(self, within: BitMap, meetings: Meetings) -> NDArray[np.int32]:
        """Give the last day of each of some meetings, in any order, which are `within` these."""
        if not within:
            return np.empty(0, np.int32)
        every = numbers(within)
        return self.of(every).last[np.searchsorted(every, meetings)]

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

    def _within(self, meetings: Meetings) -> DaysOfBlock:
        days, places = self._block(int(meetings[0]) >> BITS), meetings & _PLACE
        return DaysOfBlock(days.first[places], days.following[places])

    def _block(self, block: int) -> DaysOfBlock:
        if block not in self._blocks:
            days = select(Calendar.days).where(Calendar.block == block)
            self._blocks[block] = read_block(self._session.scalar(days) or b"")
        return self._blocks[block]


_PLACE = (1 << BITS) - 1
_TOGETHER = 100


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
