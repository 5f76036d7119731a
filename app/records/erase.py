"""How a record is taken down for good: its whole history goes, and only a reason stays."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import String, cast, delete, select, update
from sqlalchemy.orm import Session

from app.models import Change, Term, Tombstone, Version
from app.records.current import current, existing
from app.records.kinds import Kind, kind_named
from app.records.log import Done, Why, log
from app.records.referring import columns_naming
from app.records.removal import bury, refuse_if_needed


def erase(
    session: Session, kind: Kind, record_id: str, why: Why, version: int | None = None
) -> list[str]:
    """Erase a record, deleted before or not, with what was merged into it.

    It is gone in this version, where another database has given that, and else in the next one.

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
    others: set[str] = set()
    for one in [stone, *_merged_into(session, stone)]:
        _take_down(session, one, why, version if one is stone else None)
        others.update(_forget_in_others(session, kind, one.record_id, why))
    # The words of what is no more would stay as terms that no meeting has.
    session.execute(delete(Term).where(Term.meetings == 0))
    return sorted(others)


def _merged_into(session: Session, stone: Tombstone) -> Sequence[Tombstone]:
    into_it = (Tombstone.type == stone.type) & (Tombstone.into_id == stone.record_id)
    return session.scalars(select(Tombstone).where(into_it)).all()


def _take_down(session: Session, stone: Tombstone, why: Why, version: int | None = None) -> None:
    """Leave of a record only that it was erased: not even where it led."""
    stone.version, stone.deleted_at = version or stone.version + 1, why.at
    stone.reason, stone.erased, stone.into_id = why.reason, True, None
    _forget(session, stone.type, stone.record_id, why)
    log(session, [Done(kind_named(stone.type), stone.record_id, stone.version, "delete")], why)


def _forget(session: Session, kind: str, record_id: str, why: Why) -> None:
    """Leave of what happened to a record only that something did."""
    mine = (Version.type == kind, Version.record_id == record_id)
    session.execute(delete(Version).where(*mine))
    changes = update(Change).where(Change.type == kind, Change.record_id == record_id)
    session.execute(changes.values(operation="delete", into_id=None, reason=why.reason))


def _forget_in_others(session: Session, kind: Kind, record_id: str, why: Why) -> Iterator[str]:
    for one, version in set(_naming(session, kind, record_id)):
        yield f"{one.name} {version[0]}"
        now = current(session, one, [version[0]]).get(version[0])
        if now is None:
            stone = session.get_one(Tombstone, (one.name, version[0]))
            for gone in [stone, *_merged_into(session, stone)]:
                _take_down(session, gone, why)
                yield f"{one.name} {gone.record_id}"
            continue
        here = (Version.type == one.name, Version.record_id == version[0])
        written = update(Version).where(*here, Version.version == version[1])
        session.execute(written.values(record=now.model_dump(mode="json")))


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
            if record_id in _values(record, column.member):
                yield column.kind, (one, version)


def _values(value: Any, member: Sequence[str]) -> list[Any]:
    """Give what stands under a member; a list on the way means each of its items."""
    if isinstance(value, list):
        return [found for item in value for found in _values(item, member)]
    if not member:
        return [value]
    return _values(value.get(member[0]), member[1:]) if isinstance(value, dict) else []
