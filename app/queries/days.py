"""Which days a question is about, as stretches of numbers, which are in the order of days."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from app.models import Document
from app.schemas.dates import LONGEST
from app.schemas.filters import MeetingFilters


class Place(NamedTuple):
    """A place in the order of meetings: right after this one."""

    starts_on: date
    meeting_id: str


@dataclass(frozen=True)
class Stretch:
    """Meetings with numbers from `first` to `last`."""

    first: int
    last: int
    only: BitMap | None = None
    """Only these of them."""
    without: BitMap | None = None
    """None of these."""

    def of(self, numbers: BitMap) -> BitMap:
        """Keep those of some numbers that are in the stretch."""
        if numbers and (numbers.min() < self.first or self.last < numbers.max()):
            # An open range would be written out as far as numbers go.
            first, last = max(self.first, numbers.min()), min(self.last, numbers.max())
            numbers = numbers & BitMap(range(first, last + 1))
        if self.only is not None:
            numbers = numbers & self.only
        return numbers - self.without if self.without else numbers

    def among(self, numbers: BitMap) -> "Stretch":
        """Keep to these numbers."""
        only = numbers if self.only is None else self.only & numbers
        return replace(self, only=only).cut(only.min(), only.max()) if only else NOWHERE

    def cut(self, first: int, last: int) -> "Stretch":
        """Keep to numbers from `first` to `last`."""
        return replace(self, first=max(first, self.first), last=min(last, self.last))


_MOST = (1 << 31) - 1
NOWHERE = Stretch(1, 0)


def stretches(
    session: Session,
    filters: MeetingFilters,
    after: Place | None = None,
    *,
    newest_first: bool = True,
) -> Iterator[Stretch]:
    """Give the stretches of the days of a question, in the order of an answer.

    What began before a range of days may reach into it, but only a date longer than a day can, and
    none is longer than a year: those few are looked up when it is their turn.
    """
    first, last, page = _bounds(session, filters, after, newest_first=newest_first)
    low, high = (0, page) if newest_first else (page, _MOST)
    within = Stretch(max(first, low), min(last, high), without=_going_on(session, filters))
    day = filters.first_day
    if filters.date_match == "within" or day is None or day == date.min:
        yield within
    elif newest_first:
        yield within
        yield Stretch(low, high).among(reaching(session, day))
    else:
        yield Stretch(low, high).among(reaching(session, day))
        yield within


def first_number(session: Session, day: date) -> int:
    """Give the number of the first meeting that begins on a day or later."""
    return session.scalar(select(_first(Document.starts_on >= day))) or _MOST


def _bounds(
    session: Session, filters: MeetingFilters, after: Place | None, *, newest_first: bool
) -> tuple[int, int, int]:
    """Give the first and the last number of the days, and the number that a page begins with."""
    bounds: dict[str, Any] = {}
    if filters.first_day:
        bounds["first"] = _first(Document.starts_on >= filters.first_day)
    if filters.last_day:
        bounds["last"] = _last(Document.starts_on <= filters.last_day)
    if after:
        here: Any = tuple_(*_ORDER)
        bounds["page"] = _last(here < after) if newest_first else _first(here > after)
    found: dict[str, int] = {}
    if bounds:
        columns = (bound.label(name) for name, bound in bounds.items())
        found = dict(session.execute(select(*columns)).mappings().one())
    return found.get("first", 0), found.get("last", _MOST), found.get("page", newest_first * _MOST)


_ORDER = (Document.starts_on, Document.meeting_id)


def _first(where: ColumnElement[bool]) -> Any:
    found = select(Document.number).where(where).order_by(*_ORDER).limit(1)
    return func.coalesce(found.scalar_subquery(), _MOST)


def _last(where: ColumnElement[bool]) -> Any:
    found = select(Document.number).where(where).order_by(*(one.desc() for one in _ORDER)).limit(1)
    return func.coalesce(found.scalar_subquery(), 0)


def reaching(session: Session, day: date) -> BitMap:
    """Give the numbers of what began before a day and lasts to it at least."""
    return _longer(session, day, Document.starts_on < day, Document.ends_on >= day)


def _going_on(session: Session, filters: MeetingFilters) -> BitMap | None:
    """Find what begins within the days and does not end within them, if that counts."""
    day = filters.last_day
    if filters.date_match == "overlaps" or day is None:
        return None
    return _longer(session, day, Document.starts_on <= day, Document.ends_on > day)


def _longer(session: Session, day: date, *where: ColumnElement[bool]) -> BitMap:
    earliest = date.fromordinal(max(day.toordinal() - LONGEST.days, date.min.toordinal()))
    longer = (Document.ends_on.is_not(None), Document.starts_on >= earliest)
    return BitMap(session.scalars(select(Document.number).where(*longer, *where)))
