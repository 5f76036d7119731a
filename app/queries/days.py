"""Which days a question is about, as ranges of the day on which a meeting begins."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, tuple_

from app.models import Document, Posting
from app.schemas.dates import LONGEST
from app.schemas.filters import MeetingFilters

Walked = type[Posting] | type[Document]


class Place(NamedTuple):
    """A place in the order of meetings: right after this one."""

    starts_on: date
    meeting_id: str


@dataclass(frozen=True)
class Days:
    """Meetings that begin from `first` to `last`, each of which may be open."""

    first: date | None
    last: date | None
    reach: date | None = None
    """Only those longer than a day, and that last to this day at least."""
    end: date | None = None
    """Only those that end on this day at the latest."""
    above: Place | None = None
    below: Place | None = None
    """The place where a page begins takes the part of the day, so that an index is read from it."""

    def beyond(self, place: Place, *, newest_first: bool) -> "Days":
        """Leave out what comes before a page."""
        if newest_first:
            ended = self.last is not None and self.last < place.starts_on
            return self if ended else replace(self, last=None, below=place)
        begun = self.first is not None and self.first > place.starts_on
        return self if begun else replace(self, first=None, above=place)

    def hold(self, walked: Walked) -> Iterator[ColumnElement[bool]]:
        """Say it in SQL, of a table of meetings."""
        here: Any = tuple_(walked.starts_on, walked.meeting_id)
        if self.first:
            yield walked.starts_on >= self.first
        if self.last:
            yield walked.starts_on <= self.last
        if self.above:
            yield here > self.above
        if self.below:
            yield here < self.below
        if self.reach:
            yield walked.ends_on.is_not(None)
            yield walked.ends_on >= self.reach
        if self.end:
            yield func.coalesce(walked.ends_on, walked.starts_on) <= self.end


def ranges(filters: MeetingFilters) -> list[Days]:
    """Split a range of days into parts that are each one range of an index.

    What began before the range may reach into it, but only a date longer than a day can, and none
    is longer than a year.
    """
    first, last = filters.first_day, filters.last_day
    if filters.date_match == "within":
        return [Days(first, last, end=last)]
    if first is None or first == date.min:
        return [Days(first, last)]
    earlier = date.fromordinal(max(first.toordinal() - LONGEST.days, date.min.toordinal()))
    day_before = date.fromordinal(first.toordinal() - 1)
    return [Days(first, last), Days(earlier, day_before, reach=first)]
