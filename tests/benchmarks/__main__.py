"""How fast Parley is, beside what does the same with less: `make bench`.

One run serves generated meetings, ten thousand, a hundred thousand and a million of them, from
SQLite and from Postgres, by one worker each, and measures everything in turn, five times: medians
count. Beside Parley stand the least that a server does (the floor), Datasette on the same file,
and what the databases do by themselves. The databases are made once, which takes long, and kept in
`.bench`; a run takes twenty minutes at most. One of all sizes writes `RESULTS.md`, beside this
file. One of a single size writes into `.bench`, and is short: it imports less, and does files,
writes, starts and imports but once instead of in every other round.
"""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import files, machine, running
from tests.benchmarks.databases import FOLDER, console, postgres
from tests.benchmarks.imports import Importing, importing
from tests.benchmarks.report import BOTH, report
from tests.benchmarks.results import Results
from tests.benchmarks.servers import POSTGRES, Server, servers
from tests.benchmarks.writes import Writing, writing
from tests.programs import CURL, SQLITE3, WRK, install

ROUNDS = 5
LONGEST = 18 * 60
"""Seconds within which all is measured, in fewer rounds if it must be; to begin takes some more."""
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}


class Pace(NamedTuple):
    """How many meetings are imported, and how often tasks have a turn."""

    imported: int
    every: int


OF_ALL, OF_ONE = Pace(2_500, 2), Pace(1_000, ROUNDS)
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
        begun = time.monotonic()
        begin(found, parleys, results)
        writings = [stack.enter_context(writing(one)) for one in parleys]
        taking_in = stack.enter_context(importing(server, results.imported))
        for number in rounds(begun):
            results.round = number
            ask(found, results)
            if number % pace.every == 0:
                do(writings, taking_in, results)
        for one in parleys:
            running.measure_end(one, results)
        largest = next(one for one in reversed(parleys) if one.system == POSTGRES)
        return report(results, machine.told(largest.database))


def rounds(begun: float) -> Iterator[int]:
    """Number the rounds, as long as one more is over in time if it takes as long as the longest."""
    longest = 0.0
    for number in range(ROUNDS):
        now = time.monotonic()
        if now + longest > begun + LONGEST:
            return
        console.print(f"Round {number + 1} of {ROUNDS} ...")
        yield number
        longest = max(longest, time.monotonic() - now)


def begin(found: list[Server], parleys: list[Server], results: Results) -> None:
    """Measure what is to be measured before anything else, and ask everything once."""
    for one in parleys:
        running.measure_size(one, results)
    for one in found:
        one.probe(results)


def ask(found: list[Server], results: Results) -> None:
    """Ask each question of all in turn."""
    for name in dict.fromkeys(name for one in found for name in one.cases):
        for one in found:
            if name in one.cases:
                one.measure(name, results)


def do(writings: list[Writing], taking_in: Importing, results: Results) -> None:
    """Do each task on all in turn: files, then writes and starts, then imports."""
    for one in writings:
        files.measure(one.server, results)
    for one in writings:
        one.measure(results)
        running.measure_start(one.server, results)
    taking_in.measure(results)


if __name__ == "__main__":
    main()
