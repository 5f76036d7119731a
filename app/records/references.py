"""Which records a record names, and what is the matter with those that are not there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.errors import Flaw
from app.models import Base, Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.incoming import Incoming
from app.records.kinds import KINDS, table
from app.records.rows import Row
from app.spelling import nearest

_MOST_SUGGESTIONS = 100


class ForeignKey(NamedTuple):
    """A column that names a record, the member that it comes from, and where the record is."""

    column: str
    member: str
    table: Table


class Reference(NamedTuple):
    """That a member of a record names another record."""

    origin: str
    member: tuple[str | int, ...]
    key: ForeignKey
    id: str


def dangling(session: Session, incoming: Sequence[Incoming]) -> Iterator[Flaw]:
    """Find references that lead neither to what is stored nor to what is to be."""
    given: defaultdict[Table, set[str]] = defaultdict(set)
    for one in incoming:
        given[table(one.kind.model)].add(one.id)
    missing = _missing(session, _named(incoming), given)
    if not any(missing.values()):
        return
    absent = _Absent(session, given)
    for reference in (found for one in incoming for found in _references(one)):
        here = reference.key.table
        if reference.id in missing[here]:
            yield absent.flaw(reference)


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
        for number, row in enumerate(one.rows.parts[part.model]):
            yield from _in_row(one, part.model, row, (part.member, number), part.owner)


def _in_row(
    one: Incoming,
    model: type[Base],
    row: Row,
    path: tuple[str | int, ...] = (),
    owner: str | None = None,
) -> Iterator[Reference]:
    for key in keys(model):
        value = row.get(key.column)
        if value is not None and key.column != owner:
            yield Reference(one.origin, (*path, *key.member.split(".")), key, value)


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


class _Absent:
    """Says what became of records that are not there, or which one may have been meant.

    It does so of so many that it takes no time.
    """

    def __init__(self, session: Session, given: Mapping[Table, set[str]]) -> None:
        self._session = session
        self._given = given
        self._known: dict[Table, set[str]] = {}
        self._found: dict[tuple[Table, str], tuple[str, str | None]] = {}

    def flaw(self, reference: Reference) -> Flaw:
        """Say that a reference leads nowhere."""
        target = reference.key.table
        kind = next(kind for kind in KINDS if kind.model.__tablename__ == target.name)
        key = (target, reference.id)
        if key not in self._found and len(self._found) < _MOST_SUGGESTIONS:
            stone = self._session.get(Tombstone, (kind.name, reference.id))
            gone = stone and (f": {fate(stone)}", stone.into_id)
            self._found[key] = gone or self._near(target, reference.id)
        hint, meant = self._found.get(key, ("", None))
        what = f"there is no {kind.name} “{reference.id}”{hint}"
        absent = (kind.name, reference.id)
        return Flaw(reference.origin, reference.member, what, meant, "unknown_value", absent)

    def _near(self, target: Table, record_id: str) -> tuple[str, str | None]:
        if target not in self._known:
            stored = self._session.scalars(select(target.c.id))
            self._known[target] = self._given.get(target, set()).union(stored)
        near = nearest(record_id, self._known[target])
        return (f"; did you mean {near}?", near) if near else ("", None)


def fate(stone: Tombstone) -> str:
    """Say what became of a record that is no more."""
    if stone.into_id:
        return f"“{stone.record_id}” was merged into “{stone.into_id}”"
    return f"“{stone.record_id}” was {'erased' if stone.erased else 'deleted'} ({stone.reason})"
