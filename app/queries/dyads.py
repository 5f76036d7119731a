"""Which pairs are shown, in which order, and what is told of each."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import repeat
from typing import Any
from urllib.parse import urlencode

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Country, Organization, Person
from app.models.among import among
from app.queries.candidates import candidates
from app.queries.couples import Mask
from app.queries.dataset import covered
from app.queries.days import LAST, Stretch, first_number, reaching
from app.queries.listing import both
from app.queries.pairs import Pair, Pairs, pairs
from app.queries.resolve import resolve
from app.queries.sets import numbers
from app.queries.spans import Days, Spans, gaps
from app.queries.state import state
from app.queries.tallies import Numbers, Some, lowest
from app.schemas.dyads import Dyad, DyadLinks, Dyads, Level, Pairing
from app.schemas.filters import MOST_VALUES, MOST_VALUES_IN_ALL, MeetingFilters
from app.schemas.names import Named

_MODELS: dict[Level, type[Country | Organization | Person]] = {
    "country": Country,
    "person": Person,
    "organization": Organization,
}
_OF_THE_OTHER_SIDE = {
    *("person", "person_all", "person_not", "organization", "organization_all"),
    *("organization_not", "organization_kind", "region"),
}
# Of what a link adds: two values, an anchor, and a basis of themes that is there unless given.
_MOST_ADDED = 4
_MOST_IN_ONE = MOST_VALUES - _MOST_ADDED


_AT_ONCE = 1_000
"""Pairs that are written out together."""


@dataclass(frozen=True)
class _Met:
    """Who met, of which some pairs are shown."""

    session: Session
    question: Pairing
    as_of: date
    found: Pairs
    days: Days
    total: int
    shown: Numbers

    def told(self, some: slice, *, linked: bool = True) -> Dyads:
        """Write some of the pairs out."""
        session, question, shown = self.session, self.question, self.shown[some]
        every = self.found.ids(shown)
        named = names(session, question.level, (one for pair in every for one in pair))
        met = map(self.days.of, self.found.met.of(shown))
        links = self._links(every, shown) if linked else repeat(None)
        return Dyads(
            data=[
                Dyad(
                    a=named[pair[0]],
                    b=named[pair[1]],
                    **_told(session, spans, self.as_of),
                    links=DyadLinks(meetings=link),
                )
                for pair, spans, link in zip(every, met, links, strict=False)
            ],
            without_pair=self.found.without_pair,
            total=self.total,
            truncated=self.total > len(self.shown),
            as_of=self.as_of,
            coverage=covered(session),
            revision=state(session).revision,
        )

    def _links(self, every: Sequence[Pair], shown: Numbers) -> Iterator[str | None]:
        """Ask for the meetings of each of these pairs, where a question can."""
        filters = given(self.question)
        for pair, can in zip(every, self.found.are_all_of_both(shown).tolist(), strict=True):
            yield _link(self.question, filters, pair) if can else None


def dyads(session: Session, asked: Pairing) -> Dyads:
    """Tell who met whom how often, in the meetings that match.

    Raises:
        InvalidQuestion: a value is not known.
    """
    return _met(session, asked).told(slice(None))


def in_parts(session: Session, asked: Pairing) -> Iterator[Dyads]:
    """Find who met whom at once, and then write out some pairs at a time, without their links.

    Raises:
        InvalidQuestion: a value is not known.
    """
    every = _met(session, asked)
    starts = range(0, len(every.shown), _AT_ONCE)
    return (every.told(slice(start, start + _AT_ONCE), linked=False) for start in starts)


def _met(session: Session, asked: Pairing) -> _Met:
    question = resolve(session, asked)
    as_of = date.fromisoformat(question.as_of) if question.as_of else datetime.now(UTC).date()
    within = candidates(session, question).every()
    found, days = pairs(session, question, within), Days(session)
    order = _order(question.sort, found, days)
    if question.silent_since is None:
        shown = lowest(order, question.most)
        return _Met(session, question, as_of, found, days, len(order), shown)
    silent = np.flatnonzero(~_met_since(session, question.silent_since, found))
    shown = silent[lowest(order[silent], question.most)]
    return _Met(session, question, as_of, found, days, len(silent), shown)


def names(session: Session, level: Level, ids: Iterable[str]) -> dict[str, Named]:
    """Name these countries, people or organizations."""
    model: Any = _MODELS[level]
    columns = select(model.id, model.name_en, model.name_zh).where(among(model.id, set(ids)))
    return {row.id: Named(id=row.id, name=both(row, "name")) for row in session.execute(columns)}


def given(filters: MeetingFilters) -> dict[str, Any]:
    """Name the filters that are set, with their values."""
    fields = MeetingFilters.model_fields
    return {
        name: value for name, value in filters if name in fields and value != fields[name].default
    }


def _order(sort: str, found: Pairs, days: Days) -> Numbers | Some:
    """Rank pairs, the first one lowest."""
    if sort == "-meetings":
        return -found.met.often
    if not len(found.met.keys):
        return found.met.keys
    last = days.of(found.met.together).last.astype(np.int64)
    latest = np.maximum.reduceat(last, found.met.starts)
    return latest if sort == "last" else -latest


def _met_since(session: Session, day: date, found: Pairs) -> Mask:
    """Tell which met on a day or later."""
    within = found.attendees.within
    begun = Stretch(first_number(session, day), LAST).of(within)
    return found.met.have(numbers(begun | within & reaching(session, day)))


def _told(session: Session, spans: Spans, as_of: date) -> dict[str, Any]:
    check_time(session)
    (first, last), between = spans.period(), gaps(spans)
    return {
        "meetings": len(spans.first),
        "first": first,
        "last": last,
        "days_since_last": (as_of - last).days,
        "longest_gap": between and between.longest,
        "shortest_gap": between and between.shortest,
    }


def _link(question: Pairing, filters: dict[str, Any], pair: Pair) -> str | None:
    """Ask for exactly the meetings of a pair, if a question can."""
    values = dict(filters)
    wanted = {"country_all": [], f"{question.level}_all": list(pair)}
    if question.anchor and _OF_THE_OTHER_SIDE & values.keys():
        if question.level != "country":
            return None
        wanted["country_all"] = [pair[1]]
    elif question.anchor:
        wanted["country_all"] = [values.pop("anchor"), *wanted["country_all"]]
    if _too_many(values):
        return None
    for name, added in wanted.items():
        values[name] = list(dict.fromkeys([*added, *values.get(name, [])]))
    texts = {name: _text(value) for name, value in values.items()}
    first = {name: texts.pop(name) for name in wanted}
    return f"/v1/meetings?{urlencode(first | texts, doseq=True)}"


def _too_many(values: dict[str, Any]) -> bool:
    lists = [len(some) for some in values.values() if isinstance(some, list)]
    return sum(lists) + _MOST_ADDED > MOST_VALUES_IN_ALL or max(lists, default=0) > _MOST_IN_ONE


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
