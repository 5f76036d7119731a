"""Which days a question is about, as stretches of numbers, which are in the order of days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Select, bindparam, func, select, tuple_
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


LAST = (1 << 31) - 1
"""The largest number that a meeting may have."""
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
    low, high = (0, page) if newest_first else (page, LAST)
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
    return _find(session, {"first": {"first_day": day}})["first"]


def _bounds(
    session: Session, filters: MeetingFilters, after: Place | None, *, newest_first: bool
) -> tuple[int, int, int]:
    """Give the first and the last number of the days, and the number that a page begins with."""
    wanted: dict[str, dict[str, Any]] = {}
    if filters.first_day:
        wanted["first"] = {"first_day": filters.first_day}
    if filters.last_day:
        wanted["last"] = {"last_day": filters.last_day}
    if after:
        wanted["before" if newest_first else "after"] = {"day": after[0], "id": after[1]}
    found = _find(session, wanted) if wanted else {}
    page = found.get("before", found.get("after", newest_first * LAST))
    return found.get("first", 0), found.get("last", LAST), page


def _find(session: Session, wanted: Mapping[str, Mapping[str, Any]]) -> Mapping[str, int]:
    """Look up numbers by their names in `_NUMBERS`, of which each is given values."""
    values = {name: value for given in wanted.values() for name, value in given.items()}
    return dict(session.execute(_numbers(*sorted(wanted)), values).mappings().one())


@cache
def _numbers(*names: str) -> Select[*tuple[Any, ...]]:
    # It takes longer to make a statement than to execute it.
    return select(*(_NUMBERS[name].label(name) for name in names))


_document = Document.__table__.c
_ORDER = (_document.starts_on, _document.meeting_id)
_HERE: Any = tuple_(*_ORDER)
_PLACE: Any = tuple_(
    bindparam("day", type_=_document.starts_on.type), bindparam("id", type_=_ORDER[1].type)
)


def _first(where: ColumnElement[bool]) -> ColumnElement[int]:
    found = select(_document.number).where(where).order_by(*_ORDER).limit(1)
    return func.coalesce(found.scalar_subquery(), LAST)


def _last(where: ColumnElement[bool]) -> ColumnElement[int]:
    last_first = (one.desc() for one in _ORDER)
    found = select(_document.number).where(where).order_by(*last_first).limit(1)
    return func.coalesce(found.scalar_subquery(), 0)


_NUMBERS = {
    "first": _first(_document.starts_on >= bindparam("first_day")),
    "last": _last(_document.starts_on <= bindparam("last_day")),
    "before": _last(_HERE < _PLACE),
    "after": _first(_HERE > _PLACE),
}
_LONGER = select(_document.number).where(
    _document.ends_on.is_not(None), _document.starts_on >= bindparam("earliest")
)
_REACHING = _LONGER.where(
    _document.starts_on < bindparam("day"), _document.ends_on >= bindparam("day")
)
_GOING_ON = _LONGER.where(
    _document.starts_on <= bindparam("day"), _document.ends_on > bindparam("day")
)


def reaching(session: Session, day: date) -> BitMap:
    """Give the numbers of what began before a day and lasts to it at least."""
    return _longer(session, _REACHING, day)


def _going_on(session: Session, filters: MeetingFilters) -> BitMap | None:
    """Find what begins within the days and does not end within them, if that counts."""
    day = filters.last_day
    if filters.date_match == "overlaps" or day is None:
        return None
    return _longer(session, _GOING_ON, day)


def _longer(session: Session, statement: Select[int], day: date) -> BitMap:
    earliest = date.fromordinal(max(day.toordinal() - LONGEST.days, date.min.toordinal()))
    return BitMap(session.scalars(statement, {"day": day, "earliest": earliest}).all())
