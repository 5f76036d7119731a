"""How what was done is numbered and kept: the feed of changes, and every version of a record."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Select, exists, select, update
from sqlalchemy.orm import Session, aliased

from app.bulk import insert_rows
from app.enumerations import Operation
from app.models import Change, Dataset, Version
from app.models.among import among
from app.records.kinds import Kind, table
from app.schemas.names import Supplied

_AT_ONCE = 1000


@dataclass(frozen=True)
class Why:
    """For what reason something is written, with whose key, when, and from which Parley it is."""

    reason: str
    by: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    pulled_from: str | None = None


class Done(NamedTuple):
    """What was done to one record."""

    kind: Kind
    id: str
    version: int
    operation: Operation = "upsert"
    record: Supplied | None = None
    into: str | None = None
    updated_at: datetime | None = None
    """When the record was written, if it was in another database."""


def log(session: Session, done: Sequence[Done], why: Why) -> None:
    """Number these changes, in their order, and keep the records as they were written."""
    if not done:
        return
    grown = update(Dataset).values(revision=Dataset.revision + len(done), mark=secrets.token_hex(8))
    revision = session.scalars(grown.returning(Dataset.revision)).one()
    changes = [
        {
            "seq": seq,
            "operation": one.operation,
            "type": one.kind.name,
            "record_id": one.id,
            "into_id": one.into,
            "version": one.version,
            "made_at": why.at,
            "made_by": why.by,
            "reason": why.reason,
            "pulled_from": why.pulled_from,
        }
        for seq, one in enumerate(done, revision - len(done) + 1)
    ]
    insert_rows(session, table(Change), changes)
    versions = [
        {
            "type": one.kind.name,
            "record_id": one.id,
            "version": one.version,
            "record": one.record.model_dump(mode="json"),
            "updated_at": one.updated_at or why.at,
        }
        for one in done
        if one.record
    ]
    insert_rows(session, table(Version), versions)


def last_seq(session: Session) -> int:
    """Tell the number of the last change."""
    return session.scalars(select(Dataset.revision)).one()


def written_since(session: Session, kind: str, seq: int) -> Iterator[str]:
    """Name the records of a kind that were created or changed after this number."""
    columns = Change.seq, Change.record_id
    of_kind = Change.type == kind, Change.operation == "upsert"
    while some := session.execute(
        select(*columns).where(Change.seq > seq, *of_kind).order_by(Change.seq).limit(_AT_ONCE)
    ).all():
        seq = some[-1].seq
        yield from (row.record_id for row in some)


def created_since(kind: str, seq: int) -> Select[str]:
    """Select the records of a kind that were created after this number."""
    before = aliased(Change)
    same = (before.type == kind, before.record_id == Change.record_id)
    return (
        select(Change.record_id)
        .where(Change.seq > seq, Change.type == kind, Change.operation == "upsert")
        .where(~exists().where(*same, before.seq <= seq))
    )


def existed_at(session: Session, kind: str, ids: Collection[str], seq: int) -> set[str]:
    """Tell which of these records of a kind were there, or had been, at this number."""
    mine = (Change.type == kind, among(Change.record_id, ids), Change.seq <= seq)
    return set(session.scalars(select(Change.record_id).where(*mine)))
