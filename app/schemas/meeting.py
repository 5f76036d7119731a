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


class Title(Shape):
    """A title of office at the time: as the source writes it, and in English."""

    en: Text
    zh: Text


class Said(Shape):
    """What the source reports that somebody said, in our paraphrase."""

    en: Text
    zh: Text
    source: Slug
    locator: Text | None = None


class ParticipantFields(Shape):
    """What is the same in a participant who is written and one who is read."""

    country: CountryCode | None = None
    role: Role
    title: Title | None = None
    title_basis: TitleBasis | None = Field(
        default=None,
        description="Whether the source states the title here (`stated`), elsewhere"
        " (`inherited`), or not at all (`supplied`).",
    )
    said: Said | None = None


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

    person: Named | None
    organization: ParticipantOrganization | None


class ThemeAssertion(Shape):
    """That a meeting touched a theme, and on what basis we say so."""

    id: Slug = Field(description="The theme.")
    wording: Text | None = Field(default=None, description="The source's own short words.")
    basis: ThemeBasis = Field(
        description="`stated` by the source of this meeting, `grouped` under the theme by the"
        " source's arrangement, or `inferred` by the editors."
    )
    raised_by: Slug | None = Field(default=None, description="The person who raised it.")
    source: Slug
    locator: Text | None = None


class MeetingTheme(ThemeAssertion):
    """A theme of a meeting, with its label."""

    label: Bilingual


class MeetingPlace(Named):
    """Where a meeting was held."""

    country: CountryCode
    latitude: float | None
    longitude: float | None


class MeetingFields(Shape):
    """What is the same in a meeting that is written and one that is read."""

    id: Slug
    title: Bilingual
    summary: Bilingual | None = None
    mode: Mode
    status: Status = "reported"
    citations: list[Citation] = Field(min_length=1)


class MeetingRecord(Supplied, MeetingFields):
    """A meeting as a curator writes it: other records are referred to by their ids."""

    date: DateRecord
    place: Slug | None = None
    event: Slug | None = None
    participants: list[ParticipantRecord] = Field(min_length=1)
    themes: list[ThemeAssertion] = []

    @model_validator(mode="after")
    def says_each_thing_once(self) -> Self:
        """The same theme in the same words from the same place is one assertion."""
        for number, one in enumerate(self.themes):
            if one in self.themes[:number]:
                raise ValueError(f"themes: {one.id} is asserted twice in the same way")
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
        description="The country of the participants with role host; null where no source tells,"
        " or where several countries host."
    )
    countries: list[CountryCode] = Field(description="The countries of the participants.")
    disputed: list[CitedField] = Field(description="Members that a cited source contradicts.")
    place: MeetingPlace | None
    event: Named | None
    participants: list[Participant]
    themes: list[MeetingTheme]


class MeetingPage(Page[Meeting]):
    """One page of the meetings."""
