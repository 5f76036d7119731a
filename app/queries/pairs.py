"""Who met whom in the meetings that match."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.deadlines import check_time
from app.queries.attendance import Attendees, Entries, Whole, term_id
from app.queries.tallies import Grouped, Numbers, are_in, distinct, grouped
from app.schemas.dyads import Pairing

Pair = tuple[str, str]
"""Two ids in order, or with an anchor first that of its side."""
Mask = NDArray[np.bool_]

_AT_ONCE = 1 << 17
"""Pairs that are made at a time, unless a single meeting has more."""


@dataclass(frozen=True)
class Pairs:
    """Who met whom: pairs in the order of ids, and the meetings of each."""

    attendees: Attendees
    met: Grouped
    """Of each pair the places of both, as `numpy.ravel_multi_index`, and when they met."""
    without_pair: int
    """Meetings in which no two met."""
    beside: Numbers
    """Of pairs in the order of ids those who took part together otherwise, such as on one side."""

    def ids(self, pairs: Numbers) -> list[Pair]:
        """Name the pairs in these places."""
        one, other = self._places(pairs)
        known = self.attendees.ids(np.concatenate([one, other]))
        return list(zip(known[: len(one)], known[len(one) :], strict=True))

    def are_all_of_both(self, pairs: Numbers) -> Mask:
        """Tell of those in these places whether no more meetings than their own have both."""
        one, other = self._places(pairs)
        in_order = np.minimum(one, other) * len(self.attendees) + np.maximum(one, other)
        turned = other * len(self.attendees) + one
        return ~(are_in(in_order, self.beside) | are_in(turned, self.met.keys))

    def _places(self, pairs: Numbers) -> tuple[Numbers, Numbers]:
        return np.divmod(self.met.keys[pairs], max(1, len(self.attendees)))


class _Rule(NamedTuple):
    """Which two that take part in a meeting met there."""

    met: Callable[[Entries, Numbers, Numbers], Mask]
    ours: Callable[[Entries], Mask] | None = None
    """Who comes first in a pair, and is in none with another one of them."""


def pairs(session: Session, question: Pairing, within: BitMap) -> Pairs:
    """Pair those who met in some meetings; the values of the question are known to exist.

    They are of different countries, or of different sides; a body may be of no country.
    """
    retracted = question.status == "retracted"
    attendees = Attendees(session, question.level, within, retracted)
    if question.anchor:
        anchor = term_id(session, "country", question.anchor, retracted=retracted)
        return _paired(attendees, _Rule(_any_two, lambda entries: entries.countries == anchor))
    return _paired(attendees, _Rule(_any_two if question.same_side else _of_two_countries))


def pairs_of(attendees: Attendees, record_id: str) -> Pairs:
    """Pair one of those who took part, who comes first, with those of other countries."""
    place = attendees.place(record_id)
    return _paired(attendees, _Rule(_of_two_countries, lambda entries: entries.who == place))


def _any_two(_entries: Entries, one: Numbers, _other: Numbers) -> Mask:
    return np.ones(len(one), bool)


def _of_two_countries(entries: Entries, one: Numbers, other: Numbers) -> Mask:
    first, second = entries.countries[one], entries.countries[other]
    of_none = np.minimum(first, second) == 0
    return np.asarray(of_none | (first != second))


class _Together(NamedTuple):
    """Pairs of some meetings."""

    keys: Numbers
    meetings: Whole
    with_pair: int
    beside: Numbers


def _paired(attendees: Attendees, rule: _Rule) -> Pairs:
    found = [_NOBODY]
    for entries in attendees.entries():
        for some in _cut(entries):
            check_time(attendees.session)
            found.append(_together(some, attendees, rule))
    keys = np.concatenate([some.keys for some in found])
    meetings = np.concatenate([some.meetings for some in found])
    return Pairs(
        attendees,
        grouped(keys, meetings, len(attendees) ** 2),
        len(attendees.within) - sum(some.with_pair for some in found),
        distinct(np.concatenate([some.beside for some in found])),
    )


_NONE = np.empty(0, np.int64)
_NOBODY = _Together(_NONE, _NONE.astype(np.int32), 0, _NONE)


def _cut(entries: Entries) -> Iterator[Entries]:
    """Cut entries between meetings, so that not too many pairs are made of them at once."""
    bounds = np.flatnonzero(np.diff(entries.meetings, prepend=-1, append=-1))
    many = np.diff(bounds)
    made = np.cumsum(many * (many - 1) // 2)
    cuts = np.searchsorted(made, np.arange(_AT_ONCE, made.max(initial=0), _AT_ONCE), side="right")
    for first, last in pairwise(distinct(np.array([0, *bounds[cuts], len(entries.who)])).tolist()):
        yield entries.only(slice(first, last))


def _together(entries: Entries, attendees: Attendees, rule: _Rule) -> _Together:
    """Pair those of each meeting."""
    size, entries = len(attendees), _without_repeats(entries)
    starts = np.flatnonzero(np.diff(entries.meetings, prepend=-1))
    one, other = _each_two(starts, len(entries.who))
    met = rule.met(entries, one, other) & (differ := entries.who[one] != entries.who[other])
    ours = rule.ours(entries) if rule.ours else None
    if ours is not None:
        met &= ours[one] != ours[other]
    if attendees.level == "country":  # Each is a side of its own.
        one, other, differ, met = one[met], other[met], differ[met], met[met]
    a, b = entries.who[one].astype(np.int64), entries.who[other].astype(np.int64)
    pairs = keys = np.minimum(a, b) * size + np.maximum(a, b)
    if ours is not None:
        keys = np.where(ours[one], a * size + b, b * size + a)
    apart = differ & ~met
    meetings, found, beside = entries.meetings[one[met]], keys[met], pairs[apart]
    if not differ.all():  # Some are there twice: for two countries, or two organizations.
        rows = np.cumsum(np.diff(entries.meetings, prepend=-1) != 0)[one] * size**2
        once = np.unique(rows[met] + found, return_index=True)[1]
        meetings, found = meetings[once], found[once]
        beside = beside[~are_in(rows[apart] + beside, distinct(rows[met] + pairs[met]))]
    with_pair = int(np.count_nonzero(np.diff(meetings, prepend=-1)))
    return _Together(found, meetings, with_pair, distinct(beside))


def _without_repeats(entries: Entries) -> Entries:
    """Keep one of several of the same who stand together, such as of one country."""
    columns = (entries.meetings, entries.who, entries.countries)
    return entries.only(np.any([np.diff(one, prepend=-1) != 0 for one in columns], axis=0))


def _each_two(starts: Numbers, entries: int) -> tuple[Numbers, Numbers]:
    """Pair each entry with those of its meeting that come after it."""
    many = np.diff(starts, append=entries)
    places = np.arange(entries)
    after = np.repeat(starts + many, many) - places - 1
    one = np.repeat(places, after)
    shift = np.cumsum(after) - after
    return one, one + 1 + np.arange(len(one)) - shift[one]
