"""Who met whom in the meetings that match."""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
from pyroaring import BitMap
from sqlalchemy.orm import Session

from app.models.read_model import mark_of_terms
from app.queries.attendance import Attendees, Whole, in_region, marks_of, regions, term_id
from app.queries.couples import NONE, Mask, Rule, any_two, met, of_two_countries
from app.queries.kept import MANY, kept_of
from app.queries.lists import EVERYTHING
from app.queries.sets import facet, members, numbers, union
from app.queries.tallies import (
    Grouped,
    Numbers,
    are_in,
    differ,
    distinct,
    gathered,
    grouped,
    in_order,
    merged,
)
from app.schemas.dyads import Pairing

Pair = tuple[str, str]
"""Two ids in order, or with an anchor first that of its side."""


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
        return _paired(attendees, Rule(any_two, lambda entries: entries.sides == anchor))
    rule = Rule(any_two if question.same_side else of_two_countries)
    # All pairs of countries have a place in a table, where they are counted as fast.
    whole = set() if question.level == "country" else _whole(attendees)
    return _merged(attendees, rule, whole) if whole else _paired(attendees, rule)


def pairs_of(attendees: Attendees, record_id: str) -> Pairs:
    """Pair one of those who took part, who comes first, with those of other countries."""
    place = attendees.place(record_id)
    # Of those who took part in large meetings, all others would be very many couples.
    ours = Rule(of_two_countries, lambda entries: entries.who == place, with_ours=True)
    return _paired(attendees, ours)


def _of_sets(attendees: Attendees, anchor: str) -> Pairs:
    """Pair a country with each other one, as the sets of their meetings tell by themselves."""
    within, retracted = attendees.within, attendees.retracted
    sets = facet(attendees.session, "country", within, retracted=retracted)
    ours = within & sets[anchor]
    found = {one: ours & mine for one, mine in sets.items() if one != anchor}
    both = {one: some for one, some in found.items() if some}
    keys = attendees.place(anchor) * len(attendees) + attendees.places(both)
    together = gathered(keys, [numbers(both[one]) for one in sorted(both)])
    return Pairs(attendees, together, len(within - union(both.values())), NONE)


class _Run(NamedTuple):
    """Who met in some meetings: keys in order, each as often as those two met, and in which."""

    keys: Numbers
    meetings: Whole
    beside: Numbers
    with_pair: int
    """Meetings in which some two met."""


def _whole(attendees: Attendees) -> set[int]:
    """Number the regions all of whose meetings are meant, if there are many."""
    within = attendees.within
    if len(within) <= MANY:
        return set()
    every = members(attendees.session, *EVERYTHING, retracted=attendees.retracted)
    return {region for region, near in regions(within) if near == in_region(every, region)}


def _merged(attendees: Attendees, rule: Rule, whole: set[int]) -> Pairs:
    """Pair those who met region by region, and keep what is found in whole ones."""
    runs = []
    for region, near in regions(attendees.within):
        make = partial(_run, attendees, rule, near)
        name = ("pairs", attendees.level, attendees.retracted, rule, region)
        parts = [*marks_of(region), mark_of_terms(attendees.level)]
        is_kept = region in whole
        runs.append(kept_of(attendees.session, parts, name, make, _size) if is_kept else make())
    keys, meetings, beside, with_pair = zip(*runs, strict=True)
    without = len(attendees.within) - sum(with_pair)
    return Pairs(attendees, merged(keys, meetings), without, distinct(np.concatenate(beside)))


def _run(attendees: Attendees, rule: Rule, within: BitMap) -> _Run:
    keys, meetings, beside = met(attendees, rule, within)
    order, with_pair = in_order(keys), int(np.count_nonzero(differ(meetings)))
    return _Run(keys.take(order), meetings.take(order), distinct(beside), with_pair)


def _size(run: _Run) -> int:
    return run.keys.nbytes + run.meetings.nbytes + run.beside.nbytes


def _paired(attendees: Attendees, rule: Rule) -> Pairs:
    keys, meetings, beside = met(attendees, rule, attendees.within)
    return Pairs(
        attendees,
        grouped(keys, meetings, len(attendees) ** 2),
        len(attendees.within) - int(np.count_nonzero(differ(meetings))),
        distinct(beside),
    )
