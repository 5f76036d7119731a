"""How a list is asked for: filters, with an order and a place to begin."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from pydantic.json_schema import SkipJsonSchema

from app.limits import FEWEST_RECORDS
from app.schemas.filters import MeetingFilters, Question
from app.schemas.scalars import PageSize, Switch
from app.schemas.tables import Table

Cursor = (
    Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", max_length=400)]
    | SkipJsonSchema[None]
)


Rows = Literal["meeting", "participant"]


class MeetingExport(MeetingFilters):
    """All meetings that match, in order."""

    sort: Literal["date", "-date"] = Field(
        default="-date", description="`date` is oldest first, `-date` newest first."
    )


class MeetingRows(MeetingExport):
    """The same as rows of a table."""

    rows: Rows = Field(
        default="meeting", description="A row for each meeting, or one for each who took part."
    )


class MeetingTable(Table, MeetingRows):
    """These rows as text."""


class MeetingQuestion(MeetingExport):
    """A page of meetings."""

    limit: PageSize = Field(default=25, description="Meetings on a page.")
    cursor: Cursor = Field(default=None, description="Where a page begins: take it from `next`.")
    total: Literal["bounded", "exact", "none"] = Field(
        default="bounded",
        description="How the total is counted: exactly up to 1,000, `exact` in any case, or not.",
    )


class ListingExport(Question):
    """All records of a vocabulary that match, in order of id."""

    has_meetings: Switch | SkipJsonSchema[None] = Field(
        default=None,
        description="`true` leaves only records that meetings refer to, `false` only the others.",
    )


class ListingTable(Table, ListingExport):
    """The same as rows of a table."""


class ListingQuestion(ListingExport):
    """A page of a vocabulary."""

    limit: PageSize = Field(default=FEWEST_RECORDS, description="Records on a page.")
    cursor: Cursor = Field(default=None, description="Where a page begins: take it from `next`.")
