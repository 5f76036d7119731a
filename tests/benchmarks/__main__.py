"""How fast Parley is, beside what does the same with less: `make bench`.

One run serves generated meetings, ten thousand, a hundred thousand and a million of them, from
SQLite and from Postgres, by one worker each, and measures everything in turn, five times: medians
count. Beside Parley stand the least that a server does (the floor), Datasette on the same file,
and what the databases do by themselves. The databases are made once, which takes long, and kept in
`.bench`. A run of all sizes writes `RESULTS.md`, beside this file; one of a single size writes
into `.bench`, and asks in shorter bursts.
"""

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path

from tests.benchmarks import files, machine, running
from tests.benchmarks.databases import FOLDER, console, postgres
from tests.benchmarks.imports import Importing, importing
from tests.benchmarks.report import BOTH, ROUNDS, report
from tests.benchmarks.results import Results
from tests.benchmarks.servers import POSTGRES, Server, servers
from tests.benchmarks.writes import Writing, writing
from tests.programs import CURL, SQLITE3, WRK, install

SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
LASTS = {True: 0.3, False: 0.1}
"""Seconds of a burst: in a run of all sizes, and of one."""
IMPORTED = {True: 20_000, False: 2_000}


def main() -> None:
    """Measure, print the tables, and write them to a file."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", choices=SIZES, help="of one size only")
    asked = parser.parse_args().size
    install(CURL, SQLITE3, WRK)
    told = run([SIZES[asked]] if asked else list(SIZES.values()), is_whole=not asked)
    file = FOLDER / "RESULTS.md" if asked else Path(__file__).with_name("RESULTS.md")
    file.write_text(told, "utf-8")
    print(told)  # noqa: T201 (what was asked for)


def run(sizes: list[int], *, is_whole: bool) -> str:
    """Measure everything, and tell what came out."""
    results = Results(sizes, IMPORTED[is_whole])
    with ExitStack() as stack:
        server = stack.enter_context(postgres())
        found = servers(stack, server, sizes)
        parleys = [one for one in found if one.system in BOTH]
        begin(found, parleys, results)
        writings = [stack.enter_context(writing(one)) for one in parleys]
        taking_in = stack.enter_context(importing(server, results.imported))
        for number in range(1, ROUNDS + 1):
            console.print(f"Round {number} of {ROUNDS} ...")
            measure(found, writings, taking_in, results, LASTS[is_whole])
        for one in parleys:
            running.measure_end(one, results)
        largest = next(one for one in reversed(parleys) if one.system == POSTGRES)
        return report(results, machine.told(largest.database))


def begin(found: list[Server], parleys: list[Server], results: Results) -> None:
    """Measure what is to be measured before anything else, and ask everything once."""
    for one in parleys:
        running.measure_beginning(one, results)
    for one in found:
        one.probe(results)


def measure(
    found: list[Server],
    writings: list[Writing],
    taking_in: Importing,
    results: Results,
    lasts: float,
) -> None:
    """Do a round: each question to all in turn, then files, writes, starts and imports."""
    for name in dict.fromkeys(name for one in found for name in one.cases):
        for one in found:
            if name in one.cases:
                one.measure(name, results, lasts)
    for writing_ in writings:
        files.measure(writing_.server, results, lasts)
    for writing_ in writings:
        writing_.measure(results)
        running.measure_start(writing_.server, results)
    taking_in.measure(results)


if __name__ == "__main__":
    main()
