"""How fast records are taken in, beside what a database needs for the same rows alone.

The same rows go into the same tables by executemany (on Postgres by COPY), with nothing to read,
check or render: this is the floor. Both are done in turn, and the medians are compared.
"""

import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table as Shown
from sqlalchemy import Table, select

from app.bulk import insert_tuples
from app.database import Database
from app.models import Base
from app.records.export import export
from app.records.importing import Input, import_files
from app.records.log import Why
from seeds.generate import generate

LEAST = 0.4
"""Of the speed of the rows alone."""
MOST_MEMORY = 100
"""Megabytes by which an import may grow."""

_READ_AT_ONCE = 10_000
_out = Console(highlight=False, width=120)


class Taken(NamedTuple):
    """Seconds, and megabytes by which the process grew."""

    seconds: float
    memory: float


def main() -> None:
    """Print how long both take, and fail if the import takes too long or too much."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--meetings", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        file = exported(Path(folder), given.meetings)
        rounds = [once(Path(folder), file, number) for number in range(given.rounds)]
    imports, alone = zip(*rounds, strict=True)
    ratio = median(one.seconds for one in alone) / median(one.seconds for one in imports)
    memory = max(one.memory for one in imports)
    _out.print(table(imports, alone, given.meetings))
    _out.print(f"The import reaches {ratio:.2f} of the rows alone, and grew by {memory:.0f} MB.")
    sys.exit(ratio < LEAST or memory > MOST_MEMORY)


def exported(folder: Path, meetings: int) -> Path:
    """Make a file of made-up meetings."""
    database = Database(f"sqlite:///{folder}/made-up.db")
    database.migrate()
    for _ in generate(database, meetings):
        pass
    file = folder / "made-up.ndjson"
    with database.read() as session, file.open("wb") as out:
        out.writelines(export(session))
    database.engine.dispose()
    return file


def once(folder: Path, file: Path, number: int) -> tuple[Taken, Taken]:
    """Import the file into an empty database, then copy its rows into another one."""
    imported, copied = (empty(folder / f"{name}-{number}.db") for name in ("import", "rows"))
    taken = timed(imported, file)
    seconds = copy(imported, copied)
    for database in (imported, copied):
        database.engine.dispose()
        for left in folder.glob(f"*-{number}.db*"):
            left.unlink()
    return taken, Taken(seconds, 0)


def empty(path: Path) -> Database:
    """Make a database with tables and nothing in them."""
    database = Database(f"sqlite:///{path}")
    database.migrate()
    return database


def timed(database: Database, file: Path) -> Taken:
    """Import a file, and tell how long that took."""
    before, begun = grown(), time.perf_counter()
    with file.open("rb") as stream, database.write() as session:
        report = import_files(
            session, [Input(file.name, stream, "ndjson")], Why("To see how fast.")
        )
        assert not report.flaw_count
    database.settle()
    return Taken(time.perf_counter() - begun, grown() - before)


def grown() -> float:
    """Tell the most megabytes that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def copy(source: Database, target: Database) -> float:
    """Put all rows of a database into an empty one; tell the seconds that it took to write them."""
    begun = time.perf_counter()
    reading = 0.0
    with target.write() as session:
        if session.connection().dialect.name == "sqlite":
            session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        for table in Base.metadata.sorted_tables:
            if table.name == "dataset":
                continue
            for rows, seconds in parts(source, table):
                reading += seconds
                insert_tuples(session, table, [column.name for column in table.columns], rows)
    target.settle()
    return time.perf_counter() - begun - reading


def parts(source: Database, table: Table) -> Iterator[tuple[list[Any], float]]:
    """Read rows as the driver has them; tell the seconds that it took to read each part."""
    with source.read() as session:
        found = session.connection().exec_driver_sql(str(select(table)))
        begun = time.perf_counter()
        while rows := [tuple(row) for row in found.fetchmany(_READ_AT_ONCE)]:
            yield rows, time.perf_counter() - begun
            begun = time.perf_counter()


def table(imports: tuple[Taken, ...], alone: tuple[Taken, ...], meetings: int) -> Shown:
    """Set out what was measured."""
    made = Shown(f"{meetings:,} meetings", box=None, pad_edge=False)
    made.add_column("seconds of each round")
    made.add_column("meetings a second", justify="right")
    for name, taken in (("parley import", imports), ("the rows alone", alone)):
        speed = meetings / median(one.seconds for one in taken)
        made.add_row(name, "  ".join(f"{one.seconds:.1f}" for one in taken), f"{speed:,.0f}")
    return made


if __name__ == "__main__":
    main()
