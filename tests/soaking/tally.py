"""What is noted of all that is asked: how it was answered, how fast, and what broke a promise."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import quantiles
from threading import Lock

CROWD = "crowd"
"""The kind of what is asked on purpose by more at once than there are turns."""


class Tally:
    """What all threads of a load note together."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._answers: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self.refused: Counter[tuple[str, str]] = Counter()
        """How often there was a 503, by its code and by what was asked."""
        self.wrong: list[str] = []
        """What broke a promise, each in a sentence."""
        self.revision = 0
        """The newest state of the data that any answer has shown."""
        self.contended = 0
        """Writes of the one record for which all compete that were acknowledged."""
        self.seen: Counter[str] = Counter()
        """How often a write was read by the `same` worker, and by the `other` one."""

    def note(self, kind: str, outcome: str, seconds: float) -> None:
        """Keep how a request of a kind ended, and after how long."""
        with self._lock:
            self._answers[kind][outcome] += 1
            self._seconds[kind].append(seconds)

    def refuse(self, kind: str, code: str) -> None:
        """Count a 503."""
        with self._lock:
            self.refused[code, kind] += 1

    def blame(self, what: str) -> None:
        """Keep what broke a promise."""
        with self._lock:
            self.wrong.append(what)

    def show(self, revision: int) -> None:
        """Note that an answer has shown this state: no later one may be older."""
        with self._lock:
            self.revision = max(self.revision, revision)

    def win(self) -> None:
        """Count a write that others competed for."""
        with self._lock:
            self.contended += 1

    def see(self, worker: str) -> None:
        """Count a write that was read."""
        with self._lock:
            self.seen[worker] += 1

    @property
    def requests(self) -> int:
        """All that were asked, but for the crowds."""
        return sum(some.total() for kind, some in self._answers.items() if kind != CROWD)

    @property
    def refusals(self) -> int:
        """Those of them that were answered with 503."""
        return sum(number for (_, kind), number in self.refused.items() if kind != CROWD)

    def table(self) -> Iterator[str]:
        """Show what was asked, as lines of a table."""
        yield f"{'kind':<18}{'requests':>9}{'p50, ms':>9}{'p99, ms':>9}  answers"
        for kind, answers in sorted(self._answers.items()):
            middle, late = _milliseconds(self._seconds[kind])
            told = ", ".join(f"{number} × {one}" for one, number in sorted(answers.items()))
            yield f"{kind:<18}{answers.total():>9}{middle:>9.1f}{late:>9.1f}  {told}"
        told = ", ".join(f"{number} × {' '.join(one)}" for one, number in self.refused.items())
        yield f"503: {told or 'none'}"


def _milliseconds(seconds: list[float]) -> tuple[float, float]:
    """Give the time in which half of the answers came, and that in which 99 of 100 did."""
    parts = quantiles([*seconds, seconds[-1]], n=100)
    return parts[49] * 1000, parts[98] * 1000
