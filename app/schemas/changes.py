"""The feed of changes: what happened to records, in the order in which it happened."""

from typing import Annotated, Any, get_args

from pydantic import AwareDatetime, Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from app.enumerations import RecordType
from app.limits import FEWEST_RECORDS
from app.schemas.filters import Question
from app.schemas.history import Deed, Subject
from app.schemas.names import Shape
from app.schemas.scalars import PageSize

Token = Annotated[str, StringConstraints(min_length=1, max_length=400)] | SkipJsonSchema[None]


class RecordsQuestion(Question):
    """Which kinds of record are meant."""

    type: list[RecordType] = Field(
        default=[],
        max_length=len(get_args(RecordType)),
        description="Only these kinds of record; all kinds if left out.",
    )


class ChangesQuestion(RecordsQuestion):
    """Where to go on in the feed."""

    since: Token = Field(
        default=None,
        description="The `next_since` of the last answer; the feed begins at the beginning without"
        " it.",
    )
    limit: PageSize = Field(default=FEWEST_RECORDS, description="Changes in an answer.")


class Numbered(Shape):
    """Where in the feed something stands."""

    seq: int = Field(ge=1, description="Numbers all changes, without a gap.")


class Left(Shape):
    """What is left of a record, as an export has it."""

    into: str | None = Field(description="The record that it was merged into; null if deleted.")
    version: int = Field(ge=1, description="One more than the last that could be read.")
    deleted_at: AwareDatetime
    reason: str
    erased: bool = Field(description="Whether its history is gone as well, for good.")


class Change(Deed, Subject, Numbered):
    """One change of one record."""

    record: dict[str, Any] | None = Field(
        description="With `upsert`, the record as this change wrote it, in the shape in which it is"
        " written, with its `version` and `updated_at`; else null."
    )
    tombstone: Left | None = Field(
        description="With `delete` and `merge`, what is left of the record; null where something"
        " came after, which is further on in the feed."
    )


class Changes(Shape):
    """Changes in the order in which they were made, and where to go on."""

    data: list[Change]
    next_since: str = Field(
        description="What to ask for as `since` next, also where nothing is new: good for this"
        " database only."
    )
    more: bool = Field(description="Whether there is more to read now, even if `data` is empty.")
    revision: int = Field(description="The `seq` of the last change when this was read.")
