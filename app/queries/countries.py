"""Countries: by their codes, by their names, and as a list."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Alias, Country, Region
from app.queries.listing import Vocabulary, aliases, both, named
from app.schemas import geography
from app.spelling import fold, nearest


def _country(row: Country, common: dict[str, Any]) -> geography.Country:
    region = row.subregion.parent if row.subregion else None
    return geography.Country(
        **common,
        alpha_3=row.alpha_3,
        numeric=row.numeric,
        name=both(row, "name"),
        kind=row.kind,
        aliases=aliases(row),
        region=named(region),
        subregion=named(row.subregion),
    )


COUNTRIES = Vocabulary(
    "country",
    "countries",
    Country,
    _country,
    load=(selectinload(Country.aliases), joinedload(Country.subregion).joinedload(Region.parent)),
)


@dataclass(frozen=True)
class Names:
    """The countries that each folded name and alias means, and their names in English."""

    own: dict[str, set[str]]
    other: dict[str, set[str]]
    english: dict[str, str]

    def find(self, name: str) -> set[str]:
        """Give the codes of the countries of this name; a name of its own beats an alias."""
        return self.own.get(fold(name)) or self.other.get(fold(name)) or set()

    def nearest(self, name: str) -> str | None:
        """Give the code of the country with the name most like this one."""
        known = self.own | self.other
        near = nearest(name, known)
        return min(self.find(near)) if near else None


def codes(session: Session, values: Collection[str]) -> dict[str, str]:
    """Map each value that is a code (alpha-2, alpha-3 or numeric) to the alpha-2 code."""
    written = {value.upper(): value for value in values}
    rows = session.execute(
        select(Country.id, Country.alpha_3, Country.numeric).where(
            or_(
                Country.id.in_(written),
                Country.alpha_3.in_(written),
                Country.numeric.in_(written),
            )
        )
    )
    return {written[code]: row[0] for row in rows for code in row if code in written}


def names(session: Session) -> Names:
    """Read all names and aliases of countries."""
    own: defaultdict[str, set[str]] = defaultdict(set)
    other: defaultdict[str, set[str]] = defaultdict(set)
    english = {}
    for code, alpha_3, en, zh in session.execute(
        select(Country.id, Country.alpha_3, Country.name_en, Country.name_zh)
    ):
        english[code] = en
        for name in (code, alpha_3, en, zh):
            own[fold(name)].add(code)
    for code, text in session.execute(
        select(Country.id, Alias.text).join(Alias, Alias.country_id == Country.id)
    ):
        other[fold(text)].add(code)
    return Names(own, other, english)
