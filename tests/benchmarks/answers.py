"""How long each kind of answer takes over many meetings: cold, in one process, as a median."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple
from urllib.parse import urlencode

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from app.database import Database
from app.queries import encounters
from app.queries.counts import cross_tab
from app.queries.dyads import dyads
from app.queries.meetings import page
from app.queries.suggest import suggested
from app.schemas.counts import CountQuestion
from app.schemas.dyads import DyadQuestion
from app.schemas.filters import Question
from app.schemas.questions import MeetingQuestion
from app.schemas.suggestion import SuggestQuestion
from tests.benchmarks.growth import ROOT, kept
from tests.queries.frequent import Frequent, frequent

ONE, TWO, NONE = 100, 300, float("inf")
"""Milliseconds: of an answer, of a cross-tab of everything, and of what is only measured."""

_out = Console(highlight=False, width=120)


class Answer(NamedTuple):
    """A question, how it is answered, and how long that may take."""

    route: str
    ask: Callable[[Session, Any], object]
    question: type[BaseModel]
    parameters: dict[str, Any]
    most: float = ONE

    @property
    def name(self) -> str:
        """Say it as an address does."""
        query = urlencode(self.parameters, doseq=True)
        return f"/v1/{self.route}?{query}" if query else f"/v1/{self.route}"


def main() -> None:
    """Print how long each answer takes, and fail if one takes too long."""
    parser = ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--meetings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, default=ROOT / ".bench")
    given = parser.parse_args()
    database = kept(given.folder, given.meetings)
    asked = list(answers(frequent(database)))
    rounds = [[timed(database, one) for one in asked] for _ in range(given.rounds)]
    medians = [median(taken) for taken in zip(*rounds, strict=True)]
    _out.print(table(asked, medians, given.meetings))
    sys.exit(any(taken > one.most for one, taken in zip(asked, medians, strict=True)))


def answers(most: Frequent) -> Iterator[Answer]:
    """Give the kinds of question, asked of what there is most of."""
    country, theme, person = most.countries[0], most.themes[:1], most.people[:1]
    every: list[dict[str, Any]] = [
        *({"by": [name]} for name in ("theme", "month", "country", "host")),
        {"by": ["region"], "anchor": country},
        {"by": ["organization_kind"], "anchor": country},
        {"by": ["theme"], "anchor": country, "organization_kind": "ministry"},
        {"by": ["theme"], "rollup": True},
        {"by": ["theme"], "country": [country]},
        {"by": ["theme"], "date_from": "2005", "date_to": "2015"},
        {"by": ["month"], "q": '"police"'},
    ]
    for asked in every:
        yield Answer("counts", cross_tab, CountQuestion, asked)
    # Many thousands of people are as many sets.
    for asked in ({"by": ["person"]}, {"by": ["person"], "anchor": country}):
        yield Answer("counts", cross_tab, CountQuestion, asked, NONE)
    for one, other in (
        *(("country", name) for name in ("theme", "year", "month")),
        *(("theme", name) for name in ("with_theme", "month")),
    ):
        yield Answer("counts", cross_tab, CountQuestion, {"by": [one, other]}, TWO)
    yield Answer("dyads", dyads, DyadQuestion, {"anchor": country})
    for asked in ({"anchor": country, "country": most.countries[1:2]}, {}, {"level": "person"}):
        yield Answer("dyads", dyads, DyadQuestion, asked, NONE)
    for kind, record_id, told, limit in (
        ("people", person[0], encounters.person, ONE),
        ("countries", country, encounters.country, ONE),
        ("organizations", most.organizations[0], encounters.organization, NONE),
    ):
        ask = partial(_about, told, record_id)
        yield Answer(f"{kind}/{record_id}", ask, Question, {}, limit)
    for q in ("禁毒", "毒", "minister", "m", '"public security"', "ma tr"):
        yield Answer("meetings", page, MeetingQuestion, {"q": q})
    rare = {"q": "minister", "theme": theme, "person": person}
    yield Answer("meetings", page, MeetingQuestion, rare)
    for q in ("m", "公", "mini"):
        yield Answer("suggest", suggested, SuggestQuestion, {"q": q})


def _about(
    tell: Callable[[Session, str], object], record_id: str, session: Session, _: Any
) -> object:
    return tell(session, record_id)


def timed(database: Database, answer: Answer) -> float:
    """Answer a question, and tell how many milliseconds that took."""
    begun = time.perf_counter()
    with database.read() as session:
        answer.ask(session, answer.question.model_validate(answer.parameters))
    return (time.perf_counter() - begun) * 1000


def table(asked: list[Answer], medians: list[float], meetings: int) -> Table:
    """Set out what was measured."""
    made = Table(f"of {meetings:,} meetings", box=None, pad_edge=False)
    made.add_column("median, ms", justify="right")
    made.add_column("at most", justify="right")
    for one, taken in zip(asked, medians, strict=True):
        limit = "" if one.most == NONE else f"{one.most:.0f}"
        made.add_row(one.name, f"{taken:.1f}", limit, style="bold" if taken > one.most else "")
    return made


if __name__ == "__main__":
    main()
