"""Sources and citations, as they are written and as they are read."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from app.enumerations import CitedField, Stance
from app.schemas.dates import Day, WrittenDate
from app.schemas.listing import Page
from app.schemas.names import Bilingual, Counted, Language, Shape, Slug, Supplied, Text

URL, DIGEST = r"^https?://\S+$", r"^sha256:[0-9a-f]{64}$"


class PublishedRecord(Shape):
    """When a source was published: a date, or the bounds within which it lies."""

    value: WrittenDate = Field(description="`2023-12-05`, or bounds: `2023-12-05/2023-12-07`.")


class Published(PublishedRecord):
    """When a source was published, with the days that this covers."""

    earliest: date = Field(description="The first day on which it may have been.")
    latest: date = Field(description="The last day on which it may have been.")


class SourceFields(Shape):
    """What is the same in a source that is written and one that is read."""

    id: Slug
    title: Text | None = Field(default=None, description="In its own language.")
    author: Text | None = None
    publisher: Text | None = None
    language: Language | None = Field(default=None, description="A BCP 47 tag.")
    url: Annotated[Text, StringConstraints(pattern=URL)] | None = None
    retrieved_on: Day | None = Field(default=None, description="When it was read.")
    digest: Annotated[Text, StringConstraints(pattern=DIGEST)] | None = Field(
        default=None, description="Of what was read: `sha256:` and 64 hexadecimal digits."
    )
    rights: Bilingual | None = Field(default=None, description="Who holds which, as far as known.")
    note: Bilingual | None = Field(default=None, description="Such as how locators are counted.")


class SourceRecord(Supplied, SourceFields):
    """A source as a curator writes it."""

    published: PublishedRecord | None = None


class Source(Counted, SourceFields):
    """A source, with where it leads."""

    published: Published | None = Field(description="Null where that is unknown.")


class Citation(Shape):
    """What one source, at one place in it, says for or against a record."""

    source: Slug = Field(description="The source that says it.")
    locator: Text | None = Field(
        default=None, description="Where in it: `P37` is its 37th paragraph."
    )
    stance: Stance = Field(description="Whether it says the same or something else.")
    fields: list[CitedField] = Field(
        min_length=1, description="The members of the record that it supports or contradicts."
    )
    asserted: Text | None = Field(
        default=None, description="The value that a contradicting source gives instead."
    )

    @model_validator(mode="after")
    def contradicts_one_field(self) -> Self:
        """An asserted value must be clear about the field that it is for."""
        if self.asserted is not None and self.stance != "contradicts":
            raise ValueError("asserted is given by a citation that contradicts, and only by one")
        if self.stance == "contradicts" and len(self.fields) != 1:
            raise ValueError("a citation that contradicts names one field; write one for each")
        return self


class SourcePage(Page[Source]):
    """One page of the sources."""
