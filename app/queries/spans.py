"""On which days the meetings of a list were, and how long nobody met between them."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter, sub
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select, true
from sqlalchemy.orm import Session

from app.models import Posting, Term
from app.queries.days import Days
from app.schemas.encounters import Gap

Span = tuple[date, date]
"""The earliest and the latest day of a meeting."""

_NO_TIME = timedelta(0)


class Gaps(NamedTuple):
    """The longest and the shortest time without a meeting; the first of those of equal length."""

    longest: Gap
    shortest: Gap


class _Known(dict[str, Span]):
    """Reads each text once: many meetings share a day."""

    def __missing__(self, text: str) -> Span:
        self[text] = span = _span(text)
        return span


@lru_cache(maxsize=50_000)  # Most days occur in the next answer, too.
def _span(text: str) -> Span:
    first, _, last = text.partition("/")
    earliest = date.fromisoformat(first)
    return earliest, date.fromisoformat(last) if last else earliest


def listed(
    session: Session, terms: ColumnElement[bool], days: Sequence[Days] = ()
) -> dict[str, list[Span]]:
    """Give the days of the meetings of these terms, of each by its value and in order.

    A list comes in one row: a row for each meeting would take several times as long to read.
    """
    first = cast(Posting.starts_on, String)
    text = func.coalesce(first + "/" + cast(Posting.ends_on, String), first)
    within = or_(*(and_(true(), *part.hold(Posting)) for part in days)) if days else true()
    rows = session.execute(
        select(Term.value, func.aggregate_strings(text, ","))
        .join(Posting, Posting.term_id == Term.id)
        .where(Term.retracted.is_(False), Term.meetings > 0, terms, within)
        .group_by(Term.value)
    )
    known = _Known()
    return {value: [known[one] for one in sorted(texts.split(","))] for value, texts in rows}


def last_day(spans: Iterable[Span]) -> date:
    """Give the latest day: a meeting that began earlier may have ended later."""
    latest: date = max(map(itemgetter(1), spans))
    return latest


def gaps(spans: Sequence[Span]) -> Gaps | None:
    """Give the gaps between meetings in order of their first days; None for fewer than two."""
    ends = list(accumulate(map(itemgetter(1), spans), max))
    starts = list(map(itemgetter(0), spans[1:]))
    lengths = list(map(sub, starts, ends))
    if not lengths:
        return None
    longest, shortest = (_first(lengths, length) for length in (max(lengths), min(lengths)))
    return Gaps(_gap(ends[longest], starts[longest]), _gap(ends[shortest], starts[shortest]))


def longest_gap(spans: Sequence[Span]) -> Gap | None:
    """Give the longest time without a meeting; None for fewer than two meetings."""
    found = gaps(spans)
    return found and found.longest


def _first(lengths: Sequence[timedelta], wanted: timedelta) -> int:
    if wanted > _NO_TIME:
        return lengths.index(wanted)
    # Dates that overlap leave no time, however much they do.
    return next(number for number, length in enumerate(lengths) if length <= _NO_TIME)


def _gap(before: date, after: date) -> Gap:
    since = min(before, after)
    return Gap(days=(after - since).days, from_=since, to=after)
