"""Organizations, as they are written and as they are read."""

from pydantic import Field

from app.enumerations import OrganizationKind
from app.schemas.encounters import MOST_NAMED, Counterpart, Period, PersonOfOrganization
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


class OrganizationFields(Shape):
    """A body in whose name people meet."""

    id: Slug
    name: Bilingual
    kind: OrganizationKind = Field(
        description="`government`: a cabinet or an office that leads one; `intergovernmental`: a"
        " body of several states."
    )
    country: CountryCode | None = Field(
        default=None, description="Null for an organization of no single country."
    )
    aliases: list[Alias] = []


class OrganizationRecord(Supplied, OrganizationFields):
    """An organization as a curator writes it."""


class Organization(Counted, OrganizationFields):
    """An organization, with where it leads."""


class OrganizationDetail(Period, Organization):
    """An organization, with the people who took part for it and the organizations that it met."""

    people: list[PersonOfOrganization] = Field(
        max_length=MOST_NAMED,
        description=f"Who took part for it; most meetings first, at most {MOST_NAMED}.",
    )
    counterparts: list[Counterpart] = Field(
        max_length=MOST_NAMED,
        description="Organizations for which others took part, of other countries in the same"
        f" meetings; those met most often, at most {MOST_NAMED}.",
    )


class OrganizationPage(Page[Organization]):
    """One page of the organizations."""
