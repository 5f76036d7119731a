"""How lists follow documents: the set of the meetings of each term, their number, their days."""

import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import count, groupby
from operator import itemgetter

from pyroaring import BitMap
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.bulk import insert_tuples
from app.models import Calendar, Term
from app.models.among import among
from app.models.calendar import NO_SPAN, Span, span, write_block
from app.models.read_model import BITS
from app.records.kinds import table
from app.records.read_model import members

TermKey = tuple[bool, str, str]
"""Whether the meetings are retracted, the facet and its value."""

_MOST_WAITING = 3_000_000
"""Places in lists that are taken and left, before they are written."""
_MOST_KNOWN = 50_000
"""Terms whose numbers are remembered."""

_TERM = ("id", "retracted", "facet", "value", "meetings")
_COUNT = (
    update(Term)
    .where(Term.id == bindparam("term"))
    .values(meetings=Term.meetings + bindparam("more"))
)


class Lists:
    """What changes in the lists of terms: collected, and written when much waits."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[TermKey, int] = {}
        self._first_new = 1 + (session.scalar(select(func.max(Term.id))) or 0)
        self._numbers = count(self._first_new)
        self._forget()

    def _forget(self) -> None:
        self._joined: defaultdict[int, BitMap] = defaultdict(BitMap)
        self._left: defaultdict[int, BitMap] = defaultdict(BitMap)
        self._days: dict[int, Span] = {}
        self._waiting = 0

    def terms(self, keys: Collection[TermKey]) -> Mapping[TermKey, int]:
        """Look up the ids of terms; new ones get one. Writers take turns, so none races."""
        missing = sorted((key for key in keys if key not in self._known), key=itemgetter(1, 2, 0))
        if len(self._known) > _MOST_KNOWN:
            self._known = {key: self._known[key] for key in keys if key in self._known}
        for _, of_facet in groupby(missing, itemgetter(1)):
            self._known |= _stored(self._session, list(of_facet))
        new = {key: next(self._numbers) for key in missing if key not in self._known}
        rows = [(number, *key, 0) for key, number in new.items()]
        insert_tuples(self._session, table(Term), _TERM, rows)
        self._known |= new
        return self._known

    def join(
        self, number: int, terms: Iterable[int], starts_on: date, ends_on: date | None
    ) -> None:
        """Put a meeting into the lists of these terms."""
        self._days[number] = span(starts_on, ends_on)
        self._move(number, terms, self._joined, self._left)

    def leave(self, number: int, terms: Iterable[int]) -> None:
        """Take a meeting out of the lists of these terms."""
        self._days[number] = NO_SPAN
        self._move(number, terms, self._left, self._joined)

    def _move(
        self,
        number: int,
        terms: Iterable[int],
        into: defaultdict[int, BitMap],
        opposite: dict[int, BitMap],
    ) -> None:
        for term in terms:
            if term in opposite and number in opposite[term]:
                opposite[term].remove(number)
            else:
                into[term].add(number)
                self._waiting += 1
        if self._waiting > _MOST_WAITING:
            self.write()

    def write(self) -> None:
        """Write what waits."""
        members.change(self._session, self._joined, self._left, self._first_new)
        grown = Counter({term: len(some) for term, some in self._joined.items()})
        grown.subtract({term: len(some) for term, some in self._left.items()})
        rows = [{"term": term, "more": more} for term, more in sorted(grown.items()) if more]
        if rows:
            self._session.connection().execute(_COUNT, rows)
        self._write_days()
        if self._joined:  # New terms may have sets by now.
            self._first_new = sys.maxsize
        self._forget()

    def _write_days(self) -> None:
        for block, changed in groupby(sorted(self._days.items()), lambda one: one[0] >> BITS):
            mine = Calendar.block == block
            stored = self._session.scalar(select(Calendar.days).where(mine))
            self._session.execute(delete(Calendar).where(mine))
            days = write_block(stored, dict(changed))
            insert_tuples(self._session, table(Calendar), ("block", "days"), [(block, days)])


def _stored(session: Session, keys: Collection[TermKey]) -> dict[TermKey, int]:
    """Look up the terms of one facet."""
    _, facet, _ = next(iter(keys))
    values = {value for *_, value in keys}
    found = session.execute(
        select(Term.retracted, Term.facet, Term.value, Term.id).where(
            Term.facet == facet, among(Term.value, values)
        )
    )
    return {row[:3]: row[3] for row in found}
