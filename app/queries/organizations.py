"""Organizations, as a list and one by one."""

from typing import Any

from app.models import Organization
from app.queries.listing import Vocabulary, aliases, at_once, both
from app.schemas import organization


def _organization(row: Organization, common: dict[str, Any]) -> organization.Organization:
    return organization.Organization(
        **common,
        name=both(row, "name"),
        kind=row.kind,
        country=row.country_id,
        aliases=aliases(row),
    )


ORGANIZATIONS = Vocabulary(
    "organization",
    "organizations",
    Organization,
    _organization,
    load=(at_once(Organization.aliases),),
)
