"""What is wrong with the database, if anything: each finding is a sentence, and what mends it."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ForeignKey, Table, except_, exists, func, select
from sqlalchemy.orm import Session

from app.errors import Finding, Remedy
from app.models import Base, Change, Tombstone, Version
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import KINDS, Kind, table
from app.records.log import last_seq
from app.records.read_model.stale import stale
from app.records.trees import too_deep
from app.records.whole import check_whole, row_name, unreadable
from app.records.write import stored
from app.schemas.event import EventRecord
from app.schemas.meeting import MeetingRecord
from app.schemas.theme import MOST_LEVELS


def audit(session: Session) -> Iterator[Finding]:
    """Compare what is stored with what must hold.

    Raises:
        DatabaseNotReady: something is missing without which nothing can be compared.
    """
    check_whole(session)
    dangling = [Finding(what, Remedy.RESTORE) for what in _dangling(session)]
    yield from dangling
    try:
        yield from _compared(session)
    except (LookupError, TypeError, ValueError):
        # Where every value can be read and every reference leads on, the fault is ours.
        found = list(unreadable(session))
        if not found and not dangling:
            raise
        yield from found


def _compared(session: Session) -> Iterator[Finding]:
    for what in _gaps(session):
        yield Finding(what, Remedy.RESTORE)
    for kind in KINDS:
        missing = _without_version(session, kind)
        for record_id, version in sorted(missing):
            yield _no_version(kind, record_id, version)
        for what in (*_unmatched(session, kind), *_tombstones(session, kind)):
            yield Finding(what, Remedy.RESTORE)
        yield from _records(session, kind, missing)
    for theme, level in too_deep(session).items():
        what = f"theme {theme}: is on level {level}, and no Parley takes in more than {MOST_LEVELS}"
        yield Finding(what, Remedy.RAISE)
    for what in stale(session):
        yield Finding(what, Remedy.REBUILD)


def _dangling(session: Session) -> Iterator[str]:
    """Find references that lead nowhere; SQLite enforces them only for those who ask it to."""
    for one in Base.metadata.sorted_tables:
        for key in one.foreign_keys:
            for *row, value in session.execute(_leading_nowhere(one, key)):
                where = f"{row_name(one, row)}: {key.parent.name}"
                yield f"{where} “{value}” is not in {key.column.table.name}"


def _leading_nowhere(one: Table, key: ForeignKey) -> Any:
    target = key.column.table.alias()
    found = exists().where(target.c[key.column.name] == key.parent)
    return select(*one.primary_key, key.parent).where(key.parent.is_not(None) & ~found)


def _gaps(session: Session) -> Iterator[str]:
    revision = last_seq(session)
    first, last, number = session.execute(
        select(func.min(Change.seq), func.max(Change.seq), func.count())
    ).one()
    if (first or 1, last or 0, number) != (1, revision, revision):
        yield f"changes: {number}, from {first} to {last}, where the revision is {revision}"


def _without_version(session: Session, kind: Kind) -> set[tuple[str, int]]:
    written = _changes(kind).where(Change.operation == "upsert")
    return {(*row,) for row in session.execute(except_(written, _versions(kind)))}


def _unmatched(session: Session, kind: Kind) -> Iterator[str]:
    """Find versions that no change made, and records of which only the history is left."""
    for record_id, version in sorted(session.execute(except_(_versions(kind), _changes(kind)))):
        yield f"{kind.name} {record_id}: no change made its version {version}"
    for ids in chunks(session.scalars(_not_stored(kind)).all()):
        changes = select(Change.record_id, Change.operation).where(
            Change.type == kind.name, among(Change.record_id, ids)
        )
        newest = dict(session.execute(changes.order_by(Change.seq)).all())
        for record_id in ids:
            if newest.get(record_id, "upsert") == "upsert":
                yield f"{kind.name} {record_id}: is in the history and not stored"


def _tombstones(session: Session, kind: Kind) -> Iterator[str]:
    """Find what is stored in spite of a tombstone, removed without one, or erased with a trace."""
    own = table(kind.model)
    stones = select(Tombstone.record_id).where(Tombstone.type == kind.name)
    for record_id in session.scalars(select(own.c.id).where(own.c.id.in_(stones))):
        yield f"{kind.name} {record_id}: is stored and has a tombstone"
    removed = select(Change.record_id).where(
        Change.type == kind.name,
        Change.operation != "upsert",
        Change.record_id.not_in(stones),
        Change.record_id.not_in(select(own.c.id)),
    )
    for record_id in session.scalars(removed.distinct()):
        yield f"{kind.name} {record_id}: was removed and has no tombstone"
    led = stones.where(Tombstone.erased & Tombstone.into_id.is_not(None))
    for record_id in session.scalars(led):
        yield f"{kind.name} {record_id}: was erased and leads to another record"


def _changes(kind: Kind) -> Any:
    return select(Change.record_id, Change.version).where(Change.type == kind.name)


def _versions(kind: Kind) -> Any:
    return select(Version.record_id, Version.version).where(Version.type == kind.name)


def _not_stored(kind: Kind) -> Any:
    here = table(kind.model).c.id == Version.record_id
    return (
        select(Version.record_id)
        .where(Version.type == kind.name, ~exists().where(here))
        .distinct()
        .order_by(Version.record_id)
    )


def _no_version(kind: Kind, record_id: str, version: int) -> Finding:
    what = f"{kind.name} {record_id}: version {version} is not in the history"
    return Finding(what, Remedy.RESTORE)


def _records(
    session: Session, kind: Kind, missing: Collection[tuple[str, int]]
) -> Iterator[Finding]:
    """Find records that are not what their newest version says, and facts without a source."""
    for ids in chunks(session.scalars(select(table(kind.model).c.id)).all()):
        rows, versions = stored(session, kind, ids)
        newest = dict(session.execute(_newest(kind, ids)).all())
        for record_id in ids:
            if record_id in newest:
                yield from _record(kind, record_id, newest[record_id], rows[record_id])
            elif (record_id, versions[record_id]) not in missing:
                yield _no_version(kind, record_id, versions[record_id])


def _newest(kind: Kind, ids: Sequence[str]) -> Any:
    own = table(kind.model)
    is_stored = (own.c.id == Version.record_id) & (own.c.version == Version.version)
    return (
        select(Version.record_id, Version.record)
        .join(own, is_stored)
        .where(Version.type == kind.name, among(own.c.id, ids))
    )


def _record(kind: Kind, record_id: str, newest: object, rows: object) -> Iterator[Finding]:
    name = f"{kind.name} {record_id}"
    try:
        record = kind.shape.model_validate(newest)
    except ValidationError:
        yield Finding(f"{name}: its newest version is no {kind.name}", Remedy.RESTORE)
        return
    if kind.rows(record) != rows:
        yield Finding(f"{name}: is not what its newest version says", Remedy.SEED)
    elif isinstance(record, MeetingRecord | EventRecord):
        for fact in uncited(record):
            yield Finding(f"{name}: no citation supports its {fact}", Remedy.CITE)


def uncited(record: MeetingRecord | EventRecord) -> list[str]:
    """Name the facts of a meeting or an event that no citation supports and no editor supplied."""
    facts = {name for name in _FACTS if getattr(record, name, None)}
    if record.mode != "unknown":
        facts.add("mode")
    if isinstance(record, MeetingRecord):
        facts |= _stated(record)
    cited = {name for one in record.citations if one.stance == "supports" for name in one.fields}
    return sorted(facts - cited - set(record.supplied))


_FACTS = ("name", "date", "place", "event", "participants")


def _stated(record: MeetingRecord) -> set[str]:
    facts = {
        # What is inferred is the editors'.
        "themes": any(one.basis != "inferred" for one in record.themes),
        "titles": any(one.title_basis in {"stated", "inherited"} for one in record.participants),
        "said": any(one.said for one in record.participants),
    }
    return {name for name, is_there in facts.items() if is_there}
