"""Which core the servers have: a quiet one, as far as there is one.

What a virtual machine takes for a core is half of one, whose other half may belong to somebody
else. When that one works, all is slower here, by up to twice as much, for some seconds: Python more
so than what loops in C. A short loop tells.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from statistics import median
from time import monotonic, perf_counter, sleep

from tests.benchmarks.results import QUIET

_BEGINNING = 3.0
"""Seconds in which is found how long the loop takes at best."""
_LONGEST = 1.5
"""Seconds for which quiet is waited for at once."""
_BETWEEN = 0.05
_NUMBERS = {f"{number}": number for number in range(20_000)}
"""More than what a core keeps for itself, so that what slows it beyond that shows, too."""
_ASKED = list(_NUMBERS)[::5]


class Cores:
    """Gives the servers a core that who asks them does not share, if there are two."""

    def __init__(self, processes: list[int]) -> None:
        """Find out how fast the cores are at best."""
        self.patience = 0.0
        """Seconds for which quiet may still be waited for."""
        self._processes = processes
        self._cores = sorted(os.sched_getaffinity(0))
        self._best, self._served = inf, -1
        begun = monotonic()
        while monotonic() < begun + _BEGINNING:
            for core in self._cores:
                self._noise(core)
        self._serve_on(self._quietest(self._cores)[1])

    def settle(self) -> float:
        """Wait for a quiet core, and give it to the servers.

        Returns: how many times as long as at best the loop takes there.
        """
        begun = monotonic()
        until = begun + min(_LONGEST, self.patience)
        in_turn = sorted(self._cores, key=lambda core: core != self._served)
        while (found := self._quietest(in_turn))[0] > QUIET and monotonic() < until:
            sleep(_BETWEEN)
        noise, core = found
        self._serve_on(core)
        self.patience -= monotonic() - begun
        return noise

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Let this process, and those it begins, have the core of the servers, which wait."""
        os.sched_setaffinity(0, {self._served})
        try:
            yield
        finally:
            os.sched_setaffinity(0, self._others())

    def _quietest(self, cores: list[int]) -> tuple[float, int]:
        """Find the first core that is quiet, or else that which is the least slow."""
        found = []
        for core in cores:
            noise = self._noise(core)
            if noise <= QUIET:
                return noise, core
            found.append((noise, core))
        return min(found)

    def _noise(self, core: int) -> float:
        os.sched_setaffinity(0, {core})
        took = median(_timed() for _ in range(9))
        self._best = min(self._best, took)
        return took / self._best

    def _others(self) -> set[int]:
        return set(self._cores) - {self._served} or {self._served}

    def _serve_on(self, core: int) -> None:
        moved, self._served = core != self._served, core
        os.sched_setaffinity(0, self._others())
        for process in self._processes if moved else ():
            for thread in Path(f"/proc/{process}/task").iterdir():
                with suppress(ProcessLookupError):  # Some end when they have nothing to do.
                    os.sched_setaffinity(int(thread.name), {core})


def _timed() -> float:
    begun = perf_counter()
    sum(_NUMBERS[one] for one in _ASKED)
    return perf_counter() - begun
