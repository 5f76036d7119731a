"""Each two who took part in a meeting, and whether they met."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.deadlines import check_time
from app.queries.attendance import Attendees, Entries, Whole, chunks
from app.queries.tallies import Numbers, are_in, differ, distinct, repeated

Mask = NDArray[np.bool_]

_AT_ONCE = 1 << 16
"""Couples that are made at a time, unless a single meeting has more."""
NONE = np.empty(0, np.int64)


class Rule(NamedTuple):
    """Which two that take part in a meeting met there."""

    may_meet: Callable[[Entries, Numbers, Numbers], Mask]
    ours: Callable[[Entries], Mask] | None = None
    """Who comes first in a pair, and is in none with another one of them."""
    with_ours: bool = False
    """Whether all couples that are looked at have one of them."""

    def couples(self, entries: Entries) -> tuple[Numbers, Numbers]:
        """Give the entries that are looked at, two by two."""
        if self.with_ours and self.ours:
            return _with_each(entries, np.flatnonzero(self.ours(entries)))
        return _each_two(entries)

    def met(self, entries: Entries, one: Numbers, other: Numbers) -> Mask:
        """Tell who met in couples of entries."""
        may = self.may_meet(entries, one, other)
        if self.ours:
            ours = self.ours(entries)
            may &= ours.take(one) != ours.take(other)
        return may


def any_two(_entries: Entries, one: Numbers, _other: Numbers) -> Mask:
    """Let all meet who take part."""
    return np.ones(len(one), bool)


def of_two_countries(entries: Entries, one: Numbers, other: Numbers) -> Mask:
    """Let those meet who are of different countries, or one of whom is of none."""
    first, second = entries.sides.take(one), entries.sides.take(other)
    of_none = np.minimum(first, second) == 0
    return np.asarray(of_none | (first != second))


class _Couples(NamedTuple):
    """Each two who took part in a meeting, in the order of meetings."""

    meetings: Whole
    keys: Numbers
    """The places of both in the order of ids, as `numpy.ravel_multi_index`."""
    named: Numbers
    """The same in the order in which they are named."""
    met: Mask

    def only(self, places: Numbers) -> "_Couples":
        """Keep those in these places."""
        meetings, keys, named, met = self
        return _Couples(
            meetings.take(places), keys.take(places), named.take(places), met.take(places)
        )

    def with_row(self, keys: Numbers, size: int) -> Numbers:
        """Make one key of the meeting and another key, which is below `size`."""
        return np.cumsum(differ(self.meetings)) * size + keys


class Met(NamedTuple):
    """Who met in some meetings, and who took part there together otherwise."""

    keys: Numbers
    """The places of both, for each meeting of theirs, as `numpy.ravel_multi_index`."""
    meetings: Whole
    beside: Numbers


def met(attendees: Attendees, rule: Rule, within: BitMap) -> Met:
    """Tell who met in some of the meetings, in the order of meetings."""
    found = [Met(NONE, NONE.astype(np.int32), NONE)]
    for entries in map(attendees.of, chunks(within)):
        for some in _cut(_without_repeats(entries)):
            check_time(attendees.session)
            every = _together(some, attendees, rule)
            mine = every if every.met.all() else every.only(np.flatnonzero(every.met))
            found.append(Met(mine.named, mine.meetings, distinct(every.keys[~every.met])))
    return Met(*map(np.concatenate, zip(*found, strict=True)))


def _without_repeats(entries: Entries) -> Entries:
    """Keep one of several of the same who stand together, such as of one country."""
    columns = (entries.meetings, entries.who, entries.sides)
    return entries.where(np.any([differ(one) for one in columns], axis=0))


def _cut(entries: Entries) -> Iterator[Entries]:
    """Cut entries between meetings, so that not too many pairs are made of them at once."""
    bounds = np.append(np.flatnonzero(differ(entries.meetings)), len(entries.meetings))
    many = np.diff(bounds)
    made = np.cumsum(many * (many - 1) // 2)
    cuts = np.searchsorted(made, np.arange(_AT_ONCE, made.max(initial=0), _AT_ONCE), side="right")
    for first, last in pairwise(distinct(np.array([0, *bounds[cuts], len(entries.who)])).tolist()):
        yield entries.part(slice(first, last))


def _together(entries: Entries, attendees: Attendees, rule: Rule) -> _Couples:
    """Give who met in each meeting, each pair once, and who took part together otherwise."""
    one, other = rule.couples(entries)
    a, b = entries.who.take(one), entries.who.take(other)
    are_two = a != b
    met = are_two & rule.met(entries, one, other)
    # Each country is a side of its own.
    meant = met if attendees.level == "country" else are_two
    if not meant.all():
        places = np.flatnonzero(meant)
        one, met = one.take(places), met.take(places)
        a, b = a.take(places), b.take(places)
    keys, named = _keys(a, b, len(attendees), rule.ours and rule.ours(entries).take(one))
    found = _Couples(entries.meetings.take(one), keys, named, met)
    # Who is there twice makes a couple with themselves, if all couples are looked at.
    are_once = are_two.all() and not rule.with_ours
    return found if are_once else _once(found, len(attendees) ** 2)


def _keys(a: Whole, b: Whole, size: int, is_first: Mask | None) -> tuple[Numbers, Numbers]:
    """Give the keys of couples, and the same in the order in which they are named."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    keys = low.astype(np.int64) * size + high
    if is_first is None:
        return keys, keys
    return keys, np.where(is_first == (a < b), keys, high.astype(np.int64) * size + low)


def _once(couples: _Couples, size: int) -> _Couples:
    """Keep each pair of a meeting once: somebody may be there for two countries, or bodies."""
    met, apart = np.flatnonzero(couples.met), np.flatnonzero(~couples.met)
    rows, named = (couples.with_row(keys, size) for keys in (couples.keys, couples.named))
    first = np.unique(named[met], return_index=True)[1]
    others = ~are_in(rows[apart], distinct(rows[met]))
    return couples.only(np.concatenate([met[first], apart[others]]))


def _each_two(entries: Entries) -> tuple[Numbers, Numbers]:
    """Pair each entry with those of its meeting that come after it."""
    bounds = np.append(np.flatnonzero(differ(entries.meetings)), len(entries.meetings))
    ends = np.repeat(bounds[1:], np.diff(bounds))
    one, others = repeated(ends - np.arange(1, len(ends) + 1))
    return one, one + 1 + others


def _with_each(entries: Entries, some: Numbers) -> tuple[Numbers, Numbers]:
    """Pair some of the entries with all others of their meeting."""
    starts = np.flatnonzero(differ(entries.meetings))
    many = np.diff(starts, append=len(entries.who))
    mine = np.searchsorted(starts, some, side="right") - 1
    one = np.repeat(some, many[mine])
    shift = np.cumsum(many[mine]) - many[mine] - starts[mine]
    other = np.arange(len(one)) - np.repeat(shift, many[mine])
    return one[one != other], other[one != other]
