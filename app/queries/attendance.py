"""Who took part in which meetings: columns with an entry for each part that somebody took."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models import Attendance, Term
from app.models.among import among
from app.models.attendance import BITS_OF_ATTENDANCE, read_parts
from app.queries.sets import numbers
from app.queries.tallies import Numbers
from app.schemas.dyads import Level

Whole = NDArray[np.int32]

COLUMNS: dict[Level, int] = {"country": 1, "organization": 2, "person": 3}
"""Where they stand in `models.attendance.Parts`, of which each column is a row here."""
_MEETINGS = 1 << 16
"""Meetings whose participants are read together."""
_FEW = 1 << 14
"""Meetings of which there may be far fewer who took part than there are in all."""


class Entries(NamedTuple):
    """Who took part, in the order of meetings; of each, those of one country together."""

    meetings: Whole
    who: Whole
    """Each by a place in the order of ids."""
    sides: Whole
    """For which country or organization they took part, as terms; 0 is none."""

    def only(self, these: slice | NDArray[np.bool_] | Numbers) -> "Entries":
        """Keep some of them."""
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
        every = _only(some, self._entries if self._are_few else self._read(some))
        known = every if every.who.all() else every.only(every.who > 0)
        return known._replace(who=self._places[known.who])

    def ids(self, places: Numbers) -> list[str]:
        """Give the ids of those in these places."""
        terms = self._terms[places]
        mine = among(Term.id, np.unique(terms).tolist())
        known = dict(self.session.execute(select(Term.id, Term.value).where(mine)).all())
        return [known[term] for term in terms.tolist()]

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
        return _only(self.within, self._read(self.within))

    def _read(self, some: BitMap) -> Entries:
        """Read who took part in these meetings, and in others near them, by terms."""
        check_time(self.session)
        blocks = np.unique(numbers(some) >> BITS_OF_ATTENDANCE).tolist()
        mine = among(Attendance.block, blocks)
        rows = select(Attendance.parts).where(mine).order_by(Attendance.block)
        parts = [read_parts(one) for one in self.session.scalars(rows)] or [read_parts(b"")]
        columns = (0, COLUMNS[self.level], COLUMNS[self.side])
        return Entries(*(np.concatenate([one[:, column] for one in parts]) for column in columns))

    @cached_property
    def _terms(self) -> Whole:
        mine = (Term.facet == self.level, Term.retracted.is_(self.retracted))
        wanted = select(Term.id.label("id")).where(*mine).order_by(Term.value)
        if self._are_few:
            found = np.unique(self._entries.who)
            wanted = wanted.where(among(Term.id, found.tolist()))
        # In one string they come several times as fast as in as many rows.
        every = select(func.aggregate_strings(cast(wanted.subquery().c.id, String), ","))
        return np.fromstring(self.session.scalar(every) or "", np.int32, sep=",")

    @cached_property
    def _places(self) -> Whole:
        """The place of each term."""
        places = np.zeros(self._terms.max(initial=0) + 1, np.int32)
        places[self._terms] = np.arange(len(self._terms))
        return places


def chunks(within: BitMap) -> Iterator[BitMap]:
    """Cut meetings into parts that are read one after the other."""
    for start in range(0, len(within), _MEETINGS):
        yield within[start : start + _MEETINGS]


def _only(within: BitMap, entries: Entries) -> Entries:
    of = entries.meetings
    if not of.size:
        return entries
    every = numbers(within)
    low, high = (int(bound(of[end], every[end])) for bound, end in ((min, 0), (max, -1)))
    meant = np.zeros(high - low + 1, bool)
    meant[every - low] = True
    mine = meant[of - low]
    return entries if mine.all() else entries.only(np.flatnonzero(mine))


def term_id(session: Session, facet: str, value: str, *, retracted: bool) -> int:
    """Give the term of a value that parts are kept as, or 0."""
    mine = Term.is_one_of([(retracted, facet, value)])
    return session.scalar(select(Term.id).where(mine)) or 0
