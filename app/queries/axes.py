"""What a cross-tab is counted along: the values of a dimension in order, and who has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries import dimensions
from app.queries.attendance import Attendees, term_id
from app.queries.columns import Column, count, of_attendees, of_sets
from app.queries.dimensions import Value, Values
from app.queries.sets import union
from app.queries.tallies import Counted, Numbers
from app.schemas.counts import Counting, Dimension


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
        every = [*self.values, None]
        return [every[place] for place in places.tolist()]


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
        """Count by them."""
        return count(session, within, [self.column])

    def named(self, places: Numbers) -> Sequence[Value | None]:
        """Give the values in these places."""
        is_known = places < len(self.attendees)
        ids = iter(self.attendees.ids(places[is_known]))
        return [next(ids) if known else None for known in is_known.tolist()]


def axis(session: Session, name: Dimension, question: Counting, within: BitMap) -> Axis:
    """Read a dimension, as far as its values may be `within` some meetings."""
    if name not in {"person", "organization"}:
        found = dimensions.values(session, name, question, within)
        return OfSets(dict(sorted(found.items())))
    retracted = question.status == "retracted"
    anchor = question.anchor or ""
    but_for = term_id(session, "country", anchor, retracted=retracted) if anchor else _NOBODY
    return OfAttendees(Attendees(session, name, within, retracted), but_for)


_NOBODY = -1
