"""Who met whom how often, from when to when, and after how long a silence."""

from datetime import date

from pydantic import Field

from app.schemas.meeting import Title
from app.schemas.names import Bilingual, CountryCode, Named, Shape, Slug

MOST_NAMED = 50
"""People or organizations of one record that are named."""


class Gap(Shape):
    """A time without a meeting: from the last day of all before to the first of the next."""

    days: int = Field(ge=0, description="0 where the dates overlap.")
    from_: date = Field(serialization_alias="from")
    to: date


class Met(Shape):
    """How many meetings there were, and from when to when."""

    meetings: int = Field(ge=1)
    first: date = Field(description="The earliest day of the first meeting.")
    last: date = Field(description="The latest day of the last meeting.")


class Capacity(Shape):
    """In which capacity somebody took part: title and organization as they were."""

    title: Title | None
    organization: Named | None


class Office(Met, Capacity):
    """A capacity in which somebody took part, how often, and from when to when."""


class Counterpart(Met, Named):
    """A country or an organization that was on the other side."""


class PersonMet(Met, Named):
    """Somebody who was on the other side."""

    country: CountryCode | None = Field(description="For which they took part the last time.")


class PersonOfOrganization(Met, Named):
    """Somebody who took part for an organization."""

    title: Title | None = Field(description="At the last meeting.")


class ThemeTouched(Shape):
    """A theme that sources state of meetings; `theme_match=exact` finds those of it alone."""

    id: Slug
    label: Bilingual
    meetings: int = Field(ge=1)


class Period(Shape):
    """From the first to the last meeting."""

    first: date | None = Field(description="The earliest day of the first meeting; null for none.")
    last: date | None = Field(description="The latest day of the last meeting; null for none.")


class Silence(Period):
    """From the first to the last meeting, and the longest time without one between them."""

    longest_silence: Gap | None = Field(description="Null for fewer than two meetings.")
