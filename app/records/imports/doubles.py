"""Which meetings may be the same: of nearly the same day, with a person or a place in common.

So may be those of which rows of a table would have had the same id.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Document, Meeting, Participant, Posting, Term
from app.models.among import among
from app.records.chunks import chunks

_NEAR = timedelta(days=3)
_FIRST, _LAST = date.min + _NEAR, date.max - _NEAR
_VAGUE = timedelta(days=27)
"""The shortest span that may be a month of which the day is not known."""

_AT_ONCE = 500

_ALIKE = "of the same date, place and participants"


class Dated(NamedTuple):
    """A meeting, with the days of its date."""

    starts_on: date
    ends_on: date
    id: str

    @property
    def is_vague(self) -> bool:
        """Tell whether its day is not known."""
        return self.ends_on - self.starts_on >= _VAGUE


class Double(NamedTuple):
    """A meeting that was created, one that may be the same, and what they have in common."""

    meeting: str
    other: str
    shared: str

    def __str__(self) -> str:
        return f"The meetings “{self.meeting}” and “{self.other}” may be one: both {self.shared}."


def doubles(
    session: Session, first_new: int, alike: Collection[tuple[str, str]] = ()
) -> Iterator[Double]:
    """Find meetings that may be the same as one that is new; each pair once.

    New are the published ones from this number on. Of `alike` it is known: one that was created,
    and one that has the id which it would have.
    """
    here = _stored(session, [other for _, other in alike])
    yield from (Double(*pair, _ALIKE) for pair in alike if pair[1] in here)
    told = {frozenset(pair) for pair in alike}
    for some in _dated(session, first_new):
        found: dict[tuple[str, str], str] = {}
        for one, other, shared in _near(session, some):
            if frozenset((one, other)) not in told:
                found.setdefault((one, other), shared)
        new = _new(session, first_new, {other for _, other in found})
        for (one, other), shared in sorted(found.items()):
            if other not in new or one < other:
                yield Double(one, other, shared)


def _dated(session: Session, first_new: int) -> Iterator[list[Dated]]:
    """Read the new meetings of which the day is known, by their dates, some at a time."""
    days = Document.starts_on, func.coalesce(Document.ends_on, Document.starts_on)
    found = session.execute(
        select(*days, Document.meeting_id)
        .where(Document.number >= first_new)
        .order_by(Document.starts_on, Document.meeting_id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for rows in found.partitions():
        if some := [one for row in rows if not (one := Dated(*row)).is_vague]:
            yield some


def _new(session: Session, first_new: int, ids: Collection[str]) -> set[str]:
    is_new = Document.number >= first_new
    of_these = among(Document.meeting_id, ids)
    return set(session.scalars(select(Document.meeting_id).where(is_new, of_these)))


def _stored(session: Session, ids: Sequence[str]) -> set[str]:
    found = (select(Meeting.id).where(among(Meeting.id, some)) for some in chunks(ids))
    return {id_ for one in found for id_ in session.scalars(one)}


def _around(day: date) -> tuple[date, date]:
    """Give the days that are near; there are none before the year 1 or after 9999."""
    return max(day, _FIRST) - _NEAR, min(day, _LAST) + _NEAR


def _near(session: Session, some: Sequence[Dated]) -> Iterator[tuple[str, str, str]]:
    keys = _keys(session, [one.id for one in some])
    lists = _lists(session, {key for mine in keys.values() for key in mine}, some)
    for one in some:
        earliest, latest = _around(one.starts_on)
        for key in sorted(keys[one.id]):
            others = lists[key]
            first = bisect_left(others, (earliest,))
            for _, other in others[first : bisect_right(others, (latest, "~"))]:
                if other != one.id:
                    yield one.id, other, f"{'at' if key[0] == 'place' else 'with'} {key[1]}"


def _keys(session: Session, ids: Sequence[str]) -> defaultdict[str, set[tuple[str, str]]]:
    """Name the people and the place of these meetings, as terms."""
    found: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    people = select(Participant.meeting_id, Participant.person_id).where(
        among(Participant.meeting_id, ids), Participant.person_id.is_not(None)
    )
    for meeting, person in session.execute(people):
        found[meeting].add(("person", str(person)))
    places = select(Meeting.id, Meeting.place_id).where(
        among(Meeting.id, ids), Meeting.place_id.is_not(None)
    )
    for meeting, place in session.execute(places):
        found[meeting].add(("place", str(place)))
    return found


def _lists(
    session: Session, keys: set[tuple[str, str]], some: Sequence[Dated]
) -> defaultdict[tuple[str, str], list[tuple[date, str]]]:
    """Give the meetings of each person and place around these, in order of their dates."""
    first, last = _around(some[0].starts_on)[0], _around(some[-1].starts_on)[1]
    terms = _terms(session, keys)
    found: defaultdict[tuple[str, str], list[tuple[date, str]]] = defaultdict(list)
    for numbers in chunks(sorted(terms)):
        rows = session.execute(
            select(Posting.term_id, Posting.starts_on, Posting.ends_on, Posting.meeting_id)
            .where(among(Posting.term_id, numbers), Posting.starts_on.between(first, last))
            .order_by(Posting.starts_on, Posting.meeting_id)
        )
        for number, starts_on, ends_on, meeting in rows:
            if not Dated(starts_on, ends_on or starts_on, meeting).is_vague:
                found[terms[number]].append((starts_on, meeting))
    return found


def _terms(session: Session, keys: set[tuple[str, str]]) -> dict[int, tuple[str, str]]:
    wanted = [(False, *key) for key in sorted(keys)]
    return {
        number: (facet, value)
        for asked in chunks(wanted)
        for number, facet, value in session.execute(
            select(Term.id, Term.facet, Term.value).where(Term.is_one_of(asked))
        )
    }
