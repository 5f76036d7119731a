"""What a cross-tab is counted along: the values of a dimension in order, and who has them."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.models.read_model import BITS
from app.queries import dimensions
from app.queries.attendance import Attendees, chunks, term_id
from app.queries.cells import Cells, Part, are_kept, blocks, of_block
from app.queries.columns import Column, count, of_attendees, of_sets, took_part
from app.queries.dimensions import Value, Values
from app.queries.kept import kept_of_blocks
from app.queries.sets import union
from app.queries.tallies import Counted, Numbers, Tally, differ
from app.schemas.counts import Counting, Dimension
from app.schemas.dyads import Level


class Axis(Protocol):
    """The values of a dimension, each in a place; what is unknown has the place after the last."""

    @property
    def column(self) -> Column:
        """Give them as a column, the same each time."""

    def count(self, session: Session, within: BitMap) -> Counted:
        """Count some meetings by them alone."""

    def named(self, places: Numbers) -> Sequence[Value | None]:
        """Give the values in these places."""


@dataclass(frozen=True)
class OfSets:
    """Values of which each has a set of meetings, as lists have."""

    values: Values

    @cached_property
    def column(self) -> Column:
        """Give them as a column."""
        return of_sets([*self.values.values()])

    def count(self, session: Session, within: BitMap) -> Counted:
        """Count by them without a look at each meeting."""
        check_time(session)
        known = union(self.values.values())
        found = [within.intersection_cardinality(mine) for mine in self.values.values()]
        counts = np.array([*found, len(within - known)])
        return Counted(np.flatnonzero(counts), counts[counts > 0])

    def named(self, places: Numbers) -> Sequence[Value | None]:
        """Give the values in these places."""
        return _named(self.values, places)


def _named(values: Iterable[Value], places: Numbers) -> Sequence[Value | None]:
    every = [*values, None]
    return [every[place] for place in places.tolist()]


class _Kept(NamedTuple):
    """What is kept of a block: the values that its meetings have, in order, and who has them."""

    values: list[Value]
    cells: Cells


@dataclass(frozen=True)
class OfBlocks:
    """Values of which each has a set of meetings, kept as columns of whole blocks."""

    kept: Mapping[int, _Kept]

    @cached_property
    def column(self) -> Column:
        """Give them as a column."""
        return Column(len(self._values) + 1, self._read)

    def _read(self, part: Part) -> Cells:
        mine = self.kept[part.meetings.min() >> BITS]
        if mine.values == self._values:
            return mine.cells
        places = {value: place for place, value in enumerate([*self._values, None])}
        small = np.min_scalar_type(len(self._values))
        every = np.array([places[value] for value in [*mine.values, None]], small)
        return mine.cells._replace(values=every.take(mine.cells.values))

    @cached_property
    def _values(self) -> list[Value]:
        every: set[Any] = set().union(*(mine.values for mine in self.kept.values()))
        return sorted(every)

    def count(self, session: Session, within: BitMap) -> Counted:
        """Count by them."""
        return count(session, within, [self.column])

    def named(self, places: Numbers) -> Sequence[Value | None]:
        """Give the values in these places."""
        return _named(self._values, places)


@dataclass(frozen=True)
class OfAttendees:
    """Those who took part, of whom there may be as many as meetings."""

    attendees: Attendees
    but_for: int
    """A country; who took part for it is not counted."""

    @cached_property
    def column(self) -> Column:
        """Give them as a column."""
        return of_attendees(self.attendees, self.but_for)

    def count(self, session: Session, within: BitMap) -> Counted:
        """Count by them, in the order of meetings."""
        tally, unknown = Tally([self.column.values], len(within)), len(self.attendees)
        for some in chunks(within):
            check_time(session)
            meetings, values = took_part(self.attendees, self.but_for, some)
            tally.add(values)
            tally.add(np.full(len(some) - np.count_nonzero(differ(meetings)), unknown))
        return tally.counted()

    def named(self, places: Numbers) -> Sequence[Value | None]:
        """Give the values in these places."""
        is_known = places < len(self.attendees)
        ids = iter(self.attendees.ids(places[is_known]))
        return [next(ids) if known else None for known in is_known.tolist()]


def axis(session: Session, name: Dimension, question: Counting, within: BitMap) -> Axis:
    """Read a dimension, as far as its values may be `within` some meetings."""
    if name in {"person", "organization"}:
        return _of_attendees(session, name, question, within)
    if len(question.by) > 1 and are_kept(within):
        known_by = dimensions.scope(session, name, question)
        if known_by is not None:
            return _of_blocks(session, name, question, within, known_by)
    return OfSets(_in_order(dimensions.values(session, name, question, within)))


def _in_order(found: Values) -> Values:
    return dict(sorted(found.items()))


def _of_blocks(
    session: Session, name: Dimension, question: Counting, within: BitMap, known_by: Hashable
) -> OfBlocks:
    def read(some: Sequence[int]) -> Iterator[_Kept]:
        span = BitMap(range(some[0] << BITS, (some[-1] + 1) << BITS))
        found = _in_order(dimensions.values(session, name, question, span))
        column, values = of_sets([*found.values()]), [*found]
        for block in some:
            check_time(session)
            yield _Kept(values, column.read(of_block(block)))

    return OfBlocks(kept_of_blocks(session, blocks(within), ("cells", known_by), read, _size))


def _size(one: _Kept) -> int:
    return one.cells.nbytes + _BYTES * len(one.values)


def _of_attendees(session: Session, name: Level, question: Counting, within: BitMap) -> OfAttendees:
    retracted = question.status == "retracted"
    anchor = question.anchor or ""
    but_for = term_id(session, "country", anchor, retracted=retracted) if anchor else _NOBODY
    return OfAttendees(Attendees(session, name, within, retracted), but_for)


_NOBODY = -1
_BYTES = 8
"""Of what refers to a value."""
