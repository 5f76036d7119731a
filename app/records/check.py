"""What must hold between records before they are stored: unique ids, references that lead on."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.errors import Flaw, InvalidRecords
from app.models import Base, Region, Theme, Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.kinds import KINDS, Kind, Part, table
from app.records.rows import Row, Rows
from app.schemas.names import Supplied, Versioned
from app.spelling import nearest

_MOST_SUGGESTIONS = 100


@dataclass(frozen=True)
class Incoming:
    """A record that is to be stored, and where it comes from, for messages."""

    kind: Kind
    record: Supplied
    origin: str
    kept: Versioned | None = None
    """What another database kept of it: the version, and when that was written."""
    restores: bool = False
    """Whether it brings a deleted record back here; one from another database may have there."""

    @property
    def id(self) -> str:
        """The id of the record."""
        return str(self.record.id)  # type: ignore[attr-defined]  # every record shape has one

    def may_follow(self, deleted: int) -> bool:
        """Tell whether it comes after the version in which the record was deleted."""
        return self.restores or (self.kept is not None and self.kept.version > deleted)

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
    member: tuple[str, ...]
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
        *_buried(session, incoming),
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
    if stone.into_id:
        return f"“{stone.record_id}” was merged into “{stone.into_id}”"
    done = "erased" if stone.erased else "deleted"
    return f"“{stone.record_id}” was {done} ({stone.reason}); its id is never given again"


def _dangling(session: Session, incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    given: defaultdict[Table, set[str]] = defaultdict(set)
    for one in incoming:
        given[table(one.kind.model)].add(one.id)
    missing = _missing(session, _named(incoming), given)
    if not any(missing.values()):
        return
    near = _Nearest(session, given)
    for reference in (found for one in incoming for found in _references(one)):
        here = reference.key.table
        if reference.id in missing[here]:
            yield _flaw(reference, near.to(here, reference.id))


def _named(incoming: Sequence[Incoming]) -> defaultdict[Table, set[str]]:
    """Gather the ids that records name; which member does is asked only if one leads nowhere."""
    found: defaultdict[Table, set[str]] = defaultdict(set)
    for one in incoming:
        for model, rows in ((one.kind.model, [one.rows.own]), *one.rows.parts.items()):
            for key in keys(model):
                found[key.table].update(row[key.column] for row in rows if row.get(key.column))
    return found


def _references(one: Incoming) -> Iterator[Reference]:
    """Find the references of a record by the foreign keys of its tables."""
    yield from _in_row(one, one.kind.model, one.rows.own)
    for part in one.kind.parts:
        for row in one.rows.parts[part.model]:
            yield from _in_row(one, part.model, row, part)


def _in_row(
    one: Incoming, model: type[Base], row: Row, part: Part | None = None
) -> Iterator[Reference]:
    for key in keys(model):
        value = row.get(key.column)
        if value is not None and (part is None or key.column != part.owner):
            member = tuple(key.member.split("."))
            path = (part.member, *member) if part else member
            yield Reference(one.origin, path, key, value)


@cache
def keys(model: type[Base]) -> list[ForeignKey]:
    """List the columns of a table that name other records."""
    return [
        ForeignKey(
            column.name,
            column.info.get("member", column.name.removesuffix("_id")),
            key.column.table,
        )
        for column in table(model).columns
        for key in column.foreign_keys
    ]


def _missing(
    session: Session, named: Mapping[Table, set[str]], given: Mapping[Table, set[str]]
) -> dict[Table, set[str]]:
    missing = {target: ids - given.get(target, set()) for target, ids in named.items()}
    for target, ids in missing.items():
        for some in chunks(sorted(ids)):
            known = select(target.c.id).where(among(target.c.id, some))
            ids.difference_update(session.scalars(known))
    return missing


class _Nearest:
    """Finds which record may have been meant, of so many that it takes no time."""

    def __init__(self, session: Session, given: Mapping[Table, set[str]]) -> None:
        self._session = session
        self._given = given
        self._known: dict[Table, set[str]] = {}
        self._found: dict[tuple[Table, str], str | None] = {}

    def to(self, target: Table, record_id: str) -> str | None:
        """Find the id most like this one."""
        key = (target, record_id)
        if key not in self._found and len(self._found) < _MOST_SUGGESTIONS:
            if target not in self._known:
                stored = self._session.scalars(select(target.c.id))
                self._known[target] = self._given.get(target, set()).union(stored)
            self._found[key] = nearest(record_id, self._known[target])
        return self._found.get(key)


def _flaw(reference: Reference, near: str | None) -> Flaw:
    kind = next(kind for kind in KINDS if kind.model.__tablename__ == reference.key.table.name)
    hint = f"; did you mean {near}?" if near else ""
    what = f"there is no {kind.name} “{reference.id}”{hint}"
    absent = (kind.name, reference.id)
    return Flaw(reference.origin, reference.member, what, near, "unknown_value", absent)
