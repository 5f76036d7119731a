"""What meetings are counted by: the values of each dimension, as sets of meetings, with names."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models import (
    Country,
    Event,
    Organization,
    Person,
    Place,
    Region,
    Theme,
)
from app.models.among import among
from app.queries.companions import asked_for
from app.queries.sets import OF_RECORDS, facet
from app.schemas.counts import Counting, Dimension
from app.schemas.names import Bilingual

Value = str | int
Values = Mapping[Value, BitMap]
"""Of each value the meetings that have it."""

_Read = Callable[[Session, Counting, BitMap], Values]

_NONE = "none"
_LEVELS = {"region", "subregion"}


def values(session: Session, name: Dimension, question: Counting, within: BitMap) -> Values:
    """Give the meetings of each value of a dimension, as far as they may be `within` some.

    What is unknown has none.
    """
    if question.anchor and name in _ON_THE_OTHER_SIDE:
        return _ON_THE_OTHER_SIDE[name](session, question, within)
    retracted = question.status == "retracted"
    if name in {"theme", "with_theme"}:
        return _themes(session, name, question, within)
    if name in _LEVELS:
        found = facet(session, "region", within, retracted=retracted)
        return {code: found[code] for code in _regions(session, name) if code in found}
    found = facet(session, name, within, retracted=retracted)
    if name == "year":
        return {int(year): numbers for year, numbers in found.items()}
    return {value: numbers for value, numbers in found.items() if value != _NONE}


def scope(session: Session, name: Dimension, question: Counting) -> Hashable:
    """Name all that decides about values but the meetings; None if they are not to be kept."""
    if name in OF_RECORDS or name == "with_theme":
        return None
    anchor = question.anchor if name in _ON_THE_OTHER_SIDE else None
    themes = (question.rollup, *sorted(question.theme_basis)) if name == "theme" else None
    regions = sorted(_regions(session, name)) if name in _LEVELS else ()
    return name, question.status == "retracted", anchor, themes, *regions


def _themes(session: Session, name: Dimension, question: Counting, within: BitMap) -> Values:
    kind = "theme" if question.rollup else "theme_exact"
    found: defaultdict[Value, BitMap] = defaultdict(BitMap)
    asserted = facet(session, kind, within, retracted=question.status == "retracted")
    for value, numbers in asserted.items():
        basis, _, theme = value.partition("/")
        if basis in question.theme_basis:
            found[theme] |= numbers
    if name == "with_theme" and "theme" not in question.by:
        known = asked_for(session, question)
        return {theme: numbers for theme, numbers in found.items() if theme not in known}
    return found


def _regions(session: Session, name: Dimension) -> Collection[str]:
    top = Region.parent_id.is_(None)
    return session.scalars(select(Region.id).where(top if name == "region" else ~top)).all()


def _other_countries(session: Session, question: Counting, within: BitMap) -> Values:
    found = facet(session, "country", within, retracted=question.status == "retracted")
    return {code: numbers for code, numbers in found.items() if code != question.anchor}


def _other_kinds(session: Session, question: Counting, within: BitMap) -> Values:
    return _beside_the_anchor(session, "other_kind", question, within)


def _other_regions(level: Dimension) -> _Read:
    def regions(session: Session, question: Counting, within: BitMap) -> Values:
        found = _beside_the_anchor(session, "other_region", question, within)
        return {code: found[code] for code in _regions(session, level) if code in found}

    return regions


def _beside_the_anchor(session: Session, name: str, question: Counting, within: BitMap) -> Values:
    retracted = question.status == "retracted"
    start = f"{question.anchor}/"
    found = facet(session, name, within, retracted=retracted, beginning=start)
    return dict[Value, BitMap](found.items())


_ON_THE_OTHER_SIDE: dict[Dimension, _Read] = {
    "country": _other_countries,
    "region": _other_regions("region"),
    "subregion": _other_regions("subregion"),
    "organization_kind": _other_kinds,
}

_COUNTRY = select(Country.id, Country.name_en, Country.name_zh)
_REGION = select(Region.id, Region.name_en, Region.name_zh)
_THEME = select(Theme.id, Theme.label_en, Theme.label_zh)
_NAMES: dict[Dimension, Select[*tuple[Any, ...]]] = {
    "country": _COUNTRY,
    "host": _COUNTRY,
    "place_country": _COUNTRY,
    "region": _REGION,
    "subregion": _REGION,
    "theme": _THEME,
    "with_theme": _THEME,
    "person": select(Person.id, Person.name_en, Person.name_zh),
    "organization": select(Organization.id, Organization.name_en, Organization.name_zh),
    "place": select(Place.id, Place.name_en, Place.name_zh),
    "event": select(Event.id, Event.name_en, Event.name_zh),
}
NAMED = _NAMES.keys()
"""Dimensions whose values have names; the others are closed lists, dates, and sources."""


def labels(
    session: Session, name: Dimension, occurring: Collection[Value | None]
) -> dict[str, Bilingual]:
    """Give the names of these values; those of a closed list, and dates, have none."""
    if name not in _NAMES:
        return {}
    names = _NAMES[name]
    rows = session.execute(names.where(among(names.selected_columns[0], occurring)))
    return {value: Bilingual(en=english, zh=chinese) for value, english, chinese in sorted(rows)}
