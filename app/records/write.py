"""How records are stored: all of a batch or nothing, and only what is new or different."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.bulk import insert_rows
from app.errors import Flaw, InvalidRecords
from app.models import Base, Tombstone
from app.models.among import among
from app.records.check import check
from app.records.chunks import chunks
from app.records.incoming import Incoming
from app.records.kinds import KINDS, Kind, exclusive, table
from app.records.log import Done, Why, log
from app.records.read_model.dependants import dependants
from app.records.read_model.names import rename
from app.records.read_model.publish import publish
from app.records.rows import Row, Rows
from app.records.trees import check_trees

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
    written: list["Write"] = field(default_factory=list)
    """Those that were created or changed."""


@dataclass(frozen=True)
class Write:
    """A record that is new or different, and the number of the version that it gets."""

    incoming: Incoming
    version: int
    is_new: bool

    @property
    def key(self) -> tuple[Kind, str]:
        """What was written."""
        return self.incoming.kind, self.incoming.id

    @property
    def may_be_shown(self) -> bool:
        """Tell whether readers may see it: no meeting refers to what has just been created."""
        return self.incoming.kind.name == "meeting" or not self.is_new

    @property
    def updated_at(self) -> datetime | None:
        """When another database wrote this version, if it is that one's."""
        kept = self.incoming.kept
        return kept.updated_at if kept and kept.version == self.version else None

    @property
    def done(self) -> Done:
        """What is logged."""
        return Done(
            *self.key, self.version, record=self.incoming.record, updated_at=self.updated_at
        )


def write(session: Session, incoming: Sequence[Incoming], why: Why) -> Report:
    """Store these records within the open transaction, and publish what they touch.

    Raises:
        InvalidRecords: some of them cannot be stored; the caller's transaction must not commit.
    """
    report = store(session, incoming, why)
    publish(session, sorted(touched(session, report.written)))
    return report


def store(session: Session, incoming: Sequence[Incoming], why: Why) -> Report:
    """Store these records within the open transaction; who stores many publishes them together.

    Raises:
        InvalidRecords: some of them cannot be stored; the caller's transaction must not commit.
    """
    try:
        return _store(session, incoming, why)
    except IntegrityError as error:
        flaw = Flaw("", (), f"The database refuses a record: {error.orig}")
        raise InvalidRecords([flaw]) from error


def touched(session: Session, written: Iterable[Write]) -> set[str]:
    """Name the meetings that must be published after this."""
    return dependants(session, [one.key for one in written if one.may_be_shown])


def _store(session: Session, incoming: Sequence[Incoming], why: Why) -> Report:
    check(session, incoming)
    report = Report()
    for kind in KINDS:
        mine = [one for one in incoming if one.kind is kind]
        for some in chunks(mine):
            report.written += _write(session, kind, some, why.at, report)
    check_trees(session, incoming)
    rename(session, [one.key for one in report.written])
    log(session, [one.done for one in report.written], why)
    return report


def _write(
    session: Session, kind: Kind, incoming: Sequence[Incoming], made_at: datetime, report: Report
) -> list[Write]:
    rows = {one.id: one.rows for one in incoming}
    before, versions = stored(session, kind, list(rows))
    last = versions | _unbury(session, kind, rows.keys() - versions.keys())
    writes = [
        Write(one, _next(one, last.get(one.id, 0)), one.id not in versions)
        for one in incoming
        if before.get(one.id) != rows[one.id] or _is_ahead(one, versions[one.id])
    ]
    new = [one for one in writes if one.is_new]
    old = [one for one in writes if not one.is_new]
    report.created[kind.plural] += len(new)
    report.changed[kind.plural] += len(old)
    report.unchanged[kind.plural] += len(incoming) - len(writes)
    vacate(session, kind, [one.incoming.id for one in old])
    insert_rows(session, table(kind.model), [_kept(rows, one, made_at) for one in new])
    for one in old:
        _replace(session, kind, _kept(rows, one, made_at))
    for part in kind.parts:
        mine = _flat(rows[one.incoming.id].parts[part.model] for one in writes)
        insert_rows(session, table(part.model), mine)
    return writes


def vacate(session: Session, kind: Kind, ids: Sequence[str]) -> None:
    """Let these records, which are to be written or buried, give up what no two may share."""
    own = table(kind.model)
    # An id is nobody's code: of countries it is shorter.
    freed = {one.name: None if one.nullable else own.c.id for one in exclusive(kind)}
    for some in chunks(ids if freed else []):
        session.execute(update(own).where(among(own.c.id, some)).values(freed))


def _next(one: Incoming, before: int) -> int:
    """Number a version: with the number that it has in another database, unless that is past."""
    return max(before + 1, one.kept.version if one.kept else 1)


def _is_ahead(one: Incoming, version: int) -> bool:
    """Tell whether another database has the same record in a later version."""
    return one.kept is not None and one.kept.version > version


def _unbury(session: Session, kind: Kind, ids: Collection[str]) -> dict[str, int]:
    """Take away the tombstones of records that are restored; `check` lets no others through."""
    found: dict[str, int] = {}
    for some in chunks(sorted(ids)):
        mine = (Tombstone.type == kind.name, among(Tombstone.record_id, some))
        found |= dict(
            session.execute(select(Tombstone.record_id, Tombstone.version).where(*mine)).all()
        )
        if found:
            session.execute(delete(Tombstone).where(*mine))
    return found


def _kept(rows: dict[str, Rows], one: Write, made_at: datetime) -> Row:
    written = {"version": one.version, "updated_at": one.updated_at or made_at}
    return rows[one.incoming.id].own | written


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
    statement = select(stored).where(among(stored.c[owner], ids))
    if "position" in stored.c:
        statement = statement.order_by(stored.c.position)
    return (dict(row) for row in session.execute(statement).mappings())
