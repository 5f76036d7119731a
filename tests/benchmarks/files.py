"""How fast files are exported over HTTP, in how much memory, beside what the databases need alone.

NDJSON is compared with the documents alone, other files with a joined row for each meeting. Files
are of the newest meetings; NDJSON is of all of them, too, as it is by default.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import product
from math import inf
from threading import Event
from typing import NamedTuple

from tests.benchmarks import alone, memory
from tests.benchmarks.asking import ALONE, burst
from tests.benchmarks.cores import Cores
from tests.benchmarks.results import Results
from tests.benchmarks.servers import Server
from tests.programs import CURL

NEWEST, NEXT = 2_500, 2_000
"""Meetings of a file, at most; and of a calendar, which is asked for what comes next."""
RATE, GROWN, WAITED = "meetings a second", "MB more", "p99, ms"
NDJSON, CSV = "NDJSON of all", "CSV"
DOCUMENTS_OF_ALL, DOCUMENTS = "all documents, alone", "the documents, alone"
ROWS = "the rows, alone"


class File(NamedTuple):
    """A file that is exported, what it is compared with, and how it is compressed."""

    path: str
    floor: str
    coding: str = "identity"
    newest: int = NEWEST


OF_ALL = File("meetings.ndjson?", DOCUMENTS_OF_ALL, newest=sys.maxsize)
FILES = {
    NDJSON: OF_ALL,
    "NDJSON": File("meetings.ndjson?", DOCUMENTS),
    "NDJSON, gzip": File("meetings.ndjson?", DOCUMENTS, "gzip"),
    "NDJSON, zstd": File("meetings.ndjson?", DOCUMENTS, "zstd"),
    CSV: File("meetings.csv?", ROWS),
    "CSV, a row for each participant": File("meetings.csv?rows=participant&", ROWS),
    "Parquet": File("meetings.parquet?", ROWS),
    f"ICS, of {NEXT:,}": File("meetings.ics?", ROWS, newest=NEXT),
}
MEANWHILE = {
    "while NDJSON of all is exported": [OF_ALL],
    "while four calendars of all are": [File("meetings.ics?", ROWS, newest=sys.maxsize)] * 4,
}
"""What is exported while pages are asked for."""
_LONG = 1.0
"""Seconds for which pages are asked for while a file is exported."""
_BETWEEN = 0.01
_MANY = 1_000_000
"""Meetings of which there is one file of all in a round."""


def measure(servers: list[Server], cores: Cores, results: Results, turns: int) -> None:
    """Export every file of all servers in turn, the long ones but once."""
    for turn in results.in_turns(turns):
        for floor, server in product((DOCUMENTS_OF_ALL, DOCUMENTS, ROWS), servers):
            if floor != DOCUMENTS_OF_ALL or server.size < _MANY or turn == 0:
                _beside(server, cores, results, floor)
        for (name, some), server in product(MEANWHILE.items(), servers):
            results.noise = cores.settle()
            results.add(server.size, server.system, name, WAITED, _waited(server, some))


def _beside(server: Server, cores: Cores, results: Results, floor: str) -> None:
    """Have the database do something alone, and export the files that are compared with it."""
    files = {name: file for name, file in FILES.items() if file.floor == floor}
    most = max(file.newest for file in files.values())
    first = alone.since(server.database, most)
    results.noise = cores.settle()
    with cores.shared():
        _alone(server, results, floor, first)
    for name, file in files.items():
        results.noise = cores.settle()
        _export(server, results, name, file, alone.since(server.database, file.newest))


def _number(server: Server, first: date) -> int:
    """Count the meetings since a day."""
    asked = f"/v1/meetings?limit=1&total=exact&{_since(first)}"
    found: int = server.client.get(asked).raise_for_status().json()["total"]["value"]
    return found


def _since(first: date) -> str:
    return "" if first == alone.EVER else f"date_match=within&date_from={first}"


def _alone(server: Server, results: Results, name: str, first: date) -> None:
    query = (alone.rows if name == ROWS else alone.documents)(server.database, first)
    if results.turn.time == 0:  # What is read once is in memory for all that are compared.
        alone.read(server.database, query)
    took = alone.read(server.database, query)
    rate = _number(server, first) / took
    results.add(server.size, server.system, name, RATE, rate)


def _export(server: Server, results: Results, name: str, file: File, first: date) -> None:
    number = _number(server, first)
    memory.forget_most(server.process)
    before, begun = server.memory(), time.perf_counter()
    _fetch(server, file, first)
    rate = number / (time.perf_counter() - begun)
    results.add(server.size, server.system, name, RATE, rate)
    grown = memory.most(server.process) - before
    results.add(server.size, server.system, name, GROWN, grown)


def _fetch(server: Server, file: File, first: date) -> None:
    subprocess.run(_command(server, file, first), check=True)


def _command(server: Server, file: File, first: date) -> list[str]:
    url = f"{server.client.base_url}/v1/{file.path}{_since(first)}"
    options = ["--silent", "--show-error", "--fail", "--globoff", "--output", "/dev/null"]
    return [CURL.path(), *options, "--header", f"Accept-Encoding: {file.coding}", url]


def _waited(server: Server, files: list[File]) -> float:
    """Tell within how many milliseconds 99 of 100 pages come while all this is exported."""
    over = Event()

    def export(file: File) -> None:
        while not over.is_set():
            with subprocess.Popen(_command(server, file, alone.EVER)) as exporting:
                while exporting.poll() is None and not over.wait(_BETWEEN):
                    pass
                assert not exporting.returncode
                exporting.terminate()

    with ThreadPoolExecutor(len(files)) as pool:
        exports = [pool.submit(export, file) for file in files]
        try:
            asked = burst(server.client, "/v1/meetings", {}, ALONE, _LONG)
        finally:
            over.set()
    for one in exports:
        one.result()
    return asked.p99 if asked else inf
