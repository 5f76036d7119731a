"""What must hold between records before they are stored: unique ids, references that lead on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.errors import InvalidRecords
from app.models import Base, Region, Theme
from app.records.chunks import chunks
from app.records.kinds import KINDS, Kind, table
from app.records.rows import Row, Rows
from app.schemas.names import Supplied
from app.spelling import nearest


@dataclass(frozen=True)
class Incoming:
    """A record that is to be stored, and where it comes from, for messages."""

    kind: Kind
    record: Supplied
    origin: str

    @property
    def id(self) -> str:
        """The id of the record."""
        return str(self.record.id)  # type: ignore[attr-defined]  # every record shape has one

    @cached_property
    def rows(self) -> Rows:
        """The rows that it becomes."""
        return self.kind.rows(self.record)


class ForeignKey(NamedTuple):
    """A column that names a record, the member that it comes from, and where the record is."""

    column: str
    member: str
    table: Table


class Reference(NamedTuple):
    """That a member of a record names another record."""

    origin: str
    member: str
    key: ForeignKey
    id: str


def check(session: Session, incoming: Sequence[Incoming]) -> None:
    """Make sure that these records can be stored together.

    Raises:
        InvalidRecords: an id or another unique value occurs twice, or a reference leads nowhere;
            all such faults at once.
    """
    faults = [
        *_repeated(incoming),
        *_taken(session, incoming),
        *_dangling(session, incoming),
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
                raise InvalidRecords([f"{one.origin}: parent: the parents run in a circle"])
            if levels is not None and len(above) >= levels:
                raise InvalidRecords([f"{one.origin}: parent: {above[0]} is a sub-region itself"])


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


def _repeated(incoming: Sequence[Incoming]) -> Iterator[str]:
    counted = Counter((one.kind.name, one.id) for one in incoming)
    for one in incoming:
        if counted[one.kind.name, one.id] > 1:
            yield f"{one.origin}: id: “{one.id}” is used by more than one {one.kind.name}"


def _taken(session: Session, incoming: Sequence[Incoming]) -> Iterator[str]:
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
                    yield f"{one.origin}: {column.name}: “{value}” is that of {kind.name} {holder}"


def _dangling(session: Session, incoming: Sequence[Incoming]) -> Iterator[str]:
    given: defaultdict[Table, set[str]] = defaultdict(set)
    for one in incoming:
        given[table(one.kind.model)].add(one.id)
    references = [found for one in incoming for found in _references(one)]
    stored = _stored(session, references)
    for reference in references:
        here = reference.key.table
        if reference.id not in given[here] and reference.id not in stored[here]:
            yield _message(session, reference, given[here])


def _references(one: Incoming) -> Iterator[Reference]:
    """Find the references of a record by the foreign keys of its tables."""
    yield from _in_row(one, one.kind.model, one.rows.own, "")
    for part in one.kind.parts:
        for row in one.rows.parts[part.model]:
            yield from _in_row(one, part.model, row, f"{part.member}.", part.owner)


def _in_row(
    one: Incoming, model: type[Base], row: Row, path: str, owner: str | None = None
) -> Iterator[Reference]:
    for key in _keys(model):
        value = row.get(key.column)
        if value is not None and key.column != owner:
            yield Reference(one.origin, path + key.member, key, value)


@cache
def _keys(model: type[Base]) -> list[ForeignKey]:
    return [
        ForeignKey(
            column.name,
            column.info.get("member", column.name.removesuffix("_id")),
            key.column.table,
        )
        for column in table(model).columns
        for key in column.foreign_keys
    ]


def _stored(session: Session, references: Iterable[Reference]) -> defaultdict[Table, set[str]]:
    wanted: defaultdict[Table, set[str]] = defaultdict(set)
    for reference in references:
        wanted[reference.key.table].add(reference.id)
    found: defaultdict[Table, set[str]] = defaultdict(set)
    for target, ids in wanted.items():
        for some in chunks(sorted(ids)):
            known = session.scalars(select(target.c.id).where(target.c.id.in_(some)))
            found[target].update(known)
    return found


def _message(session: Session, reference: Reference, known: set[str]) -> str:
    kind = next(kind for kind in KINDS if kind.model.__tablename__ == reference.key.table.name)
    stored = session.scalars(select(reference.key.table.c.id))
    near = nearest(reference.id, known.union(stored))
    hint = f"; did you mean {near}?" if near else ""
    return f"{reference.origin}: {reference.member}: there is no {kind.name} “{reference.id}”{hint}"
