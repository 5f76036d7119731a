"""How fast files are exported over HTTP, in how much memory, and what others notice of it.

The floor is the same documents in the same order, read by the driver alone and thrown away. Both
are done in turn, each export by a server of its own that has answered before, while another client
asks for pages; medians are compared.
"""

import os
import re
import sqlite3
import sys
import threading
import time
from argparse import ArgumentParser
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from tests.benchmarks.growth import ROOT, kept
from tests.processes import serving

MOST_MEMORY, MOST_WAITED = 30, 50
"""Megabytes by which the server may grow for NDJSON, and the p99 of pages meanwhile, in ms."""
FILES = (
    ("meetings.ndjson", "identity"),
    ("meetings.ndjson", "zstd"),
    ("meetings.ndjson", "gzip"),
    ("meetings.csv", "identity"),
    ("meetings.csv?rows=participant", "identity"),
    ("meetings.parquet", "identity"),
    ("meetings.ics", "identity"),
)
"""Each with how it is compressed."""

_PAGE = "/v1/meetings?country=CN"
_out = Console(highlight=False, width=120)


class Taken(NamedTuple):
    """Seconds, megabytes by which the server grew, and the slowest of 100 pages meanwhile."""

    seconds: float
    memory: float = 0
    waited: float = 0


def main() -> None:
    """Print what each file takes, and fail if NDJSON takes too much, or lets others wait."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--meetings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    given = parser.parse_args()
    database = kept(given.folder, given.meetings)
    found: dict[str, list[Taken]] = defaultdict(list)
    for _ in range(given.rounds):
        found["the floor"].append(read_alone(Path(database.engine.url.database or "")))
        for name, coding in FILES:
            taken = exported(database.url, f"/v1/{name}", coding)
            found[name if coding == "identity" else f"{name}, {coding}"].append(taken)
    show(found, given.meetings)
    first = middle(found[FILES[0][0]])
    sys.exit(first.memory > MOST_MEMORY or first.waited > MOST_WAITED)


def read_alone(file: Path) -> Taken:
    """Read the documents as they are exported."""
    begun = time.perf_counter()
    with closing(sqlite3.connect(file)) as connection, Path(os.devnull).open("w") as nowhere:
        ordered = "SELECT json FROM documents ORDER BY starts_on DESC, meeting_id DESC"
        nowhere.writelines(f"{row[0]}\n" for row in connection.execute(ordered))
    return Taken(time.perf_counter() - begun)


def exported(url: str, path: str, coding: str) -> Taken:
    """Fetch a file while another client asks for pages."""
    waited: list[float] = []
    with serving(url) as (process, client), httpx.Client(base_url=client.base_url) as other:
        client.get(f"{path.partition('?')[0]}?date_from=2024-12")
        for _ in range(100):
            other.get(_PAGE)
        over = threading.Event()
        asking = threading.Thread(target=ask, args=(other, over, waited))
        before, begun = grown(process), time.perf_counter()
        asking.start()
        with client.stream("GET", path, headers={"Accept-Encoding": coding}) as answer:
            for _ in answer.iter_raw():
                pass
        took = time.perf_counter() - begun
        over.set()
        asking.join()
        slowest = quantiles(waited, n=100)[-1] if len(waited) > 1 else 0.0
        return Taken(took, grown(process) - before, slowest * 1000)


def ask(client: httpx.Client, over: threading.Event, waited: list[float]) -> None:
    """Ask for pages until it is over, and note how long each took."""
    while not over.wait(0.01):
        begun = time.perf_counter()
        client.get(_PAGE, headers={"Accept-Encoding": f"identity, unlike-{len(waited)}"})
        waited.append(time.perf_counter() - begun)


def grown(process: int) -> float:
    """Tell the most megabytes that a process ever had, as Linux knows them."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


def middle(taken: list[Taken]) -> Taken:
    """Give the median of each."""
    return Taken(*(median(values) for values in zip(*taken, strict=True)))


def show(found: dict[str, list[Taken]], meetings: int) -> None:
    """Print what was measured."""
    table = Table(f"{meetings:,} meetings, SQLite", box=None, pad_edge=False)
    for name in ("seconds", "meetings a second", "of the floor", "MB more", "p99 of pages, ms"):
        table.add_column(name, justify="right")
    floor = middle(found["the floor"]).seconds
    for name, rounds in found.items():
        one = middle(rounds)
        speed = f"{meetings / one.seconds:,.0f}"
        ratio = f"{floor / one.seconds:.2f}"
        table.add_row(
            name, f"{one.seconds:.2f}", speed, ratio, f"{one.memory:.0f}", f"{one.waited:.0f}"
        )
    _out.print(table)


if __name__ == "__main__":
    main()
