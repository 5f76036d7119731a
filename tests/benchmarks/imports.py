"""How fast records are taken in, beside what a database needs for the same rows alone.

The same rows go into the same tables by executemany, on Postgres by COPY, in the order in which
they are kept, with nothing to read, check or render. Each import is in a process of its own, which
has imported the seed before.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from app.database import Database
from app.models import Base
from app.records.export import export
from app.records.importing import Input, import_files
from app.records.log import Why
from tests.benchmarks import memory
from tests.benchmarks.cores import Cores
from tests.benchmarks.databases import kept_file
from tests.benchmarks.results import Results
from tests.benchmarks.servers import POSTGRES, SQLITE
from tests.databases import Backend, Postgres, Sqlite

IMPORT, ALONE = "import", "the rows, alone"
RATE, GROWN = "meetings taken in a second", "MB more for an import"

_READ_AT_ONCE = 10_000


class Taken(NamedTuple):
    """Seconds, and megabytes by which the process grew."""

    seconds: float
    memory: float


class Importing(NamedTuple):
    """Where records are imported to, and which."""

    backends: dict[str, Backend]
    files: list[Path]
    """The seed first."""
    meetings: int

    def measure(self, cores: Cores, results: Results) -> None:
        """Import into an empty database, then copy the rows into another one; on each system."""
        for system, backend in self.backends.items():
            seed, imported, copied = (backend.migrated() for _ in range(3))
            results.noise = cores.settle()
            with cores.shared():
                with ProcessPoolExecutor(1, get_context("spawn")) as process:
                    urls = [seed.url, imported.url]
                    taken = process.submit(imported_in_turn, urls, self.files).result()
                alone = copy(imported, copied)
            for name, seconds in ((IMPORT, taken.seconds), (ALONE, alone)):
                results.add(self.meetings, system, name, RATE, self.meetings / seconds)
            results.add(self.meetings, system, IMPORT, GROWN, taken.memory)
            for database in (seed, imported, copied):
                backend.remove(database)


@contextmanager
def importing(server: str, meetings: int) -> Iterator[Importing]:
    """Make the files and the places for imports of so many meetings."""
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        backends = {SQLITE: Sqlite(folder), POSTGRES: Postgres(server, "bench_import")}
        sources = {"seed": backends[SQLITE].seeded(), "made-up": kept_file(meetings)}
        files = [exported(one, folder / f"{name}.ndjson") for name, one in sources.items()]
        yield Importing(backends, files, meetings)


def exported(database: Database, file: Path) -> Path:
    """Write everything to a file."""
    with database.read() as session, file.open("wb") as out:
        out.writelines(export(session))
    return file


def imported_in_turn(urls: list[str], files: list[Path]) -> Taken:
    """Import each file into its database, and tell what the last one took."""
    taken = Taken(0, 0)
    for url, file in zip(urls, files, strict=True):
        taken = timed(Database(url), file)
    return taken


def timed(database: Database, file: Path) -> Taken:
    """Import a file, and tell what that took."""
    before, begun = memory.most("self"), time.perf_counter()
    with file.open("rb") as stream, database.write() as session:
        input_ = Input(file.name, stream, "ndjson")
        report = import_files(session, [input_], Why("To see how fast."))
        assert not report.flaw_count
    database.settle()
    return Taken(time.perf_counter() - begun, memory.most("self") - before)


def copy(source: Database, target: Database) -> float:
    """Put all rows of a database into an empty one; tell the seconds that it took to write them."""
    begun, reading = time.perf_counter(), 0.0
    of_system = {"sqlite": executed, "postgresql": poured}[source.engine.dialect.name]
    with source.read() as from_, target.write() as into:
        one, other = (each.connection().connection.driver_connection for each in (from_, into))
        for table in Base.metadata.sorted_tables:
            if table.name != "dataset":  # Its row is there from the beginning.
                reading += of_system(one, other, table)
    target.settle()
    return time.perf_counter() - begun - reading


def executed(source: Any, target: Any, table: Table) -> float:
    """Insert rows by executemany; tell the seconds that it took to read them."""
    names = ", ".join(column.name for column in table.columns)
    marks = ", ".join("?" for _ in table.columns)
    target.execute("PRAGMA defer_foreign_keys = ON")
    found = source.execute(str(select(table)))
    reading, begun = 0.0, time.perf_counter()
    while rows := found.fetchmany(_READ_AT_ONCE):
        reading += time.perf_counter() - begun
        target.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", rows)
        begun = time.perf_counter()
    return reading


def poured(source: Any, target: Any, table: Table) -> float:
    """Insert rows by COPY; tell the seconds that it took to read them."""
    names = ", ".join(column.name for column in table.columns)
    reading, begun = 0.0, time.perf_counter()
    with (
        source.cursor().copy(f"COPY {table.name} ({names}) TO STDOUT") as found,
        target.cursor().copy(f"COPY {table.name} ({names}) FROM STDIN") as into,
    ):
        for block in found:
            reading += time.perf_counter() - begun
            into.write(block)
            begun = time.perf_counter()
    return reading
