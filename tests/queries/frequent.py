"""Questions about what a generated database has most of, which are the hardest to answer fast."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database
from app.models import Term
from app.queries.meetings import page
from app.schemas.questions import MeetingQuestion

Parameters = dict[str, Any]

# More than there are countries, so that the last of them is the rarest.
_RANKED = 300


@dataclass(frozen=True)
class Frequent:
    """Values in order of how many meetings have them, the most frequent first."""

    countries: list[str]
    themes: list[str]
    people: list[str]
    organizations: list[str]
    strangers: list[str]
    """Two countries that are among the most frequent and never meet."""


NO_PAIR, NO_THEME = "two countries that never meet", "a country that never touches a theme"
OVERLAP = "a range that dates longer than a day reach into"
QUESTIONS: dict[str, Callable[[Frequent], Parameters]] = {
    "no filter": lambda _: {},
    "a country": lambda most: {"country": most.countries[:1]},
    "a theme": lambda most: {"theme": most.themes[:1]},
    "dates": lambda _: {"date_from": "2005", "date_to": "2015"},
    "a country, a theme and dates": lambda most: {
        "country": most.countries[:1],
        "theme": most.themes[:1],
        "date_from": "2005",
        "date_to": "2015",
    },
    NO_PAIR: lambda most: {"country_all": most.strangers},
    # As the generator has it, of the second country and the first theme.
    NO_THEME: lambda most: {"country": most.countries[1:2], "theme": most.themes[:1]},
    "several countries": lambda most: {"country": most.countries[:4]},
    "several themes": lambda most: {"theme": most.themes[:4]},
    "a word": lambda _: {"q": '"minister"'},
    "a word that is not finished, and a country": lambda most: {
        "q": "minis",
        "country": most.countries[:1],
    },
    "a person": lambda most: {"person": most.people[:1]},
    "a person and not a country": lambda most: {
        "person": most.people[:1],
        "country_not": most.countries[1:2],
    },
    # The most frequent person is of the most frequent country, and so on the other side of this.
    "a person on the other side": lambda most: {
        "anchor": most.countries[1],
        "person": most.people[:1],
    },
    OVERLAP: lambda _: {"date_from": "2024-03-05", "date_to": "2024-06-20"},
}


def frequent(database: Database) -> Frequent:
    """Read from the terms which values are frequent."""
    with database.read() as session:
        countries = _values(session, "country", "")
        return Frequent(
            countries,
            themes=_values(session, "theme_exact", "stated/"),
            people=_values(session, "person", ""),
            organizations=_values(session, "organization", ""),
            strangers=[countries[1], _who_never_meets(session, countries[1], countries[2:])],
        )


def _values(session: Session, facet: str, prefix: str) -> list[str]:
    ranked = (
        select(Term.value)
        .where(Term.retracted.is_(False), Term.facet == facet, Term.value.startswith(prefix))
        .order_by(Term.meetings.desc(), Term.value)
        .limit(_RANKED)
    )
    return [value.removeprefix(prefix) for value in session.scalars(ranked)]


def _who_never_meets(session: Session, country: str, others: list[str]) -> str:
    pairs = {other: MeetingQuestion(country_all=[country, other], limit=1) for other in others}
    return next(other for other, pair in pairs.items() if not page(session, pair).items)
