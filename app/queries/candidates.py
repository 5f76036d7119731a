"""Which meetings match: sets of numbers are intersected, block by block, in the order of dates.

A page costs what it shows and not what matches: blocks are read from where the page begins, and
more of them as long as it is not full. Whoever counts reads all of them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Document, Members
from app.models import Term as TermRow
from app.models.among import among, among_given
from app.models.read_model import APART, BITS
from app.queries.conditions import Term
from app.queries.days import Place, Stretch, stretches
from app.queries.lists import EVERYTHING, lists
from app.queries.sets import are_close, some_of, union
from app.schemas.filters import MeetingFilters


class Found(NamedTuple):
    """The id of a term, and how many meetings have it."""

    term: int
    meetings: int


Sets = Mapping[int, Sequence[BitMap]]
"""Of each term its numbers within some blocks."""

_ALL = 1 << 31
"""More blocks than there are."""
_FEWEST = 2
"""The last block has few meetings."""
_MORE = 16
"""How many times as many blocks are read when a page is not full."""
_FEWEST_TEXTS, _MOST_TEXTS = 50, 4_000
"""Texts that are read together."""


@dataclass(frozen=True)
class Candidates:
    """The meetings that match some filters."""

    session: Session
    filters: MeetingFilters
    all: Found
    """The list of all meetings."""
    all_of: Sequence[Sequence[Found]]
    none_of: Sequence[Found]
    patterns: Sequence[str]
    """What the searched text must be like, in the sense of LIKE."""

    def every(self) -> BitMap:
        """Give the numbers of all."""
        blocks = (some for part in self._parts() for some in self._sets(part, _ALL))
        numbers = union(blocks)
        return union(self._like(numbers, len(numbers))) if self.patterns else numbers

    def walk(
        self, *, expected: int, newest_first: bool = True, after: Place | None = None
    ) -> Iterator[BitMap]:
        """Give the numbers in sets, one after the other; so many are expected to be asked for."""
        most = self._blocks_for(expected)
        for part in self._parts(after, newest_first=newest_first):
            for some in self._sets(part, most, newest_first=newest_first):
                if self.patterns:
                    yield from self._like(some, expected, newest_first=newest_first)
                else:
                    yield some

    def _parts(self, after: Place | None = None, *, newest_first: bool = True) -> Iterator[Stretch]:
        named = None
        if self.filters.id:
            mine = Document.meeting_id.in_(self.filters.id)
            named = BitMap(self.session.scalars(select(Document.number).where(mine)))
        for part in stretches(self.session, self.filters, after, newest_first=newest_first):
            yield part if named is None else part.among(named)

    def _sets(self, part: Stretch, most: int, *, newest_first: bool = True) -> Iterator[BitMap]:
        """Give what matches in some blocks, and then in the next."""
        while part.first <= part.last:
            blocks, sets = self._read(part, most, newest_first=newest_first)
            yield part.of(self._matching(sets))
            if len(blocks) < most:
                return
            if newest_first:
                part = part.cut(0, (min(blocks) << BITS) - 1)
            else:
                part = part.cut((max(blocks) + 1) << BITS, part.last)
            most *= _MORE

    def _matching(self, sets: Sets) -> BitMap:
        groups = (union(mine for one in group for mine in sets[one.term]) for group in self.all_of)
        return reduce(and_, groups) - union(mine for one in self.none_of for mine in sets[one.term])

    @property
    def _rarest(self) -> Sequence[Found]:
        return min(self.all_of, key=_size)

    def _blocks_for(self, expected: int) -> int:
        """Guess in how many blocks the rarest list has so many meetings."""
        blocks = 1 + (APART * self.all.meetings >> BITS)
        return _FEWEST + expected * blocks // max(1, _size(self._rarest))

    def _read(self, part: Stretch, most: int, *, newest_first: bool) -> tuple[set[int], Sets]:
        """Read the lists in the first blocks in which the rarest has meetings."""
        every = [*self.none_of, *(one for group in self.all_of for one in group)]
        rows = self.session.execute(
            _NEWEST_BLOCKS if newest_first else _OLDEST_BLOCKS,
            {
                "terms": {one.term for one in every},
                "rarest": [one.term for one in self._rarest],
                "first": part.first >> BITS,
                "last": part.last >> BITS,
                "most": most,
            },
        )
        blocks, sets = set[int](), defaultdict[int, list[BitMap]](list)
        for block, term, numbers in rows.all():
            blocks.add(block)
            sets[term].append(BitMap.deserialize(numbers))
        return blocks, sets

    def _like(
        self, numbers: BitMap, expected: int, *, newest_first: bool = True
    ) -> Iterator[BitMap]:
        """Keep those with a text like all patterns."""
        texts = [_document.text.like(pattern) for pattern in self.patterns]
        read = found = 0
        while read < len(numbers):
            check_time(self.session)
            # As if eight of nine had such a text, until it turns out that fewer have.
            size = (expected - found) * (read + 9) // (found + 8)
            size = max(_FEWEST_TEXTS, min(size, _MOST_TEXTS))
            some = some_of(numbers, read, size, newest_first=newest_first)
            like = select(_document.number).where(_is_one_of(some), *texts)
            those = BitMap([number for (number,) in self.session.execute(like).all()]) & numbers
            read, found = read + len(some), found + len(those)
            yield those


def candidates(session: Session, filters: MeetingFilters) -> Candidates:
    """Look up the lists that these filters, whose values are known to exist, are made of."""
    wanted = lists(session, filters)
    found = _look_up(session, wanted.terms, retracted=wanted.retracted)
    return Candidates(
        session,
        filters,
        found.get(EVERYTHING, Found(0, 0)),
        # What is excluded as well cannot match: a contradiction is not walked to its end.
        [
            [found[term] for term in group if term in found and term not in wanted.none_of]
            for group in wanted.all_of
        ],
        [found[term] for term in wanted.none_of if term in found],
        wanted.patterns,
    )


def _look_up(session: Session, terms: set[Term], *, retracted: bool) -> dict[Term, Found]:
    facets, values = zip(*terms, strict=True)
    asked = {"facets": {*facets}, "values": {*values}, "retracted": retracted}
    rows = session.execute(_TERMS, asked).all()
    return {(facet, value): Found(number, meetings) for facet, value, number, meetings in rows}


def _is_one_of(some: Sequence[int]) -> ColumnElement[bool]:
    """Match these numbers, and if they stand close to each other those between them as well."""
    first, last = sorted((some[0], some[-1]))
    is_row = are_close(some)
    return _document.number.between(first, last) if is_row else among(_document.number, some)


# Statements that most pages need are made once: that takes longer than to execute them.
_document, _term, _members = (one.__table__.c for one in (Document, TermRow, Members))
_rarest = Members.__table__.alias("rarest").c
_TERMS = select(_term.facet, _term.value, _term.id, _term.meetings).where(
    _term.retracted == bindparam("retracted"),
    among_given(_term.facet, "facets"),
    among_given(_term.value, "values"),
)
_FIRST = (
    select(_rarest.block)
    .distinct()
    .where(
        among_given(_rarest.term_id, "rarest"),
        _rarest.block.between(bindparam("first"), bindparam("last")),
    )
    .limit(bindparam("most"))
)
_BLOCKS = select(_members.block, _members.term_id, _members.numbers).where(
    among_given(_members.term_id, "terms")
)
_NEWEST_BLOCKS = _BLOCKS.where(_members.block.in_(_FIRST.order_by(_rarest.block.desc())))
_OLDEST_BLOCKS = _BLOCKS.where(_members.block.in_(_FIRST.order_by(_rarest.block)))


def _size(group: Sequence[Found]) -> int:
    return sum(found.meetings for found in group)
