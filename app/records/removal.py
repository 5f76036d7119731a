"""How a record is deleted: only when nothing refers to it, and never without a trace."""

from collections.abc import Iterator, Mapping

from sqlalchemy import delete as delete_rows
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.errors import Refused
from app.models import Tombstone
from app.records.current import existing, version_of
from app.records.kinds import Kind, table
from app.records.log import Done, Why, log
from app.records.read_model.names import rename
from app.records.read_model.publish import publish
from app.records.referring import referring
from app.schemas.removal import Removed

_MOST_NAMED = 20


def delete(session: Session, kind: Kind, record_id: str, why: Why) -> Removed:
    """Delete a record; its history stays.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
        Refused: other records refer to it.
    """
    existing(session, kind, record_id)
    refuse_if_needed(session, kind, record_id)
    stone = bury(session, kind, record_id, why)
    log(session, [Done(kind, record_id, stone.version, "delete")], why)
    return removed(stone)


def removed(stone: Tombstone) -> Removed:
    """Tell what is left of a record."""
    return Removed(
        type=stone.type,
        id=stone.record_id,
        into=stone.into_id,
        version=stone.version,
        deleted_at=stone.deleted_at,
        reason=stone.reason,
    )


def refuse_if_needed(session: Session, kind: Kind, record_id: str) -> None:
    """Make sure that nothing refers to a record.

    Raises:
        Refused: others do; it says which.
    """
    if found := referring(session, kind, record_id):
        number = sum(map(len, found.values()))
        named = list(_names(found))[:_MOST_NAMED]
        rest = f" and {number - len(named)} more" if number > len(named) else ""
        raise Refused(
            f"The {kind.name} “{record_id}” is referred to by {', '.join(named)}{rest};"
            " change those first, or merge it into another",
            "still_referred_to",
        )


def _names(found: Mapping[Kind, set[str]]) -> Iterator[str]:
    for kind, ids in found.items():
        for record_id in sorted(ids):
            yield f"{kind.name} {record_id}"


def bury(
    session: Session, kind: Kind, record_id: str, why: Why, into: str | None = None
) -> Tombstone:
    """Take a record, to which nothing refers, out of all tables, and leave a tombstone.

    What was merged into it before is part of the same other record from now on.
    """
    version = version_of(session, kind, record_id) or 0
    for part in kind.parts:
        owner = getattr(part.model, part.owner)
        session.execute(delete_rows(part.model).where(owner == record_id))
    own = table(kind.model)
    session.execute(delete_rows(own).where(own.c.id == record_id))
    rename(session, [(kind, record_id)])
    if kind.name == "meeting":
        publish(session, [record_id])
    stone = {
        "type": kind.name,
        "record_id": record_id,
        "into_id": into,
        "version": version + 1,
        "deleted_at": why.at,
        "reason": why.reason,
        "erased": False,
    }
    if into:
        _lead_on(session, kind, record_id, into, why)
    session.execute(insert(table(Tombstone)), [stone])
    return session.get_one(Tombstone, (kind.name, record_id))


def _lead_on(session: Session, kind: Kind, record_id: str, into: str, why: Why) -> None:
    """Let what was merged into a record before lead where that does now."""
    before = (Tombstone.type == kind.name) & (Tombstone.into_id == record_id)
    for stone in session.scalars(select(Tombstone).where(before)):
        stone.into_id, stone.version = into, stone.version + 1
        log(session, [Done(kind, stone.record_id, stone.version, "merge", into=into)], why)
