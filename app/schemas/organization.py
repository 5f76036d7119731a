"""Organizations, as they are written and as they are read."""

from pydantic import Field

from app.enumerations import OrganizationKind
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
    kind: OrganizationKind
    country: CountryCode | None = Field(
        default=None, description="Null for an organization of no single country."
    )
    aliases: list[Alias] = []


class OrganizationRecord(Supplied, OrganizationFields):
    """An organization as a curator writes it."""


class Organization(Counted, OrganizationFields):
    """An organization, with where it leads."""


class OrganizationPage(Page[Organization]):
    """One page of the organizations."""
