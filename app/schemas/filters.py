"""Which meetings a question is about: the one filter model behind every answer."""

from datetime import date
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from app.enumerations import (
    Mode,
    OrganizationKind,
    Precision,
    Status,
    ThemeBasis,
    TitleBasis,
    YearBasis,
)
from app.schemas.dates import PartialDate, partial_date
from app.schemas.scalars import Switch
from app.words import MOST_CHARACTERS, wanted

MOST_VALUES = 50
"""Values of one parameter; each is one more list that a page is merged from."""

MOST_VALUES_IN_ALL = 100

Value = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=r"^[^\x00]*$"),
]


def _must_have_words(text: str) -> str:
    if not wanted(text):
        raise PydanticCustomError(
            "no_words", "“{value}” has no word to search for", {"value": text}
        )
    return text


Values = Annotated[
    list[Value],
    Field(max_length=MOST_VALUES),
    AfterValidator(lambda values: list(dict.fromkeys(values))),
]
Search = Annotated[
    Value, StringConstraints(max_length=MOST_CHARACTERS), AfterValidator(_must_have_words)
]
# A parameter may be left out, but it is never null: the contract does not offer null.
One = Value | SkipJsonSchema[None]


class Question(BaseModel):
    """The base of everything that is asked by query parameters: unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MeetingFilters(Question):
    """Values of one parameter are alternatives; different parameters must all hold."""

    country: Values = Field(
        default=[],
        description="A country that takes part: a code (`RU`, `RUS`, `643`) or a name (`Russia`,"
        " `俄罗斯`). The venue's country is `place_country`.",
        examples=["RU"],
    )
    theme: Values = Field(
        default=[],
        description="A theme that it touched: an id of `/v1/themes`. Narrower ones count, too.",
        examples=["bri-security"],
    )
    date_from: PartialDate | SkipJsonSchema[None] = Field(
        default=None,
        description="The first day: `2023`, `2023-06` or `2023-06-08`.",
        examples=["2023-06"],
    )
    date_to: PartialDate | SkipJsonSchema[None] = Field(
        default=None,
        description="The last day, included: `2023`, `2023-06` or `2023-06-08`.",
        examples=["2023-11"],
    )
    q: Search | SkipJsonSchema[None] = Field(
        default=None,
        description="Words that stand in its texts, or in the names of whom and what it is about,"
        ' in English or Chinese. All must; the last may be unfinished; `"…"` keeps words together.',
        examples=["禁毒"],
    )
    person: Values = Field(
        default=[], description="Who takes part: an id of `/v1/people`.", examples=["igor-krasnov"]
    )
    organization: Values = Field(
        default=[],
        description="An organization that takes part: an id of `/v1/organizations`.",
        examples=["ru-prosecutor-generals-office"],
    )
    place: One = Field(
        default=None, description="Where it was held: an id of `/v1/places`.", examples=["beijing"]
    )
    place_country: One = Field(
        default=None, description="The venue's country, spelled as for `country`.", examples=["MY"]
    )
    host: One = Field(
        default=None,
        description="A hosting country, spelled as for `country`; `none` where none is known.",
        examples=["MM"],
    )
    anchor: One = Field(
        default=None,
        description="A country that takes part and that you look from: `country`, `region`,"
        " `person`, `organization` and `organization_kind` then mean the other side.",
        examples=["CN"],
    )
    region: One = Field(
        default=None,
        description="A region or sub-region of a country that takes part, such as `150` for Europe:"
        " the code stands in `region` and `subregion` of each country at `/v1/countries`.",
        examples=["150"],
    )
    organization_kind: OrganizationKind | SkipJsonSchema[None] = Field(
        default=None,
        description="The kind of an organization that takes part; `government` is a cabinet or an"
        " office that leads one, `intergovernmental` a body of several states.",
    )
    event: One = Field(
        default=None,
        description="The event that it took place at: an id of `/v1/events`.",
        examples=["lianyungang-forum-2023"],
    )
    mode: Mode | SkipJsonSchema[None] = Field(
        default=None, description="How they met; `hybrid`: some in person, some by video."
    )
    status: Status | SkipJsonSchema[None] = Field(
        default=None,
        description="`reported` by a source, `confirmed` by another as well; `retracted` ones, that"
        " should not have been recorded, are found by this word only.",
    )
    source: One = Field(
        default=None,
        description="A source that is cited, for or against: an id of `/v1/sources`.",
        examples=["xinhua-english"],
    )
    disputed: Switch | SkipJsonSchema[None] = Field(
        default=None, description="`true`: a cited source contradicts a fact; `false`: none does."
    )
    said: Switch | SkipJsonSchema[None] = Field(
        default=None, description="`true`: somebody's words are reported; `false`: nobody's are."
    )
    country_all: Values = Field(
        default=[], description="Countries that all take part.", examples=["CN"]
    )
    country_not: Values = Field(
        default=[], description="Countries that do not take part.", examples=["RU"]
    )
    theme_all: Values = Field(
        default=[], description="Themes that were all touched.", examples=["counter-narcotics"]
    )
    theme_not: Values = Field(default=[], description="Themes not touched.", examples=["gambling"])
    person_all: Values = Field(
        default=[], description="People who all take part.", examples=["wang-xiaohong"]
    )
    person_not: Values = Field(
        default=[], description="People who do not take part.", examples=["igor-krasnov"]
    )
    organization_all: Values = Field(
        default=[],
        description="Organizations that all take part.",
        examples=["cn-ministry-of-public-security"],
    )
    organization_not: Values = Field(
        default=[],
        description="Organizations that do not take part.",
        examples=["ru-prosecutor-generals-office"],
    )
    theme_match: Literal["narrower", "exact"] = Field(
        default="narrower", description="`exact` leaves narrower themes out."
    )
    theme_basis: list[ThemeBasis] = Field(
        default=["stated"],
        min_length=1,
        max_length=len(get_args(ThemeBasis)),
        description="Which theme assertions count: those that the source states (the default),"
        " those that only follow from how it groups meetings, those that the editors inferred.",
    )
    date_match: Literal["overlaps", "within"] = Field(
        default="overlaps",
        description="A meeting known only by its month is found by any range that `overlaps` the"
        " month, or only by ranges that it lies `within`.",
    )
    precision: Precision | SkipJsonSchema[None] = Field(
        default=None, description="How exactly the date is known; a `range` is several days."
    )
    year_basis: YearBasis | SkipJsonSchema[None] = Field(
        default=None, description="Whether the source writes the year, or it was `inferred`."
    )
    title_basis: TitleBasis | SkipJsonSchema[None] = Field(
        default=None,
        description="Whether the source states a participant's title there (`stated`), elsewhere"
        " (`inherited`), or not at all (`supplied`).",
    )
    id: Values = Field(
        default=[], description="Ids of meetings.", examples=["2023-09-20-lianyungang-gorodov"]
    )

    @model_validator(mode="after")
    def dates_in_order(self) -> Self:
        """An empty range is a mistake, not an empty answer."""
        if self.first_day and self.last_day and self.first_day > self.last_day:
            raise PydanticCustomError(
                "date_order",
                "date_from ({first}) is after date_to ({last}); swap them",
                {"first": self.date_from, "last": self.date_to, "field": "date_from"},
            )
        return self

    @model_validator(mode="after")
    def not_too_many(self) -> Self:
        """Each value is a list to walk or to probe: their number bounds the work of a question."""
        given = [getattr(self, name) for name in self.model_fields_set]
        if sum(len(one) for one in given if isinstance(one, list)) > MOST_VALUES_IN_ALL:
            raise PydanticCustomError(
                "too_many_values",
                "All parameters together may have at most {most} values; ask several questions",
                {"most": MOST_VALUES_IN_ALL},
            )
        return self

    @property
    def first_day(self) -> date | None:
        """The first day of the range, or None where it is open."""
        return partial_date(self.date_from).earliest if self.date_from else None

    @property
    def last_day(self) -> date | None:
        """The last day of the range, or None where it is open."""
        return partial_date(self.date_to).latest if self.date_to else None
