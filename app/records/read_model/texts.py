"""Which texts a meeting is searched by: its own, and the names of what it refers to."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Alias, Country
from app.models.among import among
from app.records.chunks import chunks
from app.records.read_model.render import Document

Names = dict[tuple[str, str], list[str]]
"""Of each kind and id the names that a rendered meeting does not have itself."""


def texts(session: Session, rendered: Mapping[str, Document]) -> dict[str, list[str]]:
    """Give the texts of these rendered meetings, by their ids."""
    referred = {one for meeting in rendered.values() for one in _referred(meeting)}
    names = _names(session, referred)
    return {
        id_: [text for text in _texts(meeting, names) if text] for id_, meeting in rendered.items()
    }


def _referred(meeting: Document) -> Iterator[tuple[str, str]]:
    for part in meeting["participants"]:
        for kind in ("person", "organization"):
            if part[kind]:
                yield kind, part[kind]["id"]
        if part["country"]:
            yield "country", part["country"]
    if meeting["place"]:
        yield "place", meeting["place"]["id"]


def _names(session: Session, referred: set[tuple[str, str]]) -> Names:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for kind in ("person", "organization", "place", "country"):
        column = getattr(Alias, f"{kind}_id")
        for ids in chunks(sorted(id_ for one, id_ in referred if one == kind)):
            for id_, text in session.execute(select(column, Alias.text).where(among(column, ids))):
                found[kind, id_].append(text)
    countries = sorted(id_ for kind, id_ in referred if kind == "country")
    named = select(Country.id, Country.name_en, Country.name_zh).where(among(Country.id, countries))
    for id_, *names in session.execute(named):
        found["country", id_] += names
    return found


def _texts(meeting: Document, names: Names) -> Iterator[str]:
    yield from _both(meeting["title"])
    yield from _both(meeting["summary"])
    for part in meeting["participants"]:
        yield from _both(part["title"])
        for kind in ("person", "organization"):
            yield from _named(kind, part[kind], names)
        yield from names.get(("country", part["country"]), ())
    yield from _named("place", meeting["place"], names)
    yield from _named("event", meeting["event"], names)
    for theme in meeting["themes"]:
        yield from _both(theme["label"])
        yield theme["wording"]


def _named(kind: str, one: dict[str, Any] | None, names: Names) -> Iterator[str]:
    if one:
        yield from _both(one["name"])
        yield from names.get((kind, one["id"]), ())


def _both(text: dict[str, str] | None) -> Iterator[str]:
    if text:
        yield from text.values()
