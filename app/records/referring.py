"""Which records name another one, as the foreign keys of their tables tell."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Base
from app.records.kinds import KINDS, Kind, table
from app.records.references import keys


class Referring(NamedTuple):
    """A column that may name a record: of which kind, in which table, under which member."""

    kind: Kind
    model: type[Base]
    owner: str
    column: str
    member: tuple[str, ...]
    """Where the id stands in the record; a list on the way means each of its items."""


def columns_naming(kind: Kind) -> Iterator[Referring]:
    """Give every column that may name a record of this kind."""
    target = table(kind.model)
    for one in KINDS:
        tables = [(one.model, "id", ()), *((p.model, p.owner, (p.member,)) for p in one.parts)]
        for model, owner, path in tables:
            for key in keys(model):
                if key.table is target and key.column != owner:
                    member = (*path, *key.member.split("."))
                    yield Referring(one, model, owner, key.column, member)


def referring(session: Session, kind: Kind, record_id: str) -> dict[Kind, set[str]]:
    """Name the records that refer to this one."""
    found: dict[Kind, set[str]] = {}
    for one in columns_naming(kind):
        own: Any = table(one.model)
        # An alias or a citation belongs to a record of one kind among several.
        ids = select(own.c[one.owner]).where(
            own.c[one.column] == record_id, own.c[one.owner].is_not(None)
        )
        if some := set(session.scalars(ids)):
            found[one.kind] = found.get(one.kind, set()) | some
    return found


def named(value: Any, member: Sequence[str]) -> list[Any]:
    """Give the ids that stand under a member; a list on the way means each of its items."""
    if isinstance(value, list):
        return [found for item in value for found in named(item, member)]
    if not member:
        return [value]
    return named(value.get(member[0]), member[1:]) if isinstance(value, dict) else []
