"""How records are stored: all of a batch or nothing, and only what is new or different."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.errors import InvalidRecords
from app.models import Base, Change, Dataset, Version
from app.records.check import Incoming, check, check_trees
from app.records.chunks import chunks
from app.records.dependants import dependants
from app.records.kinds import KINDS, Kind, table
from app.records.names import rename
from app.records.publish import publish
from app.records.rows import Row, Rows

_OWNERS = {
    part.model: {other.owner for kind in KINDS for other in kind.parts if other.model is part.model}
    for kind in KINDS
    for part in kind.parts
}


@dataclass
class Report:
    """How many records of each kind were created, changed, or found as they are."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Write:
    """A record that is new or different, and the number of the version that it gets."""

    incoming: Incoming
    version: int

    @property
    def key(self) -> tuple[Kind, str]:
        """What was written."""
        return self.incoming.kind, self.incoming.id

    @property
    def may_be_shown(self) -> bool:
        """Tell whether readers may see it: no meeting refers to what has just been created."""
        return self.incoming.kind.name == "meeting" or self.version > 1


def write(session: Session, incoming: Sequence[Incoming], reason: str) -> Report:
    """Store these records within the open transaction, and publish what they touch.

    Raises:
        InvalidRecords: some of them cannot be stored; the caller's transaction must not commit.
    """
    try:
        return _store(session, incoming, reason)
    except IntegrityError as error:
        raise InvalidRecords([f"The database refuses a record: {error.orig}"]) from error


def _store(session: Session, incoming: Sequence[Incoming], reason: str) -> Report:
    check(session, incoming)
    report, writes = Report(), []
    made_at = datetime.now(UTC)
    for kind in KINDS:
        mine = [one for one in incoming if one.kind is kind]
        for some in chunks(mine):
            writes += _write(session, kind, some, made_at, report)
    check_trees(session, incoming)
    rename(session, [one.key for one in writes])
    publish(session, dependants(session, [one.key for one in writes if one.may_be_shown]))
    _record(session, writes, made_at, reason)
    return report


def _write(
    session: Session, kind: Kind, incoming: Sequence[Incoming], made_at: datetime, report: Report
) -> list[Write]:
    rows = {one.id: one.rows for one in incoming}
    before, versions = stored(session, kind, list(rows))
    different = [one for one in incoming if before.get(one.id) != rows[one.id]]
    writes = [Write(one, versions.get(one.id, 0) + 1) for one in different]
    new = [one for one in writes if one.version == 1]
    old = [one for one in writes if one.version > 1]
    report.created[kind.plural] += len(new)
    report.changed[kind.plural] += len(old)
    report.unchanged[kind.plural] += len(incoming) - len(writes)
    _insert(session, kind.model, [_kept(rows, one, made_at) for one in new])
    for one in old:
        _replace(session, kind, _kept(rows, one, made_at))
    for part in kind.parts:
        _insert(session, part.model, _flat(rows[one.id].parts[part.model] for one in different))
    return writes


def _kept(rows: dict[str, Rows], one: Write, made_at: datetime) -> Row:
    return rows[one.incoming.id].own | {"version": one.version, "updated_at": made_at}


def _insert(session: Session, model: type[Base], rows: list[Row]) -> None:
    if rows:
        session.execute(insert(table(model)), rows)


def _replace(session: Session, kind: Kind, own: Row) -> None:
    for part in kind.parts:
        owner = getattr(part.model, part.owner)
        session.execute(delete(part.model).where(owner == own["id"]))
    mine = table(kind.model)
    session.execute(update(mine).where(mine.c.id == own["id"]).values(own))


def _flat(nested: Iterable[list[Row]]) -> list[Row]:
    return [row for rows in nested for row in rows]


def stored(
    session: Session, kind: Kind, ids: Sequence[str]
) -> tuple[dict[str, Rows], dict[str, int]]:
    """Read back what rows these records have now, and their versions."""
    found: dict[str, Rows] = {}
    versions: dict[str, int] = {}
    for row in _select(session, kind.model, "id", ids):
        versions[row["id"]] = row.pop("version")
        del row["updated_at"]
        found[row["id"]] = Rows(row, {part.model: [] for part in kind.parts})
    for part in kind.parts:
        others = _OWNERS[part.model] - {part.owner} | {"id"}
        for row in _select(session, part.model, part.owner, ids):
            mine = {name: value for name, value in row.items() if name not in others}
            found[row[part.owner]].parts[part.model].append(mine)
    return found, versions


def _select(
    session: Session, model: type[Base], owner: str, ids: Sequence[str]
) -> Iterator[dict[str, Any]]:
    stored = table(model)
    statement = select(stored).where(stored.c[owner].in_(ids))
    if "position" in stored.c:
        statement = statement.order_by(stored.c.position)
    return (dict(row) for row in session.execute(statement).mappings())


def _record(session: Session, writes: Sequence[Write], made_at: datetime, reason: str) -> None:
    if not writes:
        return
    grown = update(Dataset).values(revision=Dataset.revision + len(writes))
    revision = session.scalars(grown.returning(Dataset.revision)).one()
    first = revision - len(writes) + 1
    _insert(
        session,
        Change,
        [_change(seq, one, made_at, reason) for seq, one in enumerate(writes, first)],
    )
    _insert(session, Version, [_version(one) for one in writes])


def _change(seq: int, one: Write, made_at: datetime, reason: str) -> Row:
    return {
        "seq": seq,
        "operation": "upsert",
        "type": one.incoming.kind.name,
        "record_id": one.incoming.id,
        "version": one.version,
        "made_at": made_at,
        "reason": reason,
    }


def _version(one: Write) -> Row:
    return {
        "type": one.incoming.kind.name,
        "record_id": one.incoming.id,
        "version": one.version,
        "record": one.incoming.record.model_dump(mode="json"),
    }
