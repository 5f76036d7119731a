"""Which meetings match, as a set of numbers: what is counted is not walked."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import and_

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Document, Members
from app.models import Term as TermRow
from app.queries.beginnings import begins
from app.queries.conditions import Term
from app.queries.days import ranges
from app.queries.lists import EVERYTHING, lists
from app.schemas.filters import MeetingFilters

_AT_ONCE = 5000


def selected(session: Session, filters: MeetingFilters) -> BitMap:
    """Give the numbers of the meetings that match filters whose values are known to exist."""
    found = _listed(session, filters)
    if filters.first_day or filters.last_day:
        found &= _on_days(session, filters)
    if filters.id:
        found &= BitMap(
            session.scalars(select(Document.number).where(Document.meeting_id.in_(filters.id)))
        )
    return found


def _listed(session: Session, filters: MeetingFilters) -> BitMap:
    wanted = lists(session, filters)
    known = members(session, wanted.terms, retracted=wanted.retracted)
    groups = [[EVERYTHING], *wanted.all_of]
    found = reduce(and_, (union(known[term] for term in group) for group in groups))
    found -= union(known[term] for term in wanted.none_of)
    return _like(session, found, wanted.patterns) if wanted.patterns else found


def _like(session: Session, numbers: BitMap, patterns: Sequence[str]) -> BitMap:
    texts = [Document.text.like(pattern) for pattern in patterns]
    return union(
        BitMap(session.scalars(select(Document.number).where(Document.number.in_(some), *texts)))
        for some in _parts(list(numbers))
    )


def _parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]


def members(session: Session, terms: Iterable[Term], *, retracted: bool) -> dict[Term, BitMap]:
    """Give the meetings of these terms; those of a term that nothing has are none."""
    rows = session.execute(
        select(TermRow.facet, TermRow.value, Members.numbers)
        .join(Members, Members.term_id == TermRow.id)
        .where(TermRow.is_one_of((retracted, *term) for term in terms))
    )
    found: defaultdict[Term, BitMap] = defaultdict(BitMap)
    for facet, value, numbers in rows:
        found[facet, value] |= BitMap.deserialize(numbers)
    return found


def facet(
    session: Session, name: str, *, retracted: bool, beginning: str = ""
) -> dict[str, BitMap]:
    """Give the meetings of every value of a facet, or of those that begin so; it is cut off."""
    rows = session.execute(
        select(TermRow.value, Members.numbers)
        .join(Members, Members.term_id == TermRow.id)
        .where(TermRow.facet == name, TermRow.retracted.is_(retracted), TermRow.meetings > 0)
        .where(begins(TermRow.value, beginning))
    )
    found: defaultdict[str, BitMap] = defaultdict(BitMap)
    for value, numbers in rows:
        found[value.removeprefix(beginning)] |= BitMap.deserialize(numbers)
    return found


def union(sets: Iterable[BitMap]) -> BitMap:
    """Give what is in one of these sets."""
    some: Sequence[BitMap] = list(sets)
    return BitMap.union(*some) if some else BitMap()


def _on_days(session: Session, filters: MeetingFilters) -> BitMap:
    return union(
        BitMap(session.scalars(select(Document.number).where(*part.hold(Document))))
        for part in ranges(filters)
    )
