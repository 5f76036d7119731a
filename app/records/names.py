"""How the names of records are kept for looking up: folded, and from each of their words on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from app.models import Alias, Name
from app.records.chunks import chunks
from app.records.kinds import KINDS, Kind, table
from app.words import beginnings

_COLUMNS = ("name_en", "name_zh", "label_en", "label_zh", "title", "publisher")
_MOST_CHARACTERS = 250
# Regions are no answer to a question, and meetings and coverage have no names.
NAMED = tuple(kind for kind in KINDS if kind.name not in {"region", "meeting", "coverage"})


def rename(session: Session, records: Iterable[tuple[Kind, str]]) -> None:
    """Keep the names of these records anew."""
    changed: defaultdict[Kind, set[str]] = defaultdict(set)
    for kind, record_id in records:
        changed[kind].add(record_id)
    for kind in NAMED:
        for ids in chunks(sorted(changed[kind])):
            session.execute(delete(Name).where(Name.type == kind.name, Name.record_id.in_(ids)))
            found = list(rows(session, kind, ids))
            if found:
                session.execute(insert(table(Name)), found)


def rebuild(session: Session) -> None:
    """Drop all names and keep them anew."""
    session.execute(delete(Name))
    for kind in NAMED:
        ids = session.scalars(select(table(kind.model).c.id)).all()
        rename(session, ((kind, record_id) for record_id in ids))


def rows(session: Session, kind: Kind, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """Give the names of these records, as rows."""
    for record_id, text in sorted(set(_names(session, kind, ids))):
        for position, rest in enumerate(beginnings(text)):
            yield {
                "text": rest[:_MOST_CHARACTERS],
                "type": kind.name,
                "record_id": record_id,
                "position": position,
            }


def _names(session: Session, kind: Kind, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    own = table(kind.model)
    columns = [own.c[name] for name in _COLUMNS if name in own.c]
    for record_id, *texts in session.execute(select(own.c.id, *columns).where(own.c.id.in_(ids))):
        yield from ((record_id, text) for text in texts if text)
    for part in kind.parts:
        if part.model is Alias:
            owner = getattr(Alias, part.owner)
            found = session.execute(select(owner, Alias.text).where(owner.in_(ids)))
            yield from ((record_id, text) for record_id, text in found)
