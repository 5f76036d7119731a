"""What was measured: of each thing a figure for each round, of which the median counts.

Of two things the ratio is the median of those of each round: from one round to the next a machine
may be half as fast, and within one everything is measured in turn.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from math import inf
from statistics import median
from typing import NamedTuple


class Key(NamedTuple):
    """Of how many meetings, by what, on which question or task, and in which unit."""

    size: int
    system: str
    case: str
    unit: str


class Figure(NamedTuple):
    """The median of the rounds, the least and the most."""

    median: float
    least: float
    most: float


@dataclass
class Results:
    """The figures of all rounds."""

    sizes: list[int]
    """How many meetings the databases have, in ascending order."""
    imported: int
    """How many meetings are imported."""
    round: int = 0
    """Which one is under way."""
    rounds: dict[Key, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    """By the number of the round."""

    @property
    def largest(self) -> int:
        """The most meetings that a database has."""
        return self.sizes[-1]

    def add(self, size: int, system: str, case: str, unit: str, value: float) -> None:
        """Keep the figure of this round."""
        self.rounds[Key(size, system, case, unit)][self.round] = value

    def get(self, size: int, system: str, case: str, unit: str) -> Figure | None:
        """Give the figures of what was measured, or None if that was not."""
        if found := self.rounds.get(Key(size, system, case, unit)):
            values = found.values()
            return Figure(median(values), min(values), max(values))
        return None

    def median(self, size: int, system: str, case: str, unit: str) -> float | None:
        """Give the median of what was measured, or None if that was not."""
        found = self.get(size, system, case, unit)
        return found.median if found else None

    def ratio(self, one: Key, other: Key) -> float | None:
        """Give the median of the ratios of one to the other, or None if there is none."""
        mine, theirs = self.rounds.get(one, {}), self.rounds.get(other, {})
        both = (_ratio(mine[number], theirs[number]) for number in mine.keys() & theirs.keys())
        known = [found for found in both if found is not None]
        return median(known) if known else None

    def cases(self, unit: str) -> list[str]:
        """Give the questions and tasks that were measured in a unit, in order."""
        return list(dict.fromkeys(key.case for key in self.rounds if key.unit == unit))

    def turns(self, unit: str) -> int:
        """Tell in how many rounds a unit was measured."""
        return max((len(one) for key, one in self.rounds.items() if key.unit == unit), default=0)


def _ratio(one: float, other: float) -> float | None:
    """Divide, where that can be; what took longer than is waited for is infinite."""
    if not other:
        return None
    return inf if inf in {one, other} else one / other
