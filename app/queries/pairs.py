"""Who met whom in the meetings that match."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, groupby
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.deadlines import check_time
from app.models import Document, Participant
from app.models.among import among
from app.queries.columns import count_pairs
from app.queries.sets import facet, members
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


@dataclass(frozen=True)
class Pairs:
    """Who met whom."""

    often: Mapping[Pair, int]
    """In how many meetings each pair met."""
    of: Callable[[Pair], BitMap]
    """Gives their numbers."""
    without_pair: int
    beside: Collection[Pair] = ()
    """Those, in order of id, who took part together otherwise as well, such as on one side."""


def given(filters: MeetingFilters) -> dict[str, Any]:
    """Name the filters that are set, with their values."""
    fields = MeetingFilters.model_fields
    return {
        name: value for name, value in filters if name in fields and value != fields[name].default
    }


def pairs(session: Session, question: Pairing, within: BitMap) -> Pairs:
    """Pair those who met in some meetings; the values of the question are known to exist."""
    if question.level == "country":
        return _of_countries(session, question, within)
    found: defaultdict[Pair, BitMap] = defaultdict(BitMap)
    without_pair, beside = 0, set[Pair]()
    for number, parts in _parts(session, within, question.level):
        check_time(session)
        met = _met(parts, question)
        for pair in met:
            found[pair].add(number)
        without_pair += not met
        beside |= _beside(parts, met)
    often = {pair: len(numbers) for pair, numbers in found.items()}
    return Pairs(often, found.__getitem__, without_pair, beside)


def _of_countries(session: Session, question: Pairing, within: BitMap) -> Pairs:
    """Count the meetings of each two countries; those of a pair are what the sets of both have."""
    retracted = question.status == "retracted"
    listed = facet(session, "country", within, retracted=retracted)
    sets = {code: within & numbers for code, numbers in sorted(listed.items())}
    alone = members(session, "lone", "true", retracted=retracted)
    return Pairs(
        _with(question.anchor, sets) if question.anchor else _each_two(session, within, sets),
        lambda pair: sets[pair[0]] & sets[pair[1]],
        within.intersection_cardinality(alone),
    )


def _with(anchor: str, sets: Mapping[str, BitMap]) -> dict[Pair, int]:
    ours = sets.get(anchor, BitMap())
    others = ((code, numbers) for code, numbers in sets.items() if code != anchor)
    counted = {(anchor, code): ours.intersection_cardinality(some) for code, some in others}
    return {pair: often for pair, often in counted.items() if often}


def _each_two(session: Session, within: BitMap, sets: Mapping[str, BitMap]) -> dict[Pair, int]:
    counted = count_pairs(session, within, [*sets.values()])
    codes = [*sets]
    keys = (divmod(key, len(codes)) for key in counted.keys.tolist())
    found = ((codes[one], codes[other]) for one, other in keys)
    return dict(zip(found, counted.counts.tolist(), strict=True))


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
