"""How records of another database follow what was merged into other records here."""

from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Tombstone
from app.records.kinds import KINDS, Kind
from app.records.merge import members, redirect
from app.records.referring import named


class Redirects:
    """Where the ids lead that were merged away here, and that another database may still use."""

    def __init__(self, session: Session) -> None:
        columns = (Tombstone.type, Tombstone.record_id, Tombstone.into_id)
        found = session.execute(select(*columns).where(Tombstone.into_id.is_not(None)))
        self._into: dict[tuple[str, str], Any] = {(kind, one): into for kind, one, into in found}

    def follow(self, kind: Kind, record: dict[str, Any]) -> None:
        """Let a record refer to what others became part of, as those do that a merge has met."""
        for of, member in _references(kind) if self._into else ():
            for old in named(record, member):
                if old != (new := self.end(of, old)):
                    redirect(record, member, old, new)

    def end(self, kind: str, record_id: Any) -> Any:
        """Tell where an id leads in the end; one that leads nowhere else, or is none, is itself."""
        met: set[str] = set()
        while isinstance(record_id, str) and record_id not in met:
            met.add(record_id)
            record_id = self._into.get((kind, record_id), record_id)
        return record_id


@cache
def _references(of: Kind) -> list[tuple[str, tuple[str, ...]]]:
    return [(kind.name, member) for kind in KINDS for member in members(kind, of)]
