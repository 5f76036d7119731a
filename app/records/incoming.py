"""What is to be stored: a record, where it comes from, and the rows that it becomes."""

from dataclasses import dataclass
from functools import cached_property

from app.records.kinds import Kind
from app.records.rows import Rows
from app.schemas.names import Supplied, Versioned


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
