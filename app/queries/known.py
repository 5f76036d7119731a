"""Which ids exist, and which one somebody may have meant."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import (
    Country,
    Document,
    Event,
    Organization,
    Person,
    Place,
    Region,
    Source,
    Theme,
)
from app.spelling import fold, nearest

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


def missing(session: Session, kind: str, ids: Collection[str]) -> set[str]:
    """Tell which of these ids no record of this kind has."""
    column = _KNOWN[kind].selected_columns[0]
    return set(ids).difference(session.scalars(select(column).where(column.in_(ids))))


def suggestion(session: Session, kind: str, word: str) -> str | None:
    """Find the id whose spelling, or whose record's name, is most like this word."""
    rows = session.execute(_KNOWN[kind])
    ids = {fold(text): row[0] for row in rows for text in row if text}
    near = nearest(word, ids)
    return ids[near] if near else None
