"""How lists follow documents: the set of the meetings of each term, and what blocks of all keep."""

import secrets
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from itertools import count, groupby
from operator import itemgetter
from typing import Any, TypeVar

from pyroaring import BitMap
from sqlalchemy import RowMapping, Table, bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from app.bulk import insert_tuples
from app.models import Attendance, Calendar, Mark, Term
from app.models.among import among
from app.models.attendance import BITS_OF_ATTENDANCE, write_parts
from app.models.calendar import NO_SPAN, Span, span, write_block
from app.models.read_model import BITS, mark_of_block, mark_of_terms
from app.records.kinds import table
from app.records.read_model import members
from app.records.read_model.terms import WORD

TermKey = tuple[bool, str, str]
"""Whether the meetings are retracted, the facet and its value."""
Fields = Mapping[str, Any] | RowMapping
"""What is kept of a meeting, by the names of columns."""

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
        self._parts: dict[int, bytes] = {}
        self._in_place = BitMap()
        self._facets: set[str] = set()
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
        self._facets.update(facet for _, facet, _ in new)
        self._known |= new
        return self._known

    def join(self, row: Fields) -> None:
        """Put a meeting into the lists of its terms."""
        number = row["number"]
        self._keep(number, _span(row), row["parts"])
        self._move(number, _terms(row), self._joined, self._left)

    def leave(self, row: Fields) -> None:
        """Take a meeting out of the lists of its terms."""
        number = row["number"]
        self._keep(number, NO_SPAN, b"")
        self._move(number, _terms(row), self._left, self._joined)

    def change(self, before: Fields, row: Fields) -> None:
        """Let a meeting that keeps its number be in the lists of its terms, and of no others."""
        number, old, new = row["number"], _terms(before), _terms(row)
        if (_span(before), before["parts"]) != (_span(row), row["parts"]):
            self._keep(number, _span(row), row["parts"])
        self._move(number, old - new, self._left, self._joined)
        self._move(number, new - old, self._joined, self._left)

    def _keep(self, number: int, days: Span, parts: bytes) -> None:
        self._days[number], self._parts[number] = days, parts

    def _move(
        self,
        number: int,
        terms: BitMap,
        into: defaultdict[int, BitMap],
        opposite: dict[int, BitMap],
    ) -> None:
        if number not in self._days:
            self._in_place.add(number)
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
        _write_blocks(self._session, table(Calendar), BITS, self._days, write_block)
        attendance = table(Attendance)
        _write_blocks(self._session, attendance, BITS_OF_ATTENDANCE, self._parts, write_parts)
        blocks = {number >> BITS for number in [*self._days, *self._counted_otherwise()]}
        _mark(self._session, {*map(mark_of_block, blocks), *map(mark_of_terms, self._facets)})
        if self._joined:  # New terms may have sets by now.
            self._first_new = sys.maxsize
        self._forget()

    def _counted_otherwise(self) -> BitMap:
        """Tell which meetings of the same days and participants have other terms than words."""
        found = BitMap()
        if self._in_place:
            moved = [*self._joined.keys() | self._left.keys()]
            words = select(Term.id).where(Term.facet == WORD, among(Term.id, moved))
            by_words = set(self._session.scalars(words))
            for term in moved:
                if term not in by_words:
                    found |= self._joined[term] | self._left[term]
        return found & self._in_place


def drop_unused_terms(session: Session) -> None:
    """Drop the terms that no meeting has."""
    facets = session.scalars(delete(Term).where(Term.meetings == 0).returning(Term.facet))
    _mark(session, {*map(mark_of_terms, facets)})


def _mark(session: Session, parts: Collection[str]) -> None:
    """Give each of these parts of the read model another mark."""
    if parts:
        session.execute(delete(Mark).where(among(Mark.part, parts)))
        rows = [(part, secrets.token_hex(8)) for part in sorted(parts)]
        insert_tuples(session, table(Mark), ("part", "mark"), rows)


def _span(row: Fields) -> Span:
    return span(row["starts_on"], row["ends_on"])


def _terms(row: Fields) -> BitMap:
    return BitMap.deserialize(row["terms"])


Kept = TypeVar("Kept")


def _write_blocks(
    session: Session,
    into: Table,
    bits: int,
    changed: Mapping[int, Kept],
    write: Callable[[bytes, Mapping[int, Kept]], bytes],
) -> None:
    """Change what blocks, each of so many bits, keep of the numbers in them."""
    blocks, kept = into.columns
    for block, of_block in groupby(sorted(changed.items()), lambda one: one[0] >> bits):
        stored = session.scalar(select(kept).where(blocks == block))
        session.execute(delete(into).where(blocks == block))
        row = (block, write(stored or b"", dict(of_block)))
        insert_tuples(session, into, [blocks.name, kept.name], [row])


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
