"""Which meetings may be the same: of nearly the same day, with a person or a place in common.

So may be those of which rows of a table would have had the same id.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Document, Meeting, Members, Participant, Term
from app.models.among import among
from app.models.read_model import BITS
from app.records.chunks import chunks
from app.records.log import created_since, existed_at

_NEAR = timedelta(days=3)
_FIRST, _LAST = date.min + _NEAR, date.max - _NEAR
_VAGUE = timedelta(days=27)
"""The shortest span that may be a month of which the day is not known."""

_AT_ONCE = 500
_SPAN = timedelta(days=100)
"""How far apart new meetings may be beside which others are looked for together."""

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
    session: Session, seq: int, alike: Collection[tuple[str, str]] = ()
) -> Iterator[Double]:
    """Find meetings that may be the same as one that is new; each pair once.

    New are those that were created after this change. Of `alike` it is known: one that was created,
    and one that has the id which it would have.
    """
    here = _stored(session, [other for _, other in alike])
    yield from (Double(*pair, _ALIKE) for pair in alike if pair[1] in here)
    told = {frozenset(pair) for pair in alike}
    for some in _dated(session, created_since("meeting", seq)):
        found: dict[tuple[str, str], str] = {}
        near = (pair for part in _parts(some) for pair in _near(session, part))
        for one, other, shared in near:
            if frozenset((one, other)) not in told:
                found.setdefault((one, other), shared)
        old = existed_at(session, "meeting", {other for _, other in found}, seq)
        for (one, other), shared in sorted(found.items()):
            if other in old or one < other:
                yield Double(one, other, shared)


def _dated(session: Session, new: Select[str]) -> Iterator[list[Dated]]:
    """Read the new meetings of which the day is known, by their dates, some at a time."""
    found = session.execute(
        select(Meeting.starts_on, Meeting.ends_on, Meeting.id)
        .where(Meeting.id.in_(new))
        .order_by(Meeting.starts_on, Meeting.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for rows in found.partitions():
        if some := [one for row in rows if not (one := Dated(*row)).is_vague]:
            yield some


def _parts(some: Sequence[Dated]) -> Iterator[list[Dated]]:
    """Part meetings, which are in order, lest all of the years between few of them are read."""
    part: list[Dated] = []
    for one in some:
        if part and one.starts_on - part[0].starts_on > _SPAN:
            yield part
            part = []
        part.append(one)
    yield part


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
) -> dict[tuple[str, str], list[tuple[date, str]]]:
    """Give the meetings of each person and place around these, in order of their dates."""
    around = _numbers(session, _around(some[0].starts_on)[0], _around(some[-1].starts_on)[1])
    terms = _terms(session, keys)
    numbers_around, sets = BitMap(around), defaultdict[tuple[str, str], BitMap](BitMap)
    for ids in chunks(sorted(terms)):
        for term, numbers in session.execute(
            select(Members.term_id, Members.numbers).where(
                among(Members.term_id, ids),
                Members.block.between(around.start >> BITS, around.stop >> BITS),
            )
        ):
            sets[terms[term]] |= BitMap.deserialize(numbers) & numbers_around
    dated = _dated_numbers(session, BitMap.union(BitMap(), *sets.values()))
    return {key: [dated[one][::2] for one in sets[key] if one in dated] for key in keys}


def _numbers(session: Session, first: date, last: date) -> range:
    """Give the numbers of the meetings that begin on these days."""
    bounds = select(func.min(Document.number), func.max(Document.number))
    low, high = session.execute(bounds.where(Document.starts_on.between(first, last))).one()
    return range(low or 0, (high or 0) + 1)


def _dated_numbers(session: Session, numbers: BitMap) -> dict[int, Dated]:
    """Read those of these meetings of which the day is known."""
    columns = (Document.number, Document.starts_on, Document.ends_on, Document.meeting_id)
    found: dict[int, Dated] = {}
    for some in chunks(list(numbers)):
        for number, first, last, id_ in session.execute(
            select(*columns).where(among(Document.number, some))
        ):
            one = Dated(first, last or first, id_)
            if not one.is_vague:
                found[number] = one
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
