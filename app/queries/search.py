"""Which lists and which texts a search asks for."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Term as TermRow
from app.queries.beginnings import begins
from app.queries.conditions import Term
from app.words import contains, wanted

_WORD = "word"
_MOST_ENDINGS = 300
"""Words that a beginning may stand for; of more, so many meetings have one that texts are read."""


@dataclass(frozen=True)
class Searched:
    """A meeting is found if it is in a list of each of `all_of`, and its text like all patterns."""

    all_of: list[list[Term]] = field(default_factory=list)
    patterns: list[str] = field(default_factory=list)


def search(session: Session, question: str | None, *, retracted: bool) -> Searched:
    """Read what is searched for; beginnings of words are looked up."""
    found = Searched()
    for one in wanted(question or ""):
        found.all_of.extend([(_WORD, word)] for word in one.words)
        if one.pattern:
            found.patterns.append(one.pattern)
        if one.beginning:
            _add_beginning(session, found, one.beginning, retracted=retracted)
    return found


def _add_beginning(session: Session, found: Searched, beginning: str, *, retracted: bool) -> None:
    known = select(TermRow.value).where(
        TermRow.retracted.is_(retracted),
        TermRow.facet == _WORD,
        begins(TermRow.value, beginning),
    )
    ends = session.scalars(known.limit(_MOST_ENDINGS + 1)).all()
    if len(ends) > _MOST_ENDINGS:
        found.patterns.append(contains(beginning))
    else:
        found.all_of.append([(_WORD, word) for word in ends])
