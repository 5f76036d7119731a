"""Who met whom in the meetings that match."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.deadlines import check_time
from app.models import Document, Participant
from app.models.among import among
from app.queries.candidates import candidates
from app.queries.sets import facet
from app.queries.spans import Days
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
_AT_ONCE = 5_000
"""Meetings whose participants are read together."""


@dataclass
class Pairs:
    """Of each pair the numbers of its meetings."""

    days: Days
    meetings: defaultdict[Pair, BitMap] = field(default_factory=lambda: defaultdict(BitMap))
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
    within = candidates(session, question).every()
    if question.level == "country":
        return _of_countries(session, question, within)
    found = Pairs(Days(session))
    for number, parts in _parts(session, within, question.level):
        check_time(session)
        met = _met(parts, question)
        for pair in met:
            found.meetings[pair].add(number)
        found.without_pair += not met
        found.beside |= _beside(parts, met)
    return found


def _of_countries(session: Session, question: Pairing, within: BitMap) -> Pairs:
    """Intersect the meetings of each two countries."""
    found, anchor = Pairs(Days(session)), question.anchor
    retracted = question.status == "retracted"
    listed = facet(session, "country", within, retracted=retracted)
    ours = {code: within & numbers for code, numbers in sorted(listed.items())}
    others = [code for code in ours if code != anchor]
    every = ((anchor, code) for code in others) if anchor else combinations(others, 2)
    for one, other in every:
        check_time(session)
        if both := ours[one] & ours[other]:
            found.meetings[one, other] = both
    alone = facet(session, "lone", within, retracted=retracted).get("true", BitMap())
    found.without_pair = within.intersection_cardinality(alone)
    return found


def _beside(parts: Collection[Part], met: Collection[Pair]) -> set[Pair]:
    together = sorted({one for one, _ in parts})
    if 2 * len(met) == len(together) * (len(together) - 1):
        return set()
    return {*combinations(together, 2)}.difference(map(_in_order, met))


def _parts(session: Session, within: BitMap, level: Level) -> Iterator[tuple[int, set[Part]]]:
    """Read who took part in each of these meetings."""
    numbers = list(within)
    for start in range(0, len(numbers), _AT_ONCE):
        rows = session.execute(
            select(Document.number, _ENTITY[level], Participant.country_id)
            .join(Participant, Participant.meeting_id == Document.meeting_id)
            .where(among(Document.number, numbers[start : start + _AT_ONCE]))
            .order_by(Document.number)
        )
        for number, parts in groupby(rows, key=itemgetter(0)):
            yield number, {(one, country) for _, one, country in parts if one}


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
