"""Which meetings match, in order of date: walk the rarest list and probe the others.

A page costs what it shows and not what matches: each list is read in the order of the answer and
from the place where the page begins, and what must hold besides is looked up by key.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, select, union
from sqlalchemy.orm import Session, aliased

from app.models import Document, Posting
from app.models import Term as TermRow
from app.queries.conditions import Term
from app.queries.days import Days, Place, Walked, ranges
from app.queries.lists import EVERYTHING, lists
from app.schemas.filters import MeetingFilters


class Found(NamedTuple):
    """The number by which postings name a term, and how many meetings it has."""

    number: int
    meetings: int


Leg = Select[date, str]


@dataclass(frozen=True)
class Candidates:
    """The meetings that match some filters, ready to be walked in either direction."""

    filters: MeetingFilters
    all: Found
    """The list of all meetings."""
    all_of: Sequence[Sequence[Found]]
    none_of: Sequence[Found]
    patterns: Sequence[str]
    """What the searched text must be like, in the sense of LIKE."""

    def walk(self, *, newest_first: bool, after: Place | None, limit: int | None) -> Subquery:
        """Select the next (starts_on, meeting_id), in order; without a limit, in any order."""
        parts = ranges(self.filters)
        if after:
            parts = [part.beyond(after, newest_first=newest_first) for part in parts]
        # Each leg stops by itself, so that no planner reads one to its end before it merges them.
        legs = [_stop(leg, limit, newest_first=newest_first) for leg in self._legs(parts)]
        if len(legs) == 1:
            return legs[0].subquery()
        merged: Leg = select(*union(*(select(leg.subquery()) for leg in legs)).subquery().c)
        return _stop(merged, limit, newest_first=newest_first).subquery()

    def _legs(self, parts: Iterable[Days]) -> Iterator[Leg]:
        if self.filters.id:
            named = Document.meeting_id.in_(self.filters.id)
            yield from (self._leg(Document, part, self.all_of).where(named) for part in parts)
            return
        lists, others = self._walked()
        for part in parts:
            for numbers in lists:
                leg = self._leg(Posting, part, others).where(Posting.term_id.in_(numbers))
                yield leg.distinct() if len(numbers) > 1 else leg

    def _walked(self) -> tuple[list[list[int]], list[Sequence[Found]]]:
        """Choose which lists are walked, each in a leg of its own, and what is probed."""
        rarest = min(self.all_of, key=_size)
        others = [group for group in self.all_of if group is not rarest]
        numbers = sorted({found.number for found in rarest} or {_NO_TERM})
        if len(numbers) * len(others) <= _MOST_PROBES:
            return [[number] for number in numbers], others
        # A statement must not grow with the product of the values: few meetings are read and
        # sorted at once; many are so frequent that they are found by walking all.
        if _size(rarest) <= _FEW:
            return [numbers], others
        return [[self.all.number]], list(self.all_of)

    def _leg(self, walked: Walked, part: Days, others: Sequence[Sequence[Found]]) -> Leg:
        leg = select(walked.starts_on, walked.meeting_id).where(
            *part.hold(walked),
            *(_in_one_of(walked, group) for group in others),
            *(_is_like(walked, pattern) for pattern in self.patterns),
        )
        return leg.where(~_in_one_of(walked, self.none_of)) if self.none_of else leg


_NO_TERM = -1
_MOST_PROBES = 50
_FEW = 5000


def candidates(session: Session, filters: MeetingFilters) -> Candidates:
    """Look up the lists that these filters, whose values are known to exist, are made of."""
    wanted = lists(session, filters)
    found = _look_up(session, wanted.terms, retracted=wanted.retracted)
    return Candidates(
        filters,
        found.get(EVERYTHING, Found(_NO_TERM, 0)),
        # What is excluded as well cannot match: a contradiction is not walked to its end.
        [
            [found[term] for term in group if term in found and term not in wanted.none_of]
            for group in wanted.all_of
        ],
        [found[term] for term in wanted.none_of if term in found],
        wanted.patterns,
    )


def in_order(places: Any, *, newest_first: bool) -> list[ColumnElement[Any]]:
    """Say how (starts_on, meeting_id) are sorted: both in the direction of the sort."""
    order = (places.starts_on, places.meeting_id)
    return [by.desc() for by in order] if newest_first else list(order)


def _size(group: Sequence[Found]) -> int:
    return sum(found.meetings for found in group)


def _look_up(session: Session, terms: set[Term], *, retracted: bool) -> dict[Term, Found]:
    rows = session.execute(
        select(TermRow.facet, TermRow.value, TermRow.id, TermRow.meetings).where(
            TermRow.is_one_of((retracted, *term) for term in terms)
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


def _is_like(walked: Walked, pattern: str) -> ColumnElement[bool]:
    if walked is Document:
        return Document.text.like(pattern)
    searched = aliased(Document)
    return (
        select(searched.meeting_id)
        .where(searched.meeting_id == walked.meeting_id, searched.text.like(pattern))
        .offset(0)
        .exists()
    )


def _stop(leg: Leg, limit: int | None, *, newest_first: bool) -> Leg:
    if limit is None:
        return leg
    return leg.order_by(*in_order(leg.selected_columns, newest_first=newest_first)).limit(limit)
