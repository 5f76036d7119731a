"""What must hold between records before they are stored: unique ids, references that lead on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Flaw, InvalidRecords
from app.models import Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.incoming import Incoming
from app.records.kinds import exclusive, table
from app.records.references import dangling, fate


def check(session: Session, incoming: Sequence[Incoming]) -> None:
    """Make sure that these records can be stored together.

    Raises:
        InvalidRecords: an id or another unique value occurs twice, or a reference leads nowhere;
            all such faults at once.
    """
    faults = [
        *_repeated(incoming),
        *_taken(session, incoming),
        *_buried(session, incoming),
        *dangling(session, incoming),
    ]
    if faults:
        raise InvalidRecords(faults)


def _repeated(incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    counted = Counter((one.kind.name, one.id) for one in incoming)
    for one in incoming:
        if counted[one.kind.name, one.id] > 1:
            what = f"“{one.id}” is used by more than one {one.kind.name}"
            yield Flaw(one.origin, ("id",), what, code="repeated_id")


def _taken(session: Session, incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    """Find values that no two records may share, and that one has."""
    for kind in {one.kind for one in incoming}:
        own = table(kind.model)
        mine = {one.id: one for one in incoming if one.kind is kind}
        for column in exclusive(kind):
            stored = select(column, own.c.id).where(own.c.id.not_in(mine) & column.is_not(None))
            holders: dict[Any, str] = dict(session.execute(stored).all()) if mine else {}
            for one in mine.values():
                value = one.rows.own[column.name]
                holder = holders.setdefault(value, one.id)
                if value is not None and holder != one.id:
                    what = f"“{value}” is that of {kind.name} {holder}"
                    yield Flaw(one.origin, (column.name,), what)


def _buried(session: Session, incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    """Find ids of records that are no more: only the same record may be brought back."""
    for kind in {one.kind for one in incoming}:
        mine = {one.id: one for one in incoming if one.kind is kind}
        for some in chunks(sorted(mine)):
            of_some = (Tombstone.type == kind.name, among(Tombstone.record_id, some))
            for stone in session.scalars(select(Tombstone).where(*of_some)):
                one = mine[stone.record_id]
                if stone.erased or stone.into_id or not one.may_follow(stone.version):
                    yield Flaw(one.origin, ("id",), _epitaph(stone), stone.into_id, "deleted_id")


def _epitaph(stone: Tombstone) -> str:
    return fate(stone) + ("" if stone.into_id else "; its id is never given again")
