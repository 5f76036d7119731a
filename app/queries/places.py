"""Places, as a list and one by one."""

from typing import Any

from app.models import Place
from app.queries.listing import Vocabulary, aliases, at_once, both, both_or_none
from app.schemas import place


def _place(row: Place, common: dict[str, Any]) -> place.Place:
    return place.Place(
        **common,
        name=both(row, "name"),
        country=row.country_id,
        division=both_or_none(row, "division"),
        latitude=row.latitude,
        longitude=row.longitude,
        aliases=aliases(row),
    )


PLACES = Vocabulary("place", "places", Place, _place, load=(at_once(Place.aliases),))
