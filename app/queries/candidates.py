"""Which meetings match, in order of date: walk the rarest list and probe the others.

A page costs what it shows and not what matches: each list is read in the order of the answer and
from the place where the page begins, lists of alternatives are merged while they are read, and
what must hold besides is looked up by key.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, func, select, tuple_, union
from sqlalchemy.orm import Session, aliased

from app.models import Document, Posting
from app.models import Term as TermRow
from app.queries.conditions import Term, conditions
from app.queries.other_side import other_side
from app.schemas.dates import LONGEST
from app.schemas.filters import MeetingFilters


class Place(NamedTuple):
    """A place in the order of meetings: right after this one."""

    starts_on: date
    meeting_id: str


class Found(NamedTuple):
    """The number by which postings name a term, and how many meetings it has."""

    number: int
    meetings: int


Walked = type[Posting] | type[Document]
Leg = Select[date, str]


@dataclass(frozen=True)
class Candidates:
    """The meetings that match some filters, ready to be walked in either direction."""

    filters: MeetingFilters
    all_of: Sequence[Sequence[Found]]
    none_of: Sequence[Found]

    def walk(self, *, newest_first: bool, after: Place | None, limit: int | None) -> Subquery:
        """Select the next (starts_on, meeting_id), in order; without a limit, in any order."""
        legs = [_next(leg, after, limit, newest_first=newest_first) for leg in self._legs()]
        if len(legs) == 1:
            return legs[0].subquery()
        # Each leg stops by itself, so that no planner reads one to its end before it merges them.
        merged: Leg = select(*union(*(select(leg.subquery()) for leg in legs)).subquery().c)
        return _next(merged, None, limit, newest_first=newest_first).subquery()

    def _legs(self) -> Iterator[Leg]:
        if self.filters.id:
            some = select(Document.starts_on, Document.meeting_id).where(
                Document.meeting_id.in_(self.filters.id),
                Document.retracted == _retracted(self.filters),
            )
            yield from self._by_date(some, Document, self.all_of)
            return
        rarest = min(self.all_of, key=lambda group: sum(found.meetings for found in group))
        others = [group for group in self.all_of if group is not rarest]
        for number in sorted({found.number for found in rarest} or {_NO_TERM}):
            listed = select(Posting.starts_on, Posting.meeting_id).where(Posting.term_id == number)
            yield from self._by_date(listed, Posting, others)

    def _by_date(
        self, leg: Leg, walked: Walked, others: Sequence[Sequence[Found]]
    ) -> Iterator[Leg]:
        leg = leg.where(
            *(_in_one_of(walked, group) for group in others),
            *(~_in_one_of(walked, [found]) for found in self.none_of),
            *other_side(self.filters, walked.meeting_id),
        )
        return (leg.where(*days) for days in _date_ranges(self.filters, walked))


_NO_TERM = -1


def candidates(session: Session, filters: MeetingFilters) -> Candidates:
    """Look up the lists that these filters, whose values are known to exist, are made of."""
    wanted = conditions(filters)
    all_of = wanted.all_of or [[("all", "")]]
    terms = {term for group in all_of for term in group}.union(wanted.none_of)
    found = _look_up(session, terms, retracted=_retracted(filters))
    return Candidates(
        filters,
        [[found[term] for term in group if term in found] for group in all_of],
        [found[term] for term in wanted.none_of if term in found],
    )


def _retracted(filters: MeetingFilters) -> bool:
    return filters.status == "retracted"


def _look_up(session: Session, terms: set[Term], *, retracted: bool) -> dict[Term, Found]:
    rows = session.execute(
        select(TermRow.facet, TermRow.value, TermRow.id, TermRow.meetings).where(
            TermRow.retracted == retracted,
            tuple_(TermRow.facet, TermRow.value).in_(sorted(terms)),
        )
    )
    return {(facet, value): Found(number, meetings) for facet, value, number, meetings in rows}


def _in_one_of(walked: Walked, group: Sequence[Found]) -> ColumnElement[bool]:
    probed = aliased(Posting)
    return (
        select(probed.term_id)
        .where(
            probed.term_id.in_([found.number for found in group]),
            probed.starts_on == walked.starts_on,
            probed.meeting_id == walked.meeting_id,
        )
        # Keeps Postgres from reading the other list whole, for a hash join.
        .offset(0)
        .exists()
    )


def _date_ranges(filters: MeetingFilters, walked: Walked) -> Iterator[list[ColumnElement[bool]]]:
    """Split a range of days into legs that are each one range of an index."""
    first, last = filters.first_day, filters.last_day
    upper = [walked.starts_on <= last] if last else []
    if first is None:
        yield [*upper, *_ends_by(filters, walked)]
        return
    yield [walked.starts_on >= first, *upper, *_ends_by(filters, walked)]
    if filters.date_match == "overlaps":
        # What began before the range may reach into it: only dates longer than a day can.
        yield [
            walked.ends_on.is_not(None),
            walked.starts_on > first - LONGEST,
            walked.starts_on < first,
            walked.ends_on >= first,
        ]


def _ends_by(filters: MeetingFilters, walked: Walked) -> list[ColumnElement[bool]]:
    if filters.date_match == "overlaps" or filters.last_day is None:
        return []
    return [func.coalesce(walked.ends_on, walked.starts_on) <= filters.last_day]


def in_order(places: Any, *, newest_first: bool) -> list[ColumnElement[Any]]:
    """Say how (starts_on, meeting_id) are sorted: both in the direction of the sort."""
    order = (places.starts_on, places.meeting_id)
    return [by.desc() for by in order] if newest_first else list(order)


def _next(leg: Leg, after: Place | None, limit: int | None, *, newest_first: bool) -> Leg:
    if after is not None:
        here: Any = tuple_(*leg.selected_columns)
        leg = leg.where(here < after if newest_first else here > after)
    if limit is None:
        return leg
    return leg.order_by(*in_order(leg.selected_columns, newest_first=newest_first)).limit(limit)
