"""Who met whom in the meetings that match, and on which days."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Country, Members, Participant, Posting, Term
from app.queries.candidates import Candidates, Found, candidates
from app.queries.days import ranges
from app.queries.sets import selected, union
from app.queries.spans import Span, listed
from app.schemas.dyads import Level, Pairing
from app.schemas.filters import MeetingFilters

Pair = tuple[str, str]
"""Two ids in order, or with an anchor first that of its side."""
Part = tuple[str, str | None]
"""Who took part, and for which country."""

_ENTITY: dict[Level, InstrumentedAttribute[str | None]] = {
    "country": Participant.country_id,
    "person": Participant.person_id,
    "organization": Participant.organization_id,
}
_IN_LISTS = {"anchor", "date_from", "date_to", "date_match"}
"""The filters beside which the meetings of two countries are those that are listed for both."""
_CROWD = and_(Term.is_one_of([(False, "crowd", "true")]), Term.meetings > 0)


@dataclass
class Pairs:
    """Of each pair the days of its meetings, in order."""

    spans: defaultdict[Pair, list[Span]] = field(default_factory=lambda: defaultdict(list))
    without_pair: int = 0
    beside: set[Pair] = field(default_factory=set)
    """Those, in order of id, who took part together otherwise as well, such as on one side."""


def given(filters: MeetingFilters) -> dict[str, Any]:
    """Name the filters that are set, with their values."""
    fields = MeetingFilters.model_fields
    return {
        name: value for name, value in filters if name in fields and value != fields[name].default
    }


def pairs(session: Session, question: Pairing) -> Pairs:
    """Pair those who met; the values of the question are known to exist."""
    if question.level == "country" and given(question).keys() <= _IN_LISTS:
        found = of_countries(session, question)
        return replace(found, without_pair=_without_pair(session, question))
    found = Pairs()
    _add(found, session, candidates(session, question), question)
    return found


def of_countries(session: Session, question: Pairing) -> Pairs:
    """Read the lists that each two countries have; meetings of very many are in none of them."""
    found, anchor = Pairs(), question.anchor
    lists = listed(session, _of_two_countries(session, anchor), ranges(question))
    for value, spans in lists.items():
        one, other = value.split("/")
        found.spans[(other, one) if other == anchor else (one, other)] = spans
    if crowd := session.execute(select(Term.id, Term.meetings).where(_CROWD)).one_or_none():
        matching = candidates(session, question)
        crowded = replace(matching, all_of=[*matching.all_of, [Found(*crowd)]])
        _add(found, session, crowded, question)
        for spans in found.spans.values():
            spans.sort()
    return found


def _without_pair(session: Session, question: Pairing) -> int:
    with_pair = session.scalars(
        select(Members.numbers)
        .join(Term, Term.id == Members.term_id)
        .where(or_(_of_two_countries(session, question.anchor), _CROWD), Term.retracted.is_(False))
    )
    return len(selected(session, question) - union(map(BitMap.deserialize, with_pair)))


def _of_two_countries(session: Session, anchor: str | None) -> ColumnElement[bool]:
    if anchor is None:
        return Term.facet == "countries"
    both = (_in_order((anchor, other)) for other in session.scalars(select(Country.id)))
    return Term.is_one_of((False, "countries", "/".join(pair)) for pair in both)


def _add(found: Pairs, session: Session, matching: Candidates, question: Pairing) -> None:
    """Pair the participants of each meeting."""
    for parts, span in _meetings(session, matching, question.level):
        met = _met(parts, question)
        for pair in met:
            found.spans[pair].append(span)
        found.without_pair += not met
        if question.level != "country":
            found.beside |= _beside(parts, met)


def _beside(parts: Collection[Part], met: Collection[Pair]) -> set[Pair]:
    together = sorted({one for one, _ in parts})
    if 2 * len(met) == len(together) * (len(together) - 1):
        return set()
    return {*combinations(together, 2)}.difference(map(_in_order, met))


def _meetings(
    session: Session, matching: Candidates, level: Level
) -> Iterator[tuple[set[Part], Span]]:
    """Read who took part in each meeting that matches, in order of date."""
    walk = matching.walk(newest_first=False, after=None, limit=None)
    dated = and_(
        Posting.term_id == matching.all.number,
        Posting.starts_on == walk.c.starts_on,
        Posting.meeting_id == walk.c.meeting_id,
    )
    ends_on = func.coalesce(Posting.ends_on, walk.c.starts_on)
    rows = session.execute(
        select(walk.c.meeting_id, walk.c.starts_on, ends_on, _ENTITY[level], Participant.country_id)
        .join(Posting, dated)
        .join(Participant, Participant.meeting_id == walk.c.meeting_id)
        .order_by(walk.c.starts_on, walk.c.meeting_id)
    )
    for (_, first, last), parts in groupby(rows, key=itemgetter(0, 1, 2)):
        yield {(one, country) for *_, one, country in parts if one}, (first, last)


def _met(parts: Collection[Part], question: Pairing) -> set[Pair]:
    """Pair those of different countries, or of different sides; a body may be of no country."""
    anchor = question.anchor
    if anchor:
        ours = {one for one, country in parts if country == anchor}
        theirs = {one for one, country in parts if country != anchor}
        return {(one, other) for one in ours for other in theirs if one != other}
    return {
        _in_order((one, other))
        for (one, country), (other, another) in combinations(parts, 2)
        if one != other and (question.same_side or country is None or country != another)
    }


def _in_order(pair: Pair) -> Pair:
    one, other = pair
    return pair if one < other else (other, one)
