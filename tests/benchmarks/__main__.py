"""How fast Parley is, beside what does the same with less: `make bench`.

One run serves generated meetings, ten thousand, a hundred thousand and a million of them, from
SQLite and from Postgres, by one worker each, and measures everything in turn, in five rounds:
medians count. Beside Parley stand the least that a server does (the floor), Datasette on the same
file, and what the databases do by themselves. The databases are made once, which takes long, and
kept in `.bench`; a run takes twenty minutes at most. One of all sizes writes `RESULTS.md`, beside
this file. One of a single size writes into `.bench`, and is short: it asks once in a round even if
there is time to ask more often, imports less, and does its files, writes, starts and imports in the
first round only.
"""

from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from tests.benchmarks import files, machine, running
from tests.benchmarks.asking import WAYS
from tests.benchmarks.cores import Cores
from tests.benchmarks.databases import FOLDER, console, postgres
from tests.benchmarks.imports import Importing, importing
from tests.benchmarks.questions import Case
from tests.benchmarks.report import BOTH, report
from tests.benchmarks.results import Results, Turn
from tests.benchmarks.servers import POSTGRES, Server, servers
from tests.benchmarks.writes import Writing, writing
from tests.programs import CURL, SQLITE3, WRK, install

ROUNDS = 5
_LEARNT = 2
"""Rounds after which is known how long they take, the first with all tasks."""
LONGEST = 18 * 60
"""Seconds within which all is measured, in fewer rounds if it must be; to begin takes some more."""
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}


class Pace(NamedTuple):
    """How many meetings are imported, and how often tasks and questions have a turn."""

    imported: int
    every: int
    """In one of so many rounds all tasks have one."""
    turns: int
    """In a round a question has so many at most, if there is time, and a file one more."""
    patience: float
    """Seconds of a round for which quiet is waited for."""


OF_ALL, OF_ONE = Pace(2_500, 2, 2, 50), Pace(500, ROUNDS, 1, 3)
"""In a run of all sizes, and of one, which has to be short."""


def main() -> None:
    """Measure, print the tables, and write them to a file."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", choices=SIZES, help="of one size only")
    asked = parser.parse_args().size
    install(CURL, SQLITE3, WRK)
    told = run([SIZES[asked]], OF_ONE) if asked else run(list(SIZES.values()), OF_ALL)
    file = FOLDER / "RESULTS.md" if asked else Path(__file__).with_name("RESULTS.md")
    file.write_text(told, "utf-8")
    print(told)  # noqa: T201 (what was asked for)


def run(sizes: list[int], pace: Pace) -> str:
    """Measure everything, and tell what came out."""
    results = Results(sizes, pace.imported)
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        found = servers(stack, server, sizes)
        parleys = [one for one in found if one.system in BOTH]
        begun = monotonic()
        cores = Cores([one.process for one in found])
        begin(found, parleys, results)
        writings = [stack.enter_context(writing(one)) for one in parleys]
        taking_in = stack.enter_context(importing(server, results.imported))
        for number, turns in rounds(begun, pace):
            results.turn, cores.patience = Turn(number, 0), pace.patience
            ask(found, cores, results, turns)
            if number % pace.every == 0:
                do(writings, taking_in, cores, results, turns)
        for one in parleys:
            running.measure_end(one, results)
        largest = next(one for one in reversed(parleys) if one.system == POSTGRES)
        return report(results, machine.told(largest.database))


def rounds(begun: float, pace: Pace) -> Iterator[tuple[int, int]]:
    """Number the rounds, and tell how many turns there is time for, as the first two have shown.

    There are as many as are over in time if each takes as long as the longest.
    """
    turns, took = 1, [0.0]
    for number in range(ROUNDS):
        now = monotonic()
        left = begun + LONGEST - now
        if max(took) > left:
            return
        if number == _LEARNT:
            turns = _turns(left, took[1:], pace)
        console.print(f"Round {number + 1} of {ROUNDS}, in turns: {turns} ...")
        yield number, turns
        took.append(monotonic() - now)


def _turns(left: float, took: list[float], pace: Pace) -> int:
    """Share what is left between the questions of all rounds that follow."""
    with_tasks, asking = took
    tasks = (with_tasks - asking) * sum(not n % pace.every for n in range(_LEARNT, ROUNDS))
    return max(1, min(pace.turns, int((left - tasks) / asking / (ROUNDS - _LEARNT))))


def begin(found: list[Server], parleys: list[Server], results: Results) -> None:
    """Measure what is to be measured before anything else, and ask everything once."""
    for one in parleys:
        running.measure_size(one, results)
    for one in found:
        one.probe(results)


def ask(found: list[Server], cores: Cores, results: Results, turns: int) -> None:
    """Ask all servers in turn, and what is compared with each other together."""
    compared: defaultdict[str, list[tuple[Server, Case]]] = defaultdict(list)
    for one in found:
        for case in one.cases.values():
            compared[case.beside or case.name].append((one, case))
    for together in compared.values():
        for time in results.in_turns(turns):
            for way, (one, case) in product(WAYS, together):
                if way in case.ways and (time == 0 or one.is_fast(case)):
                    results.noise = cores.settle()
                    one.measure(case, way, results)


def do(
    writings: list[Writing], taking_in: Importing, cores: Cores, results: Results, turns: int
) -> None:
    """Do each task on all in turn: files, then writes and starts, then imports."""
    files.measure([one.server for one in writings], cores, results, turns + 1)
    for one in writings:
        one.measure(cores, results)
        running.measure_start(one.server, cores, results)
    taking_in.measure(cores, results)


if __name__ == "__main__":
    main()
