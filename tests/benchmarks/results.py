"""What was measured: of each thing a figure for each turn, of which the median counts.

Of two things the ratio is the median of those of each turn: within one, what is compared is
measured at once. What was measured where it was not quiet counts only where there is too little
else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf
from statistics import mean, median
from typing import NamedTuple

QUIET = 1.2
"""How many times as long as at best something takes at most where it is quiet."""

_ENOUGH = 3
"""Turns that count at least, the quietest ones."""


class Key(NamedTuple):
    """Of how many meetings, by what, on which question or task, and in which unit."""

    size: int
    system: str
    case: str
    unit: str


class Turn(NamedTuple):
    """When something is measured: in which round, and which time in it."""

    round: int
    time: int


class Taken(NamedTuple):
    """What was measured in a turn, and how many times as long as at best things took just then."""

    value: float
    noise: float


class Figure(NamedTuple):
    """The median of the turns that count, the least and the most of all."""

    median: float
    least: float
    most: float


@dataclass
class Results:
    """The figures of all turns."""

    sizes: list[int]
    """How many meetings the databases have, in ascending order."""
    imported: int
    """How many meetings are imported."""
    turn: Turn = field(default_factory=lambda: Turn(0, 0))
    """Which one is under way."""
    noise: float = 1.0
    """How many times as long as at best things take now."""
    turns: dict[Key, dict[Turn, Taken]] = field(default_factory=lambda: defaultdict(dict))
    """By the turn in which it was measured."""

    @property
    def largest(self) -> int:
        """The most meetings that a database has."""
        return self.sizes[-1]

    def in_turns(self, times: int) -> Iterator[int]:
        """Begin so many turns of the round that is under way, one after the other."""
        for time in range(times):
            self.turn = self.turn._replace(time=time)
            yield time

    def add(self, size: int, system: str, case: str, unit: str, value: float) -> None:
        """Keep the figure of this turn."""
        self.turns[Key(size, system, case, unit)][self.turn] = Taken(value, self.noise)

    def get(self, size: int, system: str, case: str, unit: str) -> Figure | None:
        """Give the figures of what was measured, or None if that was not."""
        if found := self.turns.get(Key(size, system, case, unit)):
            values = [one.value for one in found.values()]
            return Figure(median(_quiet(found.values())), min(values), max(values))
        return None

    def median(self, size: int, system: str, case: str, unit: str) -> float | None:
        """Give the median of what was measured, or None if that was not."""
        found = self.get(size, system, case, unit)
        return found.median if found else None

    def ratio(self, one: Key, other: Key) -> float | None:
        """Give the median of the ratios of one to the other, or None if there is none."""
        mine, theirs = self.turns.get(one, {}), self.turns.get(other, {})
        both = (_ratio(mine[turn], theirs[turn]) for turn in mine.keys() & theirs.keys())
        known = _quiet([found for found in both if found is not None])
        return median(known) if known else None

    @property
    def quiet_share(self) -> float:
        """Tell which part of all was measured where it was quiet."""
        return mean(one.noise <= QUIET for of_key in self.turns.values() for one in of_key.values())

    def cases(self, unit: str) -> list[str]:
        """Give the questions and tasks that were measured in a unit, in order."""
        return list(dict.fromkeys(key.case for key in self.turns if key.unit == unit))

    def rounds(self, unit: str) -> int:
        """Tell in how many rounds a unit was measured."""
        return len(
            {turn.round for key, one in self.turns.items() if key.unit == unit for turn in one}
        )


def _quiet(taken: Iterable[Taken]) -> list[float]:
    """Give what was measured where it was quiet."""
    in_order = sorted(taken, key=lambda one: one.noise)
    number = max(_ENOUGH, sum(one.noise <= QUIET for one in in_order))
    return [one.value for one in in_order[:number]]


def _ratio(one: Taken, other: Taken) -> Taken | None:
    """Divide, where that can be; what took longer than is waited for is infinite."""
    if not other.value:
        return None
    value = inf if inf in {one.value, other.value} else one.value / other.value
    return Taken(value, max(one.noise, other.noise))
