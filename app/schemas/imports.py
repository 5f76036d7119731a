"""How an import is asked for, and what it did or would do."""

from typing import Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.schemas.filters import MOST_VALUES, Value
from app.schemas.names import Shape
from app.schemas.scalars import Switch
from app.schemas.writes import WriteQuestion


class ImportQuestion(WriteQuestion):
    """Why records are imported, and how a table of meetings is read."""

    dry_run: Switch = Field(
        default=False, description="Whether only to say what would happen, and to write nothing."
    )
    source: Value | SkipJsonSchema[None] = Field(
        default=None, description="Of CSV: the source of rows that name none.", examples=["gazette"]
    )
    date_format: Value | SkipJsonSchema[None] = Field(
        default=None,
        description="Of CSV: how days are written, in the letters of strptime.",
        examples=["%d.%m.%Y"],
    )
    column: list[Value] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="Of CSV: which column a header stands for, as `FOREIGN=OURS`.",
        examples=["Datum=date"],
    )
    create: list[Literal["theme", "place"]] = Field(
        default=[],
        max_length=2,
        description="Of CSV: what names that are not known make beside people and organizations.",
    )


class Counted(Shape):
    """How many records of one kind were created, changed, and found as they are."""

    created: int
    changed: int
    unchanged: int


class RowFault(Shape):
    """What is wrong with one record or row."""

    origin: str = Field(description="The line.")
    pointer: str = Field(description="The member, as a JSON pointer, or the column of a table.")
    code: str
    message: str
    suggestion: str | None


class Imported(Shape):
    """What an import did, or would do."""

    written: bool = Field(description="Whether the database has it all now; else it is as it was.")
    counts: dict[str, Counted] = Field(description="By the plural of the kind of record.")
    errors: list[RowFault] = Field(description="The first of what is wrong; of a dry run.")
    errors_total: int
    duplicates: list[str] = Field(
        description="The first of the new meetings that may be there already, each as a sentence."
    )
    duplicates_total: int
    revision: int = Field(description="The state of the data afterwards.")
