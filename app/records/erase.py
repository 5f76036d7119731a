"""How a record is taken down for good: its whole history goes, and only a reason stays."""

from collections import defaultdict
from collections.abc import Container, Iterator
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, cast, delete, select, update
from sqlalchemy.orm import Session

from app.models import Change, Tombstone, Version
from app.records.current import current, existing
from app.records.kinds import Kind, kind_named
from app.records.log import Done, Why, log
from app.records.read_model.lists import drop_unused_terms
from app.records.referring import columns_naming, named
from app.records.removal import bury, refuse_if_needed

Key = tuple[str, str]
"""The kind and the id of a record."""


class Elsewhere(NamedTuple):
    """What another database has to say of what is erased there."""

    version: int | None = None
    """In which the record is gone there."""
    told: Container[Key] = ()
    """Of which other records it says itself what became of them."""


def erase(
    session: Session,
    kind: Kind,
    record_id: str,
    why: Why,
    there: Elsewhere | None = None,
) -> list[str]:
    """Erase a record, deleted before or not, with what was merged into it.

    It is gone in the version that another database has given, and else in the next one.

    Earlier versions of other records that name it are replaced by what those say now; of deleted
    ones the history goes as well. Of these others it gives the names.

    Raises:
        NotFound, Merged: there is none with this id, or it is part of another record, which can
            be erased with all that was merged into it.
        Gone: it was erased before.
        Refused: other records refer to it.
    """
    stone = session.get(Tombstone, (kind.name, record_id))
    if stone is None or stone.into_id or stone.erased:
        existing(session, kind, record_id)
        refuse_if_needed(session, kind, record_id)
        stone = bury(session, kind, record_id, why)
    version, told = there or Elsewhere()
    others: set[str] = set()
    for one in [stone, *_merged_into(session, stone, told)]:
        _take_down(session, one, why, version if one is stone else None)
        others.update(_forget_in_others(session, kind, one.record_id, why, told))
    # The words of what is no more would stay as terms that no meeting has.
    drop_unused_terms(session)
    return sorted(others)


def _merged_into(session: Session, stone: Tombstone, told: Container[Key]) -> list[Tombstone]:
    into_it = (Tombstone.type == stone.type) & (Tombstone.into_id == stone.record_id)
    found = session.scalars(select(Tombstone).where(into_it))
    return [one for one in found if (one.type, one.record_id) not in told]


def _take_down(session: Session, stone: Tombstone, why: Why, version: int | None = None) -> None:
    """Leave of a record only that it was erased: not even where it led."""
    stone.version, stone.deleted_at = version or stone.version + 1, why.at
    stone.reason, stone.erased, stone.into_id = why.reason, True, None
    _forget(session, stone.type, stone.record_id, why)
    log(session, [Done(kind_named(stone.type), stone.record_id, stone.version, "delete")], why)


def _forget(
    session: Session, kind: str, record_id: str, why: Why, *which: ColumnElement[bool]
) -> None:
    """Leave of what happened to a record, or of which of it, only that something did."""
    mine = (Version.type == kind, Version.record_id == record_id)
    session.execute(delete(Version).where(*mine))
    changes = update(Change).where(Change.type == kind, Change.record_id == record_id, *which)
    session.execute(changes.values(operation="delete", into_id=None, reason=why.reason))


def _forget_in_others(
    session: Session, kind: Kind, record_id: str, why: Why, told: Container[Key]
) -> Iterator[str]:
    versions_of: defaultdict[tuple[Kind, str], set[int]] = defaultdict(set)
    for one, version in _naming(session, kind, record_id):
        versions_of[one, version[0]].add(version[1])
    for (one, other), versions in versions_of.items():
        yield f"{one.name} {other}"
        if now := current(session, one, [other]).get(other):
            here = (Version.type == one.name, Version.record_id == other)
            written = update(Version).where(*here, Version.version.in_(versions))
            session.execute(written.values(record=now.model_dump(mode="json")))
        elif (one.name, other) in told:
            _forget(session, one.name, other, why, Change.operation == "upsert")
        else:
            stone = session.get_one(Tombstone, (one.name, other))
            for gone in [stone, *_merged_into(session, stone, told)]:
                _take_down(session, gone, why)
                yield f"{one.name} {gone.record_id}"


def _naming(session: Session, kind: Kind, record_id: str) -> Iterator[tuple[Kind, tuple[str, int]]]:
    """Find the versions of other records that name this one."""
    for column in columns_naming(kind):
        like = cast(Version.record, String).contains(f'"{record_id}"', autoescape=True)
        found = session.execute(
            select(Version.record_id, Version.version, Version.record).where(
                Version.type == column.kind.name, like
            )
        )
        for one, version, record in found:
            if record_id in named(record, column.member):
                yield column.kind, (one, version)
