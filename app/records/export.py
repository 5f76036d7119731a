"""How all records are written out: one line each, the same bytes for the same records."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.enumerations import RecordType
from app.errors import DatabaseNotReady, Remedy
from app.models import Tombstone, Version
from app.records.kinds import KINDS, Kind, table
from app.records.rows import ordered

_AT_ONCE = 1000


def export(session: Session, only: Collection[RecordType] = ()) -> Iterator[bytes]:
    """Give every record, or those of some kinds, and what is left of others, as typed NDJSON.

    Records come in the order in which they depend on each other, those of a kind by their ids;
    then tombstones. A piece is some thousand lines at most, so that memory stays flat.

    Raises:
        DatabaseNotReady: a record is not in the history, which only damage can bring about.
    """
    for kind in _kinds(only):
        yield from _records(session, kind)
    for kind in _kinds(only):
        yield from _tombstones(session, kind.name)


def count(session: Session, only: Collection[RecordType] = ()) -> int:
    """Count the lines of an export."""
    kinds = _kinds(only)
    stones = select(func.count()).where(Tombstone.type.in_([kind.name for kind in kinds]))
    alive = (select(func.count()).select_from(table(kind.model)) for kind in kinds)
    return sum(session.scalar(one) or 0 for one in (stones, *alive))


def _kinds(only: Collection[RecordType]) -> list[Kind]:
    return [kind for kind in KINDS if not only or kind.name in only]


def _records(session: Session, kind: Kind) -> Iterator[bytes]:
    own = table(kind.model)
    is_newest = (
        (Version.type == kind.name)
        & (Version.record_id == own.c.id)
        & (Version.version == own.c.version)
    )
    found = (
        select(own.c.id, own.c.version, own.c.updated_at, Version.record)
        .outerjoin(Version, is_newest)
        .order_by(own.c.id)
        .limit(_AT_ONCE)
    )
    rows = session.execute(found).all()
    while rows:
        yield b"".join(_record(kind, *row) for row in rows)
        rows = session.execute(found.where(own.c.id > rows[-1].id)).all()


def _record(
    kind: Kind, record_id: str, version: int, updated_at: datetime, newest: dict[str, Any] | None
) -> bytes:
    if newest is None:
        missing = f"The {kind.name} “{record_id}” is not in the history in its version {version}."
        raise DatabaseNotReady(missing, Remedy.RESTORE)
    record = ordered(kind.shape.model_validate(newest)).model_dump(mode="json")
    return _line({"type": kind.name, **record, "version": version, "updated_at": updated_at})


def _tombstones(session: Session, name: str) -> Iterator[bytes]:
    found = (
        select(Tombstone.__table__)
        .where(Tombstone.type == name)
        .order_by(Tombstone.record_id)
        .limit(_AT_ONCE)
    )
    rows = session.execute(found).all()
    while rows:
        yield b"".join(map(_tombstone, rows))
        rows = session.execute(found.where(Tombstone.record_id > rows[-1].record_id)).all()


def _tombstone(row: Row[Any]) -> bytes:
    return _line(
        {
            "type": "tombstone",
            "of": row.type,
            "id": row.record_id,
            "into": row.into_id,
            "version": row.version,
            "deleted_at": row.deleted_at,
            "reason": row.reason,
            "erased": row.erased,
        }
    )


def _line(members: dict[str, Any]) -> bytes:
    return orjson.dumps(members, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
