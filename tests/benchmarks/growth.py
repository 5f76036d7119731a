"""Whether answers stay as fast when the data grows: the time of a page at two sizes, side by side.

The databases are files of SQLite without statistics, as served ones are. They are generated once
and kept; whatever decides what is stored is part of their names, so that a change makes them anew.

A page comes with its total, which is counted up to 1,000. Where there are fewer at the smaller
size, there is more to count at the larger one: such a question is timed, and not judged.
"""

import hashlib
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from app.database import Database
from app.queries.meetings import page
from app.schemas.listing import Total
from app.schemas.questions import MeetingQuestion
from seeds.generate import generate
from tests.queries.frequent import QUESTIONS, frequent
from tests.queries.plans import from_place

ROOT = Path(__file__).parent.parent.parent
DECISIVE = ("app/models", "app/records", "migrations", "seeds")
MOST = 1.3
"""A page may take so many times as long at the larger size."""

_out = Console(highlight=False, width=120)


@dataclass(frozen=True)
class Pair:
    """A question to both databases, the smaller one first."""

    name: str
    databases: Sequence[Database]
    questions: Sequence[MeetingQuestion]

    def times(self) -> list[float]:
        """Ask both once, and tell how many milliseconds each took."""
        return [timed(*one) for one in zip(self.databases, self.questions, strict=True)]

    def totals(self) -> list[Total | None]:
        """Count what each finds."""
        return [total(*one) for one in zip(self.databases, self.questions, strict=True)]


@dataclass(frozen=True)
class Timed:
    """How long both took, and whether they had as much to do."""

    medians: list[float]
    totals: list[Total | None]

    @property
    def ratio(self) -> float:
        """How many times as long the larger one took."""
        return self.medians[1] / self.medians[0]

    @property
    def verdict(self) -> str:
        """Say whether that is too long."""
        if self.totals[0] != self.totals[1]:
            return "not judged: counts {:,} and {:,}".format(
                *(one and one.value for one in self.totals)
            )
        return "too slow" if self.ratio > MOST else "ok"


def main() -> None:
    """Print how long each question takes, and fail if one takes longer when there is more data."""
    given = arguments()
    sizes = sorted([given.smaller, given.larger])
    pairs = list(asked([kept(given.folder, size) for size in sizes]))
    found = measured(pairs, given.rounds)
    if slow := [pair for pair in pairs if found[pair.name].verdict == "too slow"]:
        found |= measured(slow, given.rounds)  # Somebody else may have used the machine.
    _out.print(table(found, sizes))
    sys.exit(any(timed.verdict == "too slow" for timed in found.values()))


def arguments() -> Namespace:
    """Read the command line."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--smaller", type=int, default=20_000, help="meetings of one database")
    parser.add_argument("--larger", type=int, default=200_000, help="meetings of the other one")
    parser.add_argument("--rounds", type=int, default=40, help="times that each question is asked")
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench", help="where they are kept")
    return parser.parse_args()


def kept(folder: Path, meetings: int) -> Database:
    """Open the database of so many meetings, which is made if there is none."""
    path = folder / f"{meetings}-{fingerprint()}.db"
    if not path.exists():
        folder.mkdir(exist_ok=True)
        for outdated in folder.glob(f"{meetings}-*"):
            outdated.unlink()
        made = path.with_suffix(".part")  # An interrupted one is not taken for a whole one.
        fill(Database(f"sqlite:///{made}"), meetings)
        made.rename(path)
    return Database(f"sqlite:///{path}")


def fingerprint() -> str:
    """Tell one state of what decides about the data from another."""
    folders = [ROOT / folder for folder in DECISIVE]
    files = sorted(
        path
        for folder in folders
        for path in folder.rglob("*.*")
        if path.suffix in {".py", ".yaml"}
    )
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def fill(database: Database, meetings: int) -> None:
    """Generate the meetings, and say how far that is."""
    database.migrate()
    with _out.status(f"Generating {meetings:,} meetings ...") as status:
        for written in generate(database, meetings):
            status.update(f"Generating {meetings:,} meetings: {written:,} ...")
    database.engine.dispose()


def asked(databases: Sequence[Database]) -> Iterator[Pair]:
    """Put each question in terms of what both databases have most of, the deep page last."""
    most = [frequent(database) for database in databases]
    for name, parameters in QUESTIONS.items():
        yield Pair(name, databases, [MeetingQuestion(**parameters(one)) for one in most])
    first = MeetingQuestion()
    deep = [from_place(database, first, share=0.5) for database in databases]
    yield Pair("the page in the middle", databases, deep)


def measured(pairs: Iterable[Pair], rounds: int) -> dict[str, Timed]:
    """Ask all questions in turn, so that whatever disturbs them disturbs all of them."""
    pairs = list(pairs)
    times = [[pair.times() for pair in pairs] for _ in range(rounds)]
    return {
        pair.name: Timed([median(one) for one in zip(*taken, strict=True)], pair.totals())
        for pair, taken in zip(pairs, zip(*times, strict=True), strict=True)
    }


def timed(database: Database, question: MeetingQuestion) -> float:
    """Answer a question as the API does, and tell how many milliseconds it took."""
    begun = time.perf_counter()
    with database.read() as session:
        page(session, question)
    return (time.perf_counter() - begun) * 1000


def total(database: Database, question: MeetingQuestion) -> Total | None:
    """Count what a question finds, as far as the answer does."""
    with database.read() as session:
        return page(session, question).total


def table(found: dict[str, Timed], sizes: Sequence[int]) -> Table:
    """Set out what was measured."""
    made = Table("question", box=None, pad_edge=False)
    for heading in (*(f"p50 at {size:,}, ms" for size in sizes), "ratio"):
        made.add_column(heading, justify="right")
    made.add_column("")
    for name, one in found.items():
        figures = [f"{figure:.2f}" for figure in (*one.medians, one.ratio)]
        made.add_row(name, *figures, one.verdict)
    return made


if __name__ == "__main__":
    main()
