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
from app.queries.kept import MANY
from app.queries.sets import facet, numbers, union
from app.queries.tallies import (
    Grouped,
    Numbers,
    are_in,
    differ,
    distinct,
    gathered,
    grouped,
    repeated,
)
from app.schemas.dyads import Pairing

Pair = tuple[str, str]
"""Two ids in order, or with an anchor first that of its side."""
Mask = NDArray[np.bool_]

_AT_ONCE = 1 << 16
"""Pairs that are made at a time, unless a single meeting has more."""
_NONE = np.empty(0, np.int64)


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


def pairs(session: Session, question: Pairing, within: BitMap) -> Pairs:
    """Pair those who met in some meetings; the values of the question are known to exist.

    They are of different countries, or of different sides; a body may be of no country.
    """
    retracted = question.status == "retracted"
    attendees = Attendees(session, question.level, within, retracted)
    if question.anchor and question.level == "country" and len(within) > MANY:
        return _of_sets(attendees, question.anchor)
    if question.anchor:
        anchor = term_id(session, "country", question.anchor, retracted=retracted)
        return _paired(attendees, _Rule(_any_two, lambda entries: entries.sides == anchor))
    return _paired(attendees, _Rule(_any_two if question.same_side else _of_two_countries))


def pairs_of(attendees: Attendees, record_id: str) -> Pairs:
    """Pair one of those who took part, who comes first, with those of other countries."""
    place = attendees.place(record_id)
    # Of those who took part in large meetings, all others would be very many couples.
    ours = _Rule(_of_two_countries, lambda entries: entries.who == place, with_ours=True)
    return _paired(attendees, ours)


def _of_sets(attendees: Attendees, anchor: str) -> Pairs:
    """Pair a country with each other one, as the sets of their meetings tell by themselves."""
    within, retracted = attendees.within, attendees.retracted
    sets = facet(attendees.session, "country", within, retracted=retracted)
    ours = within & sets[anchor]
    met = {one: both for one, mine in sets.items() if one != anchor and (both := ours & mine)}
    keys = attendees.place(anchor) * len(attendees) + attendees.places(met)
    together = gathered(keys, [numbers(met[one]) for one in sorted(met)])
    return Pairs(attendees, together, len(within - union(met.values())), _NONE)


def _any_two(_entries: Entries, one: Numbers, _other: Numbers) -> Mask:
    return np.ones(len(one), bool)


def _of_two_countries(entries: Entries, one: Numbers, other: Numbers) -> Mask:
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


def _paired(attendees: Attendees, rule: _Rule) -> Pairs:
    named, meetings, beside = _found(attendees, rule)
    return Pairs(
        attendees,
        grouped(named, meetings, len(attendees) ** 2),
        len(attendees.within) - int(np.count_nonzero(differ(meetings))),
        distinct(beside),
    )


def _found(attendees: Attendees, rule: _Rule) -> tuple[Numbers, Whole, Numbers]:
    """Give the keys of who met, and in which meeting; and of who took part together otherwise."""
    found = [(_NONE, _NONE.astype(np.int32), _NONE)]
    for entries in attendees.entries():
        for some in _cut(_without_repeats(entries)):
            check_time(attendees.session)
            every = _together(some, attendees, rule)
            met = every if every.met.all() else every.only(np.flatnonzero(every.met))
            found.append((met.named, met.meetings, distinct(every.keys[~every.met])))
    named, meetings, beside = map(np.concatenate, zip(*found, strict=True))
    return named, meetings, beside


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


def _together(entries: Entries, attendees: Attendees, rule: _Rule) -> _Couples:
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
