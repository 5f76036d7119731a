"""Events, as they are written and as they are read."""

from datetime import date
from typing import Self

from pydantic import Field, model_validator

from app.enumerations import EventKind, EventRole, Mode, Precision, YearBasis
from app.schemas.dates import WrittenDate
from app.schemas.listing import Page
from app.schemas.names import (
    Bilingual,
    Counted,
    CountryCode,
    Named,
    Shape,
    Slug,
    Supplied,
)
from app.schemas.source import Citation


class DateRecord(Shape):
    """A date as a curator writes it."""

    value: WrittenDate = Field(
        description="`2023`, `2023-10`, `2023-10-31`, or several days: `2023-03-06/2023-03-10`.",
    )
    year_basis: YearBasis = Field(description="Whether the source writes the year.")


class DateRead(DateRecord):
    """A date with the days that it covers."""

    earliest: date = Field(description="The first day that it covers.")
    latest: date = Field(description="The last day that it covers.")
    precision: Precision = Field(description="How exactly it is known: `range` is several days.")


class EventParticipant(Shape):
    """Somebody's part in an event: a person, an organization or a country, or several of these."""

    person: Slug | None = None
    organization: Slug | None = None
    country: CountryCode | None = None
    role: EventRole = Field(description="What they did there.")

    @model_validator(mode="after")
    def somebody(self) -> Self:
        """A part without anybody is a mistake."""
        if self.person is None and self.organization is None and self.country is None:
            raise ValueError("name a person, an organization or a country")
        return self


class EventFields(Shape):
    """What is the same in an event that is written and one that is read."""

    id: Slug
    name: Bilingual
    kind: EventKind
    mode: Mode = Field(description="How people met there.")
    summary: Bilingual | None = Field(default=None, description="In our own words.")
    participants: list[EventParticipant] = Field(
        default=[], description="Those whom a source places there, not all who were."
    )
    citations: list[Citation] = Field(min_length=1, description="What all this rests on.")


class EventRecord(Supplied, EventFields):
    """An event as a curator writes it."""

    date: DateRecord
    place: Slug | None = None


class Event(Counted, EventFields):
    """A conference, forum, visit or speech: what meetings took place at, or what stands beside."""

    date: DateRead
    place: Named | None = Field(description="Null where no source tells, or where it was nowhere.")


class EventPage(Page[Event]):
    """One page of the events."""
