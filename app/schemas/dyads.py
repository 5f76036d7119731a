"""Who meets whom: how pairs are asked for, and what is told of each."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from app.limits import FEWEST_RECORDS
from app.schemas.coverage import Coverage
from app.schemas.dates import PartialDate, partial_date
from app.schemas.encounters import Gap, Met
from app.schemas.filters import MeetingFilters
from app.schemas.names import Named, Shape
from app.schemas.scalars import PageSize, Switch
from app.schemas.tables import Table
from app.spelling import shortened

Level = Literal["country", "person", "organization"]


def _must_be_a_day(text: str) -> str:
    try:
        if partial_date(text).precision == "day":
            return text
    except ValueError:
        pass
    raise PydanticCustomError(
        "invalid_date", "“{value}” is not a day; write 2023-06-08", {"value": shortened(text)}
    )


Day = Annotated[
    str,
    AfterValidator(_must_be_a_day),
    Field(json_schema_extra={"pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]


class Pairing(MeetingFilters):
    """Pairs of those who met in the meetings that match."""

    level: Level = Field(default="country", description="Between whom: pairs of what is counted.")
    not_met_since: PartialDate | SkipJsonSchema[None] = Field(
        default=None,
        description="Only pairs whose last meeting was over before this: `2023`, `2023-06` or"
        " `2023-06-08`.",
        examples=["2023-06"],
    )
    as_of: Day | SkipJsonSchema[None] = Field(
        default=None,
        description="The day to which `days_since_last` counts; today in UTC unless given. It"
        " leaves no meeting out: `date_to` does.",
        examples=["2023-12-31"],
    )
    same_side: Switch = Field(
        default=False,
        description="Whether two people, or two organizations, of one country make a pair as well."
        " With `anchor` they never do.",
    )
    sort: Literal["-meetings", "last", "-last"] = Field(
        default="-meetings",
        description="`-meetings` begins with those who met most often, `last` with those who have"
        " not met for longest, `-last` with those who met most recently.",
    )

    @property
    def silent_since(self) -> date | None:
        """The day before which the last meeting was over, or None."""
        return partial_date(self.not_met_since).earliest if self.not_met_since else None

    @property
    def most(self) -> int | None:
        """Pairs that are shown, or None for all."""
        return None


class DyadQuestion(Pairing):
    """The first pairs."""

    limit: PageSize = Field(default=FEWEST_RECORDS, description="Pairs in the answer.")

    @property
    def most(self) -> int | None:
        """Pairs that are shown."""
        return self.limit


class DyadTable(Table, Pairing):
    """All pairs."""


class DyadLinks(Shape):
    """Where a pair leads, as an absolute path."""

    meetings: str | None = Field(
        description="Finds exactly these meetings. Null where no question does: with `anchor`,"
        " where it depends on who stood on which side."
    )


class Two(Shape):
    """Two that met: in order of their ids, or with an anchor `a` on its side."""

    a: Named
    b: Named


class Dyad(Met, Two):
    """Two that met, how often, and after how long a silence."""

    days_since_last: int = Field(description="From `last` to `as_of`; negative if that is earlier.")
    longest_gap: Gap | None = Field(description="Null for a single meeting, as the shortest is.")
    shortest_gap: Gap | None
    links: DyadLinks


class Dyads(Shape):
    """Who met whom. A meeting of n countries counts in n(n-1)/2 pairs, once in each."""

    data: list[Dyad]
    without_pair: int = Field(
        ge=0, description="Meetings that match and in which no such two met: they are in no row."
    )
    total: int = Field(ge=0, description="Pairs, of which `data` has the first.")
    truncated: bool = Field(description="Whether `limit` left pairs out.")
    as_of: date
    coverage: list[Coverage] = Field(description="What no meeting means: see `completeness`.")
    revision: int = Field(description="The state of the data that was counted.")
