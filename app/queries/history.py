"""What happened to one record, and what it was like in each version."""

from collections.abc import Iterable, Iterator
from typing import Any, NoReturn

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.errors import NoSuchVersion
from app.models import Change, Tombstone, Version
from app.queries.differences import differences
from app.queries.known import explain_absence
from app.queries.state import state
from app.records.current import look_for_tombstone
from app.records.kinds import Kind
from app.schemas.history import Difference, History, HistoryEntry, RecordVersion, VersionLinks


def history(session: Session, kind: Kind, record_id: str) -> History:
    """Tell what happened to a record, whatever became of it, the newest first.

    Raises:
        NotFound: there never was one with this id.
        Gone: it was erased, and its history with it.
    """
    _refuse_erased(session, kind, record_id)
    rows = session.execute(_written(kind, record_id).order_by(Change.version)).all()
    if not rows:
        explain_absence(session, kind.name, record_id)
    path = f"/v1/{kind.plural}/{record_id}/history"
    entries = [
        HistoryEntry(
            **deed(change), changes=changes, links=VersionLinks(self=f"{path}/{change.version}")
        )
        for change, changes in _compared(rows)
    ]
    return History(data=entries[::-1], revision=state(session).revision)


def version(session: Session, kind: Kind, record_id: str, number: int) -> RecordVersion:
    """Give a record as one write left it.

    Raises:
        NotFound: there never was one with this id.
        Gone: it was erased, and its history with it.
        NoSuchVersion: it never had this one; the error names those that it had.
    """
    _refuse_erased(session, kind, record_id)
    found = session.execute(_written(kind, record_id).where(Change.version == number)).first()
    if found is None:
        _explain(session, kind, record_id, number)
    change, record = found
    return RecordVersion(**deed(change), type=change.type, id=record_id, record=record)


def with_records() -> Select[*tuple[Any, ...]]:
    """Select changes, each with the record that it wrote, if it wrote one."""
    same = (Version.type == Change.type) & (Version.record_id == Change.record_id)
    same &= Version.version == Change.version
    return select(Change, Version.record).outerjoin(Version, same)


def deed(change: Change) -> dict[str, Any]:
    """Give what is told of every change."""
    return {
        "version": change.version,
        "op": change.operation,
        "into": change.into_id,
        "made_at": change.made_at,
        "made_by": change.made_by,
        "reason": change.reason,
    }


def _written(kind: Kind, record_id: str) -> Select[*tuple[Any, ...]]:
    return with_records().where(Change.type == kind.name, Change.record_id == record_id)


def _refuse_erased(session: Session, kind: Kind, record_id: str) -> None:
    stone = session.get(Tombstone, (kind.name, record_id))
    if stone and stone.erased:
        look_for_tombstone(session, kind.name, record_id)


def _explain(session: Session, kind: Kind, record_id: str, number: int) -> NoReturn:
    mine = (Change.type == kind.name, Change.record_id == record_id)
    numbers = select(func.min(Change.version), func.max(Change.version)).where(*mine)
    first, last = session.execute(numbers).one()
    if first is None:
        explain_absence(session, kind.name, record_id)
    raise NoSuchVersion(kind.name, record_id, number, (first, last))


def _compared(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[tuple[Change, list[Difference]]]:
    """Compare each record with the one that was written before it."""
    before: dict[str, Any] | None = None
    for change, record in rows:
        yield change, differences(before, record) if before and record else []
        before = record or before
