"""What was measured: of each thing a figure for each round, of which the median counts."""

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
    rounds: dict[Key, list[float]] = field(default_factory=lambda: defaultdict(list))

    @property
    def largest(self) -> int:
        """The most meetings that a database has."""
        return self.sizes[-1]

    def add(self, size: int, system: str, case: str, unit: str, value: float) -> None:
        """Keep the figure of a round."""
        self.rounds[Key(size, system, case, unit)].append(value)

    def get(self, size: int, system: str, case: str, unit: str) -> Figure | None:
        """Give the figures of what was measured, or None if that was not."""
        if found := self.rounds.get(Key(size, system, case, unit)):
            return Figure(median(found), min(found), max(found))
        return None

    def median(self, size: int, system: str, case: str, unit: str) -> float | None:
        """Give the median of what was measured, or None if that was not."""
        found = self.get(size, system, case, unit)
        return found.median if found else None

    def cases(self, unit: str) -> list[str]:
        """Give the questions and tasks that were measured in a unit, in order."""
        return list(dict.fromkeys(key.case for key in self.rounds if key.unit == unit))

    def turns(self, unit: str) -> int:
        """Tell in how many rounds a unit was measured."""
        return max((len(one) for key, one in self.rounds.items() if key.unit == unit), default=0)


def ratio(one: float | None, other: float | None) -> float | None:
    """Divide, where there are both; what took longer than is waited for is infinite."""
    if one is None or not other:
        return None
    return inf if inf in {one, other} else one / other
