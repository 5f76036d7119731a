"""Places, as they are written and as they are read."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from app.schemas.listing import Page
from app.schemas.names import (
    Alias,
    Bilingual,
    Counted,
    CountryCode,
    Shape,
    Slug,
    Supplied,
)


class PlaceFields(Shape):
    """A town where meetings are held."""

    id: Slug
    name: Bilingual
    country: CountryCode = Field(description="In which it lies.")
    division: Bilingual | None = Field(
        default=None, description="The first-level division: a province, a state."
    )
    latitude: Annotated[float, Field(ge=-90, le=90, strict=True)] | None = Field(
        default=None, description="Degrees north, WGS 84."
    )
    longitude: Annotated[float, Field(ge=-180, le=180, strict=True)] | None = Field(
        default=None, description="Degrees east, WGS 84."
    )
    aliases: list[Alias] = []

    @model_validator(mode="after")
    def both_coordinates_or_none(self) -> Self:
        """A latitude without a longitude is a mistake."""
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude belong together: give both or neither")
        return self


class PlaceRecord(Supplied, PlaceFields):
    """A place as a curator writes it."""


class Place(Counted, PlaceFields):
    """A place, with where it leads."""


class PlacePage(Page[Place]):
    """One page of the places."""
