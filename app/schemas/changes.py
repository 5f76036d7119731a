"""The feed of changes: what happened to records, in the order in which it happened."""

from typing import Annotated, Any, get_args

from pydantic import Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from app.enumerations import RecordType
from app.schemas.filters import Question
from app.schemas.history import Deed, Subject
from app.schemas.names import Shape
from app.schemas.questions import MOST_RECORDS
from app.schemas.scalars import Number

Token = Annotated[str, StringConstraints(min_length=1, max_length=400)] | SkipJsonSchema[None]


class ChangesQuestion(Question):
    """Where to go on in the feed."""

    since: Token = Field(
        default=None,
        description="The `next_since` of the last answer; the feed begins at the beginning without"
        " it.",
    )
    type: list[RecordType] = Field(
        default=[],
        max_length=len(get_args(RecordType)),
        description="Only changes of these kinds of record; of all kinds if left out.",
    )
    limit: Number = Field(default=100, ge=1, le=MOST_RECORDS, description="Changes in an answer.")


class Numbered(Shape):
    """Where in the feed something stands."""

    seq: int = Field(ge=1, description="Numbers all changes, without a gap.")


class Change(Deed, Subject, Numbered):
    """One change of one record."""

    record: dict[str, Any] | None = Field(
        description="With `upsert`, the record as this change wrote it, in the shape in which it is"
        " written, with its `version`; else null."
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
