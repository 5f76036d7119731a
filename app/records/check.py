"""What must hold between records before they are stored: unique ids, references that lead on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Flaw, InvalidRecords
from app.models import Region, Theme, Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.incoming import Incoming
from app.records.kinds import table
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


def check_trees(session: Session, incoming: Sequence[Incoming]) -> None:
    """Make sure that these themes and regions, already written, stand in trees.

    Raises:
        InvalidRecords: one is, over some steps, above itself, or a region is on a third level:
            M49 has regions and sub-regions.
    """
    for kind, model, levels in (("region", Region, 2), ("theme", Theme, None)):
        mine = [one for one in incoming if one.kind.name == kind]
        parents = dict(session.execute(select(model.id, model.parent_id)).all()) if mine else {}
        for one in mine:
            above = _above(one.id, parents)
            if above is None:
                raise InvalidRecords([_parent(one, "the parents run in a circle")])
            if levels is not None and len(above) >= levels:
                raise InvalidRecords([_parent(one, f"{above[0]} is a sub-region itself")])


def _parent(one: Incoming, what: str) -> Flaw:
    return Flaw(one.origin, ("parent",), what)


def _above(record_id: str, parents: dict[str, str | None]) -> list[str] | None:
    """List what is above a record, the nearest first, or None if it never ends."""
    above: list[str] = []
    parent = parents[record_id]
    while parent is not None:
        if parent in above:
            return None
        above.append(parent)
        parent = parents[parent]
    return above


def _repeated(incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    counted = Counter((one.kind.name, one.id) for one in incoming)
    for one in incoming:
        if counted[one.kind.name, one.id] > 1:
            what = f"“{one.id}” is used by more than one {one.kind.name}"
            yield Flaw(one.origin, ("id",), what, code="repeated_id")


def _taken(session: Session, incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    """Find values that no two records may share, such as a country's alpha-3 code."""
    for kind in {one.kind for one in incoming}:
        own = table(kind.model)
        mine = {one.id: one for one in incoming if one.kind is kind}
        for column in (column for column in own.columns if column.unique):
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
