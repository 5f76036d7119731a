"""What happened to one record: its versions, and what each of them changed."""

from typing import Any

from pydantic import AwareDatetime, Field

from app.enumerations import Operation, RecordType
from app.schemas.listing import Collection
from app.schemas.names import Shape


class Subject(Shape):
    """Which record something happened to."""

    type: RecordType
    id: str


class Deed(Shape):
    """Which version something made of a record: when, by whom, and for what reason."""

    version: int = Field(ge=1, description="The one that came of it; a record's first is mostly 1.")
    op: Operation = Field(
        description="The record was created, changed or restored (`upsert`), deleted (`delete`), or"
        " merged into another (`merge`)."
    )
    into: str | None = Field(
        description="With `merge`, the id of the record that it is part of; else null."
    )
    made_at: AwareDatetime = Field(description="When, in UTC.")
    made_by: str | None = Field(
        description="The name of the key that wrote it; null for who runs this database."
    )
    reason: str = Field(description="Why, in the words of who did it.")


class Difference(Shape):
    """A member of a record that is not as it was."""

    pointer: str = Field(
        description="A JSON pointer into the record. What is new in a list stands there now, what"
        " is gone from it stood there before."
    )
    before: Any = Field(description="Null where there was nothing.")
    after: Any = Field(description="Null where there is nothing any more.")


class VersionLinks(Shape):
    """Where a version leads, as an absolute path."""

    self: str = Field(description="This version, with the record as it was.")


class HistoryEntry(Deed):
    """A version, and how it differs from what was written before."""

    changes: list[Difference] = Field(
        description="Member by member, and participants by their order; of other lists what was"
        " added and what was removed. Empty for a first version, a deletion and a merge."
    )
    links: VersionLinks


class History(Collection[HistoryEntry]):
    """What happened to a record, the newest first."""


class RecordVersion(Deed, Subject):
    """A record as one write left it."""

    record: dict[str, Any] | None = Field(
        description="In the shape in which it is written, so that a PUT of it restores this"
        " version; null for a deletion and a merge."
    )
