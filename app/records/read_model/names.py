"""How the names of records are kept for looking up: folded, and from each of their words on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.bulk import insert_rows
from app.models import Alias, Name
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import KINDS, Kind, table
from app.words import beginnings

COLUMNS = ("name_en", "name_zh", "label_en", "label_zh", "title", "publisher")
CODES = ("alpha_3", "numeric")
MOST_CHARACTERS = 250
"""Of a name, from where it is looked up."""

# Regions are no answer to a question, and meetings and coverage have no names.
NAMED = tuple(kind for kind in KINDS if kind.name not in {"region", "meeting", "coverage"})


def rename(session: Session, records: Iterable[tuple[Kind, str]]) -> None:
    """Keep the names of these records anew."""
    changed: defaultdict[Kind, set[str]] = defaultdict(set)
    for kind, record_id in records:
        changed[kind].add(record_id)
    for kind in NAMED:
        for ids in chunks(sorted(changed[kind])):
            session.execute(delete(Name).where(Name.type == kind.name, among(Name.record_id, ids)))
            insert_rows(session, table(Name), list(rows(session, kind, ids)))


def rebuild(session: Session) -> None:
    """Drop all names and keep them anew."""
    session.execute(delete(Name))
    for kind in NAMED:
        ids = session.scalars(select(table(kind.model).c.id)).all()
        rename(session, ((kind, record_id) for record_id in ids))


def rows(session: Session, kind: Kind, ids: Collection[str]) -> Iterator[dict[str, Any]]:
    """Give the names of these records, as rows; codes and ids are found from their start only."""
    kept = {
        (record_id, rest[:MOST_CHARACTERS], position)
        for record_id, text in _names(session, kind, ids)
        for position, rest in enumerate(beginnings(text))
    }
    kept.update(
        (record_id, beginnings(code)[0], 0) for record_id, code in _codes(session, kind, ids)
    )
    for record_id, text, position in sorted(kept):
        yield {"text": text, "type": kind.name, "record_id": record_id, "position": position}


def _codes(session: Session, kind: Kind, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    own = table(kind.model)
    columns = [own.c[name] for name in CODES if name in own.c]
    for row in session.execute(select(own.c.id, *columns).where(among(own.c.id, ids))):
        yield from ((row.id, code) for code in row if code)


def _names(session: Session, kind: Kind, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    own = table(kind.model)
    columns = [own.c[name] for name in COLUMNS if name in own.c]
    for record_id, *texts in session.execute(
        select(own.c.id, *columns).where(among(own.c.id, ids))
    ):
        yield from ((record_id, text) for text in texts if text)
    for part in kind.parts:
        if part.model is Alias:
            owner = getattr(Alias, part.owner)
            found = session.execute(select(owner, Alias.text).where(among(owner, ids)))
            yield from ((record_id, text) for record_id, text in found)
