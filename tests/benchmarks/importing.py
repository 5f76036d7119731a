"""How fast records are taken in, beside what a database needs for the same rows alone.

The same rows go into the same tables by executemany, on Postgres by COPY, in the order in which
they are kept, with nothing to read, check or render: this is the floor. Both are done in turn, each
import in a process of its own, which has done a small one before, and the medians are compared.
"""

import re
import sys
import time
from argparse import ArgumentParser
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table as Shown
from sqlalchemy import Table, select

from app.database import Database
from app.models import Base
from app.records.export import export
from app.records.importing import Input, import_files
from app.records.log import Why
from seeds.generate import generate
from tests.databases import Backend, Postgres, Sqlite
from tests.postgres import running_postgres

LEAST = 0.4
"""Of the speed of the rows alone, on SQLite."""
MOST_MEMORY = 100
"""Megabytes by which an import may grow beyond a small one."""

_SMALL = 10
_READ_AT_ONCE = 10_000
_out = Console(highlight=False, width=120)


class Taken(NamedTuple):
    """Seconds, and megabytes by which the process grew."""

    seconds: float
    memory: float = 0


class Compared(NamedTuple):
    """What the rounds took on one database system."""

    imports: list[Taken]
    alone: list[Taken]

    @property
    def ratio(self) -> float:
        """How much of the speed of the rows alone imports reach."""
        return seconds(self.alone) / seconds(self.imports)

    @property
    def memory(self) -> float:
        """By how many megabytes an import grew at most."""
        return max(one.memory for one in self.imports)


def main() -> None:
    """Print how long both take, and fail if the import takes too long or too much."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--meetings", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory() as name, running_postgres() as server:
        folder = Path(name)
        files = [exported(folder, number) for number in (_SMALL, given.meetings)]
        backends: list[Backend] = [Sqlite(folder), Postgres(server, "bench")]
        found = {one.name: compared(one, files, given.rounds) for one in backends}
    for backend, one in found.items():
        show(backend, one, given.meetings)
    sqlite = found["sqlite"]
    sys.exit(sqlite.ratio < LEAST or max(one.memory for one in found.values()) > MOST_MEMORY)


def exported(folder: Path, meetings: int) -> Path:
    """Make a file of made-up meetings."""
    database = Database(f"sqlite:///{folder}/made-up-{meetings}.db")
    database.migrate()
    for _ in generate(database, meetings):
        pass
    file = folder / f"made-up-{meetings}.ndjson"
    with database.read() as session, file.open("wb") as out:
        out.writelines(export(session))
    Sqlite(folder).remove(database)
    return file


def compared(backend: Backend, files: list[Path], rounds: int) -> Compared:
    """Import the last file into an empty database, then copy its rows into another one; in turn."""
    found = Compared([], [])
    for _ in range(rounds):
        small, imported, copied = (backend.migrated() for _ in range(3))
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            urls = [small.url, imported.url]
            found.imports.append(process.submit(imported_in_turn, urls, files).result())
        found.alone.append(Taken(copy(imported, copied)))
        for database in (small, imported, copied):
            backend.remove(database)
    return found


def imported_in_turn(urls: list[str], files: list[Path]) -> Taken:
    """Import each file into its database, and tell what the last one took."""
    taken = Taken(0)
    for url, file in zip(urls, files, strict=True):
        taken = timed(Database(url), file)
    return taken


def timed(database: Database, file: Path) -> Taken:
    """Import a file, and tell what that took."""
    before, begun = grown(), time.perf_counter()
    with file.open("rb") as stream, database.write() as session:
        input_ = Input(file.name, stream, "ndjson")
        report = import_files(session, [input_], Why("To see how fast."))
        assert not report.flaw_count
    database.settle()
    return Taken(time.perf_counter() - begun, grown() - before)


def grown() -> float:
    """Tell the most megabytes that this process ever had, as Linux knows them."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    assert found
    return int(found[1]) / 1024


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


def seconds(taken: list[Taken]) -> float:
    """Give the median of the seconds."""
    return median(one.seconds for one in taken)


def show(backend: str, one: Compared, meetings: int) -> None:
    """Print what was measured on one database system."""
    table = Shown(f"{meetings:,} meetings, {backend}", box=None, pad_edge=False)
    table.add_column("seconds of each round")
    table.add_column("meetings a second", justify="right")
    for name, taken in (("import", one.imports), ("the rows alone", one.alone)):
        each = "  ".join(f"{round_.seconds:.1f}" for round_ in taken)
        table.add_row(name, each, f"{meetings / seconds(taken):,.0f}")
    _out.print(table)
    _out.print(f"{one.ratio:.2f} of the speed of the rows alone, {one.memory:.0f} MB more\n")


if __name__ == "__main__":
    main()
