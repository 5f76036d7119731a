"""Regions and countries, as they are written and as they are read."""

from typing import Annotated

from pydantic import Field, StringConstraints

from app.enumerations import CountryKind
from app.schemas.encounters import Counterpart, Silence, ThemeTouched
from app.schemas.listing import Page
from app.schemas.names import (
    REGION,
    Alias,
    Bilingual,
    Counted,
    CountryCode,
    Named,
    RegionCode,
    Shape,
    Supplied,
)

ALPHA_3 = r"^[A-Z]{3}$"


class RegionFields(Shape):
    """An M49 region, or a sub-region with its parent."""

    id: RegionCode
    name: Bilingual
    parent: RegionCode | None = None


class RegionRecord(Supplied, RegionFields):
    """A region as a curator writes it."""


class CountryFields(Shape):
    """What is the same in a country that is written and one that is read."""

    id: CountryCode = Field(description="ISO 3166-1 alpha-2.")
    alpha_3: Annotated[str, StringConstraints(pattern=ALPHA_3)] = Field(
        description="ISO 3166-1 alpha-3."
    )
    numeric: Annotated[str, StringConstraints(pattern=REGION)] | None = Field(
        default=None, description="ISO 3166-1 numeric; null where there is none."
    )
    name: Bilingual
    kind: CountryKind = Field(
        description="`state`: a member or observer of the UN; `territory`: one that depends on a"
        " state or is associated with it; `disputed`; `former`: a state that is no more."
    )
    aliases: list[Alias] = []


class CountryRecord(Supplied, CountryFields):
    """A country as a curator writes it; the region follows from the sub-region."""

    subregion: RegionCode | None = None


class Country(Counted, CountryFields):
    """A country, territory or former state; its code is a label, no position on its status."""

    region: Named | None = Field(description="UN M49 region.")
    subregion: Named | None = Field(description="UN M49 sub-region.")


class CountryDetail(Silence, Country):
    """A country, with the countries that it met and the themes on which."""

    counterparts: list[Counterpart] = Field(
        description="Countries that took part in the same meetings; those met most often first."
    )
    themes: list[ThemeTouched] = Field(
        description="Themes that sources state of its meetings, without broader ones; the most"
        " frequent first."
    )


class CountryPage(Page[Country]):
    """One page of the countries."""
