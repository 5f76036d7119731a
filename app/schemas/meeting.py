"""Meetings, as they are written and as they are read."""

from typing import Self

from pydantic import Field, model_validator

from app.enumerations import (
    CitedField,
    Mode,
    OrganizationKind,
    Role,
    Status,
    ThemeBasis,
    TitleBasis,
)
from app.schemas.event import DateRead, DateRecord
from app.schemas.listing import Page
from app.schemas.names import (
    Bilingual,
    CountryCode,
    Kept,
    Named,
    Shape,
    Slug,
    Supplied,
    Text,
)
from app.schemas.source import Citation

MOST_PARTICIPANTS = 1000
"""Each two of them are a pair."""


class Title(Shape):
    """A title of office at the time: as the source writes it, and in English."""

    en: Text = Field(description="Ours, where `supplied` names it.")
    zh: Text


class Said(Shape):
    """What the source reports that somebody said, in our paraphrase."""

    en: Text
    zh: Text
    source: Slug = Field(description="The source that reports it.")
    locator: Text | None = Field(default=None, description="Where in the source.")


class ParticipantFields(Shape):
    """What is the same in a participant who is written and one who is read."""

    country: CountryCode | None = Field(default=None, description="For which they take part.")
    role: Role = Field(description="`participant` where nobody is known to be host.")
    title: Title | None = Field(default=None, description="Null where no title is known.")
    title_basis: TitleBasis | None = Field(
        default=None,
        description="Whether the source states the title here (`stated`), elsewhere"
        " (`inherited`), or not at all (`supplied`).",
    )
    said: Said | None = Field(default=None, description="Null where no words are reported.")


class ParticipantRecord(ParticipantFields):
    """A participant as a curator writes one."""

    person: Slug | None = None
    organization: Slug | None = None

    @model_validator(mode="after")
    def somebody_with_a_titles_basis(self) -> Self:
        """A part without anybody, or a title without its basis, is a mistake."""
        if self.person is None and self.organization is None and self.country is None:
            raise ValueError("name a person, an organization or a country")
        if (self.title is None) != (self.title_basis is None):
            raise ValueError("title and title_basis belong together: give both or neither")
        return self


class ParticipantOrganization(Named):
    """The organization for which somebody took part."""

    kind: OrganizationKind


class Participant(ParticipantFields):
    """Somebody's part in a meeting."""

    person: Named | None = Field(description="Null where nobody is named.")
    organization: ParticipantOrganization | None = Field(description="For which they take part.")


class ThemeAssertion(Shape):
    """That a meeting touched a theme, and on what basis we say so."""

    id: Slug = Field(description="The theme.")
    wording: Text | None = Field(default=None, description="The source's own short words.")
    basis: ThemeBasis = Field(
        description="`stated` by the source of this meeting, `grouped` under the theme by the"
        " source's arrangement, or `inferred` by the editors."
    )
    raised_by: Slug | None = Field(default=None, description="The person who raised it.")
    source: Slug = Field(description="The source that it follows from.")
    locator: Text | None = Field(default=None, description="Where in the source.")


class MeetingTheme(ThemeAssertion):
    """A theme of a meeting, with its label."""

    label: Bilingual


class MeetingPlace(Named):
    """Where a meeting was held."""

    country: CountryCode = Field(description="In which it lies, whoever the host was.")
    latitude: float | None = Field(description="Degrees north, of the town; null if unknown.")
    longitude: float | None = Field(description="Degrees east, of the town; null if unknown.")


class MeetingFields(Shape):
    """What is the same in a meeting that is written and one that is read."""

    id: Slug
    title: Bilingual = Field(description="A headline in our own words.")
    summary: Bilingual | None = Field(default=None, description="In our own words.")
    mode: Mode = Field(description="How they met; `hybrid`: some in person, some by video.")
    status: Status = Field(
        default="reported",
        description="`reported` by a source, `confirmed` by another as well, or `retracted`.",
    )
    citations: list[Citation] = Field(min_length=1, description="What all this rests on.")


class MeetingRecord(Supplied, MeetingFields):
    """A meeting as a curator writes it: other records are referred to by their ids."""

    date: DateRecord
    place: Slug | None = None
    event: Slug | None = None
    participants: list[ParticipantRecord] = Field(min_length=1, max_length=MOST_PARTICIPANTS)
    themes: list[ThemeAssertion] = []

    @model_validator(mode="after")
    def says_each_thing_once(self) -> Self:
        """The same theme in the same words from the same place is one assertion."""
        said: set[ThemeAssertion] = set()
        for one in self.themes:
            if one in said:
                what = f"themes: {one.id} is asserted twice in the same way: leave one out"
                raise ValueError(what)
            said.add(one)
        return self

    @model_validator(mode="after")
    def cites_what_it_uses(self) -> Self:
        """The source of a theme or of reported words must be among the citations."""
        cited = {citation.source for citation in self.citations}
        used = {theme.source for theme in self.themes}
        used |= {one.said.source for one in self.participants if one.said}
        if missing := sorted(used - cited):
            raise ValueError(f"no citation of {', '.join(missing)}, which a theme or words rest on")
        return self


class Meeting(Kept, MeetingFields):
    """A meeting: who met whom, when, where, in which capacity, on which themes, by which source."""

    date: DateRead
    host: CountryCode | None = Field(
        description="The country of the participants with role host; null where none is known, or"
        " where several countries host."
    )
    countries: list[CountryCode] = Field(description="The countries of the participants.")
    disputed: list[CitedField] = Field(description="Members that a cited source contradicts.")
    place: MeetingPlace | None = Field(description="Null where no source tells.")
    event: Named | None = Field(description="At which it took place, if at any.")
    participants: list[Participant]
    themes: list[MeetingTheme] = Field(description="Each as often as a source brings it up.")


class MeetingPage(Page[Meeting]):
    """One page of the meetings."""
