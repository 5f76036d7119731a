"""On which days meetings are, and how long nobody met between them."""

from array import array
from collections.abc import Sequence
from datetime import date
from itertools import accumulate
from operator import sub
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Calendar
from app.models.calendar import Packed, first_day, last_day, read_block
from app.models.read_model import BITS
from app.queries.sets import parts
from app.schemas.dates import LONGEST
from app.schemas.encounters import Gap


class Gaps(NamedTuple):
    """The longest and the shortest time without a meeting; the first of those of equal length."""

    longest: Gap
    shortest: Gap


class Days:
    """The days of meetings; those of a block are read when they are asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._blocks: dict[int, array[int]] = {}

    def of(self, numbers: BitMap) -> list[Packed]:
        """Give the days of these meetings, in their order."""
        found: list[Packed] = []
        while numbers:
            check_time(self._session)
            block = numbers.min() >> BITS
            end = (block + 1) << BITS
            mine = numbers if numbers.max() < end else numbers & BitMap(range(end - _SIZE, end))
            numbers = numbers - mine
            found += map(self._block(block).__getitem__, mine.shift(_SIZE - end))
        return found

    def first(self, numbers: BitMap) -> date:
        """Give the earliest day of these meetings."""
        return date.fromordinal(first_day(self._one(numbers.min())))

    def last(self, numbers: BitMap) -> date:
        """Give the latest day: a meeting that began earlier may have ended later."""
        check_time(self._session)
        newest, latest = first_day(self._one(numbers.max())), 0
        for some in parts(numbers, _TOGETHER, newest_first=True):
            spans = [self._one(number) for number in some]
            latest = max(latest, *map(last_day, spans))
            if first_day(spans[-1]) < newest - LONGEST.days:
                break
        return date.fromordinal(latest)

    def _one(self, number: int) -> Packed:
        return self._block(number >> BITS)[number & (_SIZE - 1)]

    def _block(self, block: int) -> "array[int]":
        if block not in self._blocks:
            days = select(Calendar.days).where(Calendar.block == block)
            self._blocks[block] = read_block(self._session.scalar(days))
        return self._blocks[block]


_SIZE = 1 << BITS
_TOGETHER = 100


def gaps(spans: Sequence[Packed]) -> Gaps | None:
    """Give the gaps between meetings in order of their first days; None for fewer than two."""
    ends = list(accumulate(map(last_day, spans), max))
    starts = list(map(first_day, spans[1:]))
    lengths = list(map(sub, starts, ends))
    if not lengths:
        return None
    longest, shortest = (_first(lengths, length) for length in (max(lengths), min(lengths)))
    return Gaps(_gap(ends[longest], starts[longest]), _gap(ends[shortest], starts[shortest]))


def longest_gap(spans: Sequence[Packed]) -> Gap | None:
    """Give the longest time without a meeting; None for fewer than two meetings."""
    found = gaps(spans)
    return found and found.longest


def _first(lengths: Sequence[int], wanted: int) -> int:
    if wanted > 0:
        return lengths.index(wanted)
    # Dates that overlap leave no time, however much they do.
    return next(number for number, length in enumerate(lengths) if length <= 0)


def _gap(before: int, after: int) -> Gap:
    since = min(before, after)
    return Gap(days=after - since, from_=date.fromordinal(since), to=date.fromordinal(after))
