"""Which lists, and which texts, a question is made of."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.queries.conditions import Term, conditions
from app.queries.other_side import other_side
from app.queries.search import search
from app.schemas.filters import MeetingFilters

EVERYTHING: Term = ("all", "")


@dataclass(frozen=True)
class Lists:
    """A meeting matches if it is in a list of each of `all_of` and in none of `none_of`."""

    all_of: list[list[Term]]
    none_of: list[Term]
    patterns: list[str]
    """What the searched text must be like, in the sense of LIKE."""
    retracted: bool

    @property
    def terms(self) -> set[Term]:
        """All that are to be looked up."""
        return {EVERYTHING, *self.none_of}.union(*self.all_of)


def lists(session: Session, filters: MeetingFilters) -> Lists:
    """Translate filters whose values are known to exist; dates and ids are not lists."""
    retracted = filters.status == "retracted"
    wanted, others = conditions(filters), other_side(session, filters)
    searched = search(session, filters.q, retracted=retracted)
    return Lists(
        all_of=[*wanted.all_of, *others.all_of, *searched.all_of] or [[EVERYTHING]],
        none_of=[*wanted.none_of, *others.none_of],
        patterns=searched.patterns,
        retracted=retracted,
    )
