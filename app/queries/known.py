"""Which ids exist, what became of others, and which one somebody may have meant."""

from collections.abc import Collection
from typing import Any, NamedTuple, NoReturn

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.models import (
    Country,
    Document,
    Event,
    Name,
    Organization,
    Person,
    Place,
    Region,
    Source,
    Theme,
    Tombstone,
)
from app.models.among import among_given
from app.queries.beginnings import begins
from app.records.current import look_for_tombstone
from app.spelling import fold, fold_name, nearest
from app.words import spaced

_MOST_COMPARED = 5000
_MOST_SUGGESTED = 5

# Of each kind the ids, and the texts by which an id is suggested.
_KNOWN: dict[str, Select[*tuple[Any, ...]]] = {
    "country": select(Country.id, Country.name_en, Country.name_zh, Country.alpha_3),
    "event": select(Event.id, Event.name_en, Event.name_zh),
    "meeting": select(Document.meeting_id),
    "organization": select(Organization.id, Organization.name_en, Organization.name_zh),
    "person": select(Person.id, Person.name_en, Person.name_zh),
    "place": select(Place.id, Place.name_en, Place.name_zh),
    "region": select(Region.id, Region.name_en, Region.name_zh),
    "source": select(Source.id, Source.title, Source.publisher),
    "theme": select(Theme.id, Theme.label_en, Theme.label_zh),
}
# Statements that most pages need are made once: that takes longer than to execute them.
_THERE = {
    kind: select(column).where(among_given(column, "ids"))
    for kind, known in _KNOWN.items()
    for column in known.selected_columns[:1]
}


def missing(session: Session, kind: str, ids: Collection[str]) -> set[str]:
    """Tell which of these ids no record of this kind has."""
    return set(ids).difference(session.scalars(_THERE[kind], {"ids": ids}))


def tombstones(session: Session, kind: str, ids: Collection[str]) -> dict[str, Tombstone]:
    """Find what is left of those of these records that are no more."""
    found = select(Tombstone).where(Tombstone.type == kind, Tombstone.record_id.in_(ids))
    return {stone.record_id: stone for stone in session.scalars(found)}


def explain_absence(session: Session, kind: str, record_id: str) -> NoReturn:
    """Say why there is no such record.

    Raises:
        NotFound: there never was; the error has the id that may have been meant.
        Gone: it was deleted.
        Merged: it is part of another record now.
    """
    look_for_tombstone(session, kind, record_id)
    meant = suggestions(session, kind, [record_id]).get(record_id)
    raise NotFound(kind, record_id, meant and meant.id)


class Suggestion(NamedTuple):
    """An id, and the text by which it was found."""

    id: str
    text: str

    def __str__(self) -> str:
        return self.id if fold(self.id) == fold(self.text) else f"{self.id} ({self.text})"


def suggestions(session: Session, kind: str, words: Collection[str]) -> dict[str, Suggestion]:
    """Find the ids whose spelling, or whose record's name, is most like these words.

    A wrong word must not cost more than a right one: of a long list, only a part is compared. What
    is like none may be a word of a name.
    """
    rows = session.execute(
        _KNOWN[kind].order_by(_KNOWN[kind].selected_columns[0]).limit(_MOST_COMPARED)
    )
    known = {
        fold_name(text): Suggestion(row[0], text) for row in rows for text in reversed(row) if text
    }
    found: dict[str, Suggestion] = {}
    for word in sorted(words)[:_MOST_SUGGESTED]:
        near = nearest(word, known)
        meant = known[near] if near else _named(session, kind, word)
        if meant:
            found[word] = meant
    return found


def _named(session: Session, kind: str, word: str) -> Suggestion | None:
    beginning = spaced(word)
    named = select(Name.record_id).where(Name.type == kind, begins(Name.text, beginning))
    id_ = beginning and session.scalar(
        named.order_by(Name.position, Name.text, Name.record_id).limit(1)
    )
    if not id_:
        return None
    own = _KNOWN[kind]
    row = session.execute(own.where(own.selected_columns[0] == id_)).one()
    return Suggestion(row[0], row[1] or row[0])
