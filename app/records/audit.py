"""What is wrong with the database, if anything: each finding is a sentence."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from sqlalchemy import ForeignKey, exists, func, select
from sqlalchemy.orm import Session

from app.models import Base, Change, Dataset, Version
from app.records.chunks import chunks
from app.records.kinds import KINDS, Kind, table
from app.records.stale import stale
from app.records.write import stored


def audit(session: Session) -> Iterator[str]:
    """Compare what is stored with what must hold; each finding is a sentence of one line."""
    yield from _dangling(session)
    yield from _gaps(session)
    for kind in KINDS:
        yield from _history(session, kind)
    yield from stale(session)


def _dangling(session: Session) -> Iterator[str]:
    """Find references that lead nowhere; SQLite enforces them only for those who ask it to."""
    for one in Base.metadata.sorted_tables:
        for key in one.foreign_keys:
            for (value,) in session.execute(_leading_nowhere(key)):
                yield f"{one.name}.{key.parent.name}: “{value}” is not in {key.column.table.name}"


def _leading_nowhere(key: ForeignKey) -> Any:
    target = key.column.table.alias()
    found = exists().where(target.c[key.column.name] == key.parent)
    return select(key.parent).where(key.parent.is_not(None) & ~found).distinct()


def _gaps(session: Session) -> Iterator[str]:
    revision = session.scalars(select(Dataset.revision)).one()
    first, last, number = session.execute(
        select(func.min(Change.seq), func.max(Change.seq), func.count())
    ).one()
    if (first or 1, last or 0, number) != (1, revision, revision):
        yield f"changes: {number}, from {first} to {last}, where the revision is {revision}"


def _history(session: Session, kind: Kind) -> Iterator[str]:
    """Find records that are not what their newest version says, and facts without a source."""
    ids = session.scalars(select(table(kind.model).c.id)).all()
    for some in chunks(ids):
        rows, versions = stored(session, kind, some)
        newest = _newest(session, kind, versions)
        for record_id in some:
            record = newest.get(record_id)
            name = f"{kind.name} {record_id}"
            if record is None:
                yield f"{name}: version {versions[record_id]} is not in the history"
            elif _rows(kind, record) != rows[record_id]:
                yield f"{name}: is not what its newest version says"
            else:
                for fact in uncited(record) if "citations" in record else ():
                    yield f"{name}: no citation supports its {fact}"


def _newest(session: Session, kind: Kind, versions: Mapping[str, int]) -> dict[str, Any]:
    found = session.scalars(
        select(Version).where(Version.type == kind.name, Version.record_id.in_(versions))
    )
    return {one.record_id: one.record for one in found if one.version == versions[one.record_id]}


def _rows(kind: Kind, record: Any) -> object:
    try:
        return kind.rows(kind.shape.model_validate(record))
    except ValidationError:
        return None


def uncited(record: Mapping[str, Any]) -> list[str]:
    """Name the facts of a meeting or an event that no citation supports and no editor supplied."""
    parts = record["participants"]
    facts = {name for name in _FACTS if record.get(name)}
    if record["mode"] != "unknown":
        facts.add("mode")
    if any(one.get("title_basis") in {"stated", "inherited"} for one in parts):
        facts.add("titles")
    if any(one.get("said") for one in parts):
        facts.add("said")
    cited = {
        name for one in record["citations"] if one["stance"] == "supports" for name in one["fields"]
    }
    return sorted(facts - cited - set(record["supplied"]))


_FACTS = ("name", "date", "place", "event", "participants", "themes")
