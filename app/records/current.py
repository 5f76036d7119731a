"""Records as they are now, in the shape in which they are written."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Gone, Merged, NotFound
from app.models import Tombstone, Version
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import Kind, table
from app.schemas.names import Supplied


def current(session: Session, kind: Kind, ids: Collection[str]) -> dict[str, Supplied]:
    """Give the newest version of each of these records; those that do not exist are left out."""
    own = table(kind.model)
    newest = (
        select(Version.record_id, Version.record)
        .join(own, (own.c.id == Version.record_id) & (own.c.version == Version.version))
        .where(Version.type == kind.name)
    )
    found: dict[str, Supplied] = {}
    for some in chunks(sorted(ids)):
        rows = session.execute(newest.where(among(own.c.id, some)))
        found |= {record_id: kind.shape.model_validate(record) for record_id, record in rows}
    return found


def version_of(session: Session, kind: Kind, record_id: str) -> int | None:
    """Tell which version a record has; None for one that never was.

    Raises:
        Gone: it was deleted; the error has its version, too.
        Merged: it is part of another record now.
    """
    own = table(kind.model)
    found = session.scalar(select(own.c.version).where(own.c.id == record_id))
    if found is None:
        look_for_tombstone(session, kind.name, record_id)
    return found


def existing(session: Session, kind: Kind, record_id: str) -> Supplied:
    """Give the newest version of a record.

    Raises:
        NotFound: there is none with this id.
        Gone: it was deleted.
        Merged: it is part of another record now.
    """
    found = current(session, kind, [record_id]).get(record_id)
    if found is None:
        look_for_tombstone(session, kind.name, record_id)
        raise NotFound(kind.name, record_id)
    return found


def look_for_tombstone(session: Session, kind: str, record_id: str) -> None:
    """Say what became of a record, if it is no more.

    Raises:
        Gone: it was deleted.
        Merged: it is part of another record now.
    """
    stone = session.get(Tombstone, (kind, record_id))
    if stone is None:
        return
    if stone.into_id:
        raise Merged(kind, record_id, stone.into_id)
    done = "erased" if stone.erased else "deleted"
    when = f"{stone.deleted_at:%Y-%m-%d %H:%M} UTC"
    remedy = "" if stone.erased else f' (PUT with If-Match: "v{stone.version}" restores it)'
    message = f"The {kind} “{record_id}” was {done} on {when}: {stone.reason}{remedy}"
    raise Gone(message, stone.version)
