"""Which parameters the list of meetings takes, as the tests know it."""

SCALARS = (
    *("theme_match", "organization_kind", "region", "anchor", "date_from", "date_to"),
    *("date_match", "host", "place", "place_country", "event", "mode", "status", "source"),
    *("disputed", "precision", "year_basis", "title_basis", "sort", "limit", "cursor", "total"),
    *("q", "said"),
)
LISTS = (
    *("id", "country", "country_all", "country_not", "theme", "theme_all", "theme_not"),
    *("theme_basis", "person", "person_all", "person_not"),
    *("organization", "organization_all", "organization_not"),
)
RECORDS = (
    *(name for name in LISTS if name != "theme_basis"),
    *("region", "anchor", "host", "place", "place_country", "event", "source"),
)
"""Parameters whose values are ids or names of records."""
