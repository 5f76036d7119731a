"""How often: what meetings are counted by, and what a count looks like."""

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, TypeAdapter, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.enumerations import Mode, OrganizationKind, Status
from app.schemas.filters import MeetingFilters
from app.schemas.names import Bilingual, Shape
from app.schemas.scalars import Number, Switch
from app.schemas.tables import Table

Dimension = Literal[
    "country",
    "region",
    "subregion",
    "theme",
    "with_theme",
    "person",
    "organization",
    "organization_kind",
    "host",
    "place",
    "place_country",
    "event",
    "mode",
    "status",
    "source",
    "year",
    "quarter",
    "month",
]
MOST_DIMENSIONS = 3
MOST_ROWS = 10_000


class Counting(MeetingFilters):
    """How often each value, or each combination of values, occurs."""

    by: Annotated[list[Dimension], Field(min_length=1, max_length=MOST_DIMENSIONS)] = Field(
        description="What to count by, up to three. `with_theme` is another theme of the same"
        " meeting than the one counted, or than those filtered by with `theme` and `theme_all` and"
        " the narrower ones that these find; null where there is no other. `region` and"
        " `subregion` are those of the countries that take part.",
        examples=["theme"],
    )
    rollup: Switch = Field(
        default=False, description="Whether a meeting counts for the broader themes of its own."
    )
    sort: Literal["-meetings", "by"] = Field(
        default="-meetings",
        description="`-meetings` begins with the most frequent, `by` is in order of the values.",
    )

    @property
    def most(self) -> int | None:
        """Rows that are shown, or None for all."""
        return None

    @model_validator(mode="after")
    def other_than_which(self) -> Self:
        """Other themes are other than some theme."""
        if "with_theme" in self.by and not ("theme" in self.by or self.theme or self.theme_all):
            raise PydanticCustomError(
                "other_than_which",
                "by=with_theme counts what is raised together with a theme: add by=theme, or filter"
                " by theme",
                {"field": "by"},
            )
        return self

    @model_validator(mode="after")
    def each_dimension_once(self) -> Self:
        """Two dimensions of the same name would be one column."""
        for name in self.by:
            if self.by.count(name) > 1:
                raise PydanticCustomError(
                    "repeated_dimension",
                    "by names {name} twice; the other themes of a meeting are with_theme",
                    {"name": name, "field": "by"},
                )
        return self


class CountQuestion(Counting):
    """The first rows of a count."""

    limit: Number = Field(default=1000, ge=1, le=MOST_ROWS, description="Rows of the answer.")

    @property
    def most(self) -> int | None:
        """Rows that are shown."""
        return self.limit


class CountTable(Table, Counting):
    """All rows of a count."""


_VALUES: dict[str, Any] = {
    "organization_kind": OrganizationKind,
    "mode": Mode,
    "status": Status,
    "year": int,
}
"""What the values of a dimension are, where they are no ids or other texts."""


def _members() -> dict[str, Any]:
    """Say what may stand in a row."""
    kinds = {name: _VALUES.get(name, str) | None for name in get_args(Dimension)}
    return {name: TypeAdapter(kind).json_schema() for name, kind in kinds.items()}


CountRow = Annotated[
    dict[str, str | int | None],
    WithJsonSchema(
        {
            "type": "object",
            "properties": _members() | {"meetings": {"type": "integer"}},
            "required": ["meetings"],
            "additionalProperties": False,
        }
    ),
]


class Counts(Shape):
    """How many meetings each row has, the number of all of them, and how values are called.

    A meeting with two themes counts in two rows, so that rows may add up to more than all.
    """

    data: list[CountRow] = Field(
        description="For each dimension its value, or null for unknown; and `meetings`."
    )
    meetings_total: int = Field(description="The meetings that the question is about.")
    rows_total: int = Field(description="The rows that there are; `limit` may show fewer.")
    labels: dict[Dimension, dict[str, Bilingual]] = Field(
        description="Of each dimension the names of the values that occur."
    )
    revision: int = Field(description="The state of the data that was counted.")
