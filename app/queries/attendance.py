"""Who took part in which meetings: columns with an entry for each part that somebody took."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Attendance, Term
from app.models.among import among
from app.models.attendance import BITS_OF_ATTENDANCE, read_parts
from app.models.read_model import BITS, mark_of_block, mark_of_terms
from app.queries.kept import kept_of
from app.queries.sets import numbers
from app.queries.tallies import Numbers
from app.schemas.dyads import Level

Whole = NDArray[np.int32]

COLUMNS: dict[Level, int] = {"country": 1, "organization": 2, "person": 3}
"""Where they stand in `models.attendance.Parts`, of which each column is a row here."""
_MEETINGS = 1 << 16
"""Meetings whose participants are looked at together."""
_BITS_TOGETHER = 17
"""Of a number those that stand within blocks that are kept together."""
_FEW = 1 << 14
"""Meetings of which there may be far fewer who took part than there are in all."""


class Entries(NamedTuple):
    """Who took part, in the order of meetings; of each, those of one country together."""

    meetings: Whole
    who: Whole
    """Each by a place in the order of ids."""
    sides: Whole
    """For which country or organization they took part, as terms; 0 is none."""

    def only(self, places: Numbers) -> "Entries":
        """Keep those in these places."""
        return Entries(*(column.take(places) for column in self))

    def where(self, are_meant: NDArray[np.bool_]) -> "Entries":
        """Keep those that are meant; if all are, they are not copied."""
        return self if are_meant.all() else self.only(np.flatnonzero(are_meant))

    def part(self, these: slice) -> "Entries":
        """Keep those from one place to another."""
        return Entries(*(column[these] for column in self))


@dataclass(frozen=True)
class Attendees:
    """Those of one kind who took part in some meetings, in the order of their ids."""

    session: Session
    level: Level
    within: BitMap
    retracted: bool
    side: Level = "country"
    """What they took part for."""

    def __len__(self) -> int:
        """Count them; some may only have taken part in other meetings."""
        return len(self._terms)

    def entries(self) -> Iterator[Entries]:
        """Read who took part, some thousand meetings at a time."""
        for some in chunks(self.within):
            yield self.of(some)

    def of(self, some: BitMap) -> Entries:
        """Read who took part in these of the meetings."""
        if self._are_few:
            found = _known(some, self._entries)
        else:
            found = _together([_known(part, self._near(part)) for part in chunks(some)])
        return found._replace(who=self._places.take(found.who))

    def ids(self, places: Numbers) -> list[str]:
        """Give the ids of those in these places."""
        terms = self._terms[places]
        mine = among(Term.id, np.unique(terms).tolist())
        known = dict(self.session.execute(select(Term.id, Term.value).where(mine)).all())
        return [known[term] for term in terms.tolist()]

    def places(self, ids: Collection[str]) -> Numbers:
        """Give the places of some of them, in order."""
        wanted = (Term.facet == self.level, Term.retracted.is_(self.retracted))
        terms = self.session.scalars(select(Term.id).where(*wanted, among(Term.value, ids)))
        return np.sort(self._places.take(terms.all())).astype(np.int64)

    def place(self, record_id: str) -> int:
        """Give the place of one of them, or -1."""
        term = term_id(self.session, self.level, record_id, retracted=self.retracted)
        return int(self._places[term]) if term and term in self._terms else -1

    @property
    def _are_few(self) -> bool:
        return len(self.within) <= _FEW

    @cached_property
    def _entries(self) -> Entries:
        """Those of all, of which there are few, by terms."""
        blocks = np.unique(numbers(self.within) >> BITS_OF_ATTENDANCE).tolist()
        parts = _read(self.session, among(Attendance.block, blocks))
        return _known(self.within, self._meant(parts))

    def _near(self, some: BitMap) -> Entries:
        """Give who took part in these meetings, which are kept together, and in others near."""
        return self._meant(_kept(self.session, some.min() >> _BITS_TOGETHER))

    def _meant(self, parts: Whole) -> Entries:
        return Entries(parts[0], parts[COLUMNS[self.level]], parts[COLUMNS[self.side]])

    @cached_property
    def _terms(self) -> Whole:
        mine = (Term.facet == self.level, Term.retracted.is_(self.retracted))
        wanted = select(Term.id.label("id")).where(*mine).order_by(Term.value)
        if self._are_few:
            found = np.unique(self._entries.who)
            return _in_order(self.session, wanted.where(among(Term.id, found.tolist())))
        name, terms = ("terms", self.level, self.retracted), mark_of_terms(self.level)
        return kept_of(self.session, [terms], name, lambda: _in_order(self.session, wanted), _size)

    @cached_property
    def _places(self) -> Whole:
        """The place of each term."""
        places = np.zeros(self._terms.max(initial=0) + 1, np.int32)
        places[self._terms] = np.arange(len(self._terms))
        return places


def _in_order(session: Session, ids: Select[int]) -> Whole:
    # In one string they come several times as fast as in as many rows.
    every = select(func.aggregate_strings(cast(ids.subquery().c.id, String), ","))
    return np.fromstring(session.scalar(every) or "", np.int32, sep=",")


def _size(found: Whole) -> int:
    return found.nbytes


def chunks(within: BitMap) -> Iterator[BitMap]:
    """Cut meetings into parts, of which each is kept together."""
    for _, near in regions(within):
        if len(near) <= _MEETINGS:  # A part of a set is made as slowly as if it were a list.
            yield near
            continue
        for start in range(0, len(near), _MEETINGS):
            yield near[start : start + _MEETINGS]


def regions(within: BitMap) -> Iterator[tuple[int, BitMap]]:
    """Number the parts that are kept together, and give those of some meetings that are in each."""
    if not within:
        return
    first, last = (end >> _BITS_TOGETHER for end in (within.min(), within.max()))
    for region in range(first, last + 1):
        if near := in_region(within, region):
            yield region, near


def in_region(within: BitMap, region: int) -> BitMap:
    """Give those of some meetings that are kept together in one part."""
    return within & BitMap(range(region << _BITS_TOGETHER, (region + 1) << _BITS_TOGETHER))


def marks_of(region: int) -> list[str]:
    """Name the parts of the read model that tell who took part there."""
    return [*map(mark_of_block, _within(region, BITS))]


def _kept(session: Session, region: int) -> Whole:
    """Give the columns of blocks that are kept together."""
    mine = _within(region, BITS_OF_ATTENDANCE)
    parts = Attendance.block.between(mine[0], mine[-1])
    name = ("attendance", region)
    return kept_of(session, marks_of(region), name, lambda: _read(session, parts), _size)


def _within(region: int, bits: int) -> range:
    """Number the blocks, each of so many bits, that are kept together."""
    many = 1 << (_BITS_TOGETHER - bits)
    return range(region * many, (region + 1) * many)


def _read(session: Session, blocks: ColumnElement[bool]) -> Whole:
    """Read columns of who took part, each of which stands together in memory."""
    check_time(session)
    rows = session.scalars(select(Attendance.parts).where(blocks).order_by(Attendance.block))
    return np.concatenate([read_parts(b""), *map(read_parts, rows)]).T.copy()


def _known(within: BitMap, entries: Entries) -> Entries:
    """Give who is known to have taken part in some meetings."""
    if not within:
        return entries.part(slice(0))
    wanted = numbers(within)
    first, last = int(wanted[0]), int(wanted[-1])
    start, end = np.searchsorted(entries.meetings, [first, last + 1]).tolist()
    near = entries.part(slice(start, end))
    meant = np.zeros(last - first + 1, bool)
    meant[wanted - first] = True
    return near.where(meant.take(near.meetings - first) & (near.who > 0))


def _together(entries: Sequence[Entries]) -> Entries:
    if len(entries) == 1:
        return entries[0]
    return Entries(*map(np.concatenate, zip(*entries, strict=True)))


def term_id(session: Session, facet: str, value: str, *, retracted: bool) -> int:
    """Give the term of a value that parts are kept as, or 0."""
    mine = Term.is_one_of([(retracted, facet, value)])
    return session.scalar(select(Term.id).where(mine)) or 0
