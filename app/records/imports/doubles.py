"""Which meetings may be the same: of nearly the same day, with a person or a place in common."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Meeting, Participant, Posting, Term
from app.models.among import among
from app.records.chunks import chunks

_NEAR = timedelta(days=3)
_VAGUE = timedelta(days=27)
"""The shortest span that may be a month of which the day is not known."""


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


def doubles(session: Session, created: Sequence[Dated]) -> Iterator[Double]:
    """Find meetings, stored by now, that may be the same as one of these; each pair once."""
    mine = sorted(one for one in created if not one.is_vague)
    new = {one.id for one in mine}
    for some in chunks(mine):
        found: dict[tuple[str, str], str] = {}
        for one, other, shared in _near(session, some):
            if other not in new or one < other:
                found.setdefault((one, other), shared)
        yield from (Double(*pair, shared) for pair, shared in sorted(found.items()))


def _near(session: Session, some: Sequence[Dated]) -> Iterator[tuple[str, str, str]]:
    keys = _keys(session, [one.id for one in some])
    lists = _lists(session, {key for mine in keys.values() for key in mine}, some)
    for one in some:
        for key in sorted(keys[one.id]):
            others = lists[key]
            first = bisect_left(others, (one.starts_on - _NEAR,))
            for _, other in others[first : bisect_right(others, (one.starts_on + _NEAR, "~"))]:
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
    first, last = some[0].starts_on - _NEAR, some[-1].starts_on + _NEAR
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
