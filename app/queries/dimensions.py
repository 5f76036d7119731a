"""What meetings are counted by: the values of each dimension, as sets of meetings, with names."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Country,
    Document,
    Event,
    Organization,
    Participant,
    Person,
    Place,
    Region,
    Theme,
)
from app.queries.sets import facet, union
from app.schemas.counts import CountQuestion, Dimension
from app.schemas.filters import MeetingFilters
from app.schemas.names import Bilingual

Value = str | int
Values = Mapping[Value, BitMap]
"""Of each value the meetings that have it."""

_NONE = "none"


def values(session: Session, name: Dimension, question: CountQuestion) -> Values:
    """Give the meetings of each value of a dimension; what is unknown has none."""
    if question.anchor and name in _ON_THE_OTHER_SIDE:
        return _ON_THE_OTHER_SIDE[name](session, question)
    retracted = question.status == "retracted"
    if name in {"theme", "with_theme"}:
        return _themes(session, name, question)
    if name in {"region", "subregion"}:
        found = facet(session, "region", retracted=retracted)
        return {code: found[code] for code in _regions(session, name) if code in found}
    found = facet(session, name, retracted=retracted)
    if name == "year":
        return {int(year): numbers for year, numbers in found.items()}
    return {value: numbers for value, numbers in found.items() if value != _NONE}


def _themes(session: Session, name: Dimension, question: CountQuestion) -> Values:
    kind = "theme" if question.rollup else "theme_exact"
    found: defaultdict[Value, BitMap] = defaultdict(BitMap)
    asserted = facet(session, kind, retracted=question.status == "retracted")
    for value, numbers in asserted.items():
        basis, _, theme = value.partition("/")
        if basis in question.theme_basis:
            found[theme] |= numbers
    if name == "with_theme" and "theme" not in question.by:
        for theme in {*question.theme, *question.theme_all}:
            found.pop(theme, None)
    return found


def _regions(session: Session, name: Dimension) -> Collection[str]:
    top = Region.parent_id.is_(None)
    return session.scalars(select(Region.id).where(top if name == "region" else ~top)).all()


def _other_countries(session: Session, filters: MeetingFilters) -> dict[Value, BitMap]:
    found = facet(session, "country", retracted=filters.status == "retracted")
    return {code: numbers for code, numbers in found.items() if code != filters.anchor}


def _countries(session: Session, question: CountQuestion) -> Values:
    return _other_countries(session, question)


def _regions_of(level: Dimension) -> Callable[[Session, CountQuestion], Values]:
    def regions(session: Session, question: CountQuestion) -> Values:
        region = Region.parent_id if level == "region" else Region.id
        rows = session.execute(
            select(Country.id, region).join(Region, Region.id == Country.subregion_id)
        )
        within: defaultdict[str | None, list[str]] = defaultdict(list)
        for country, code in rows:
            within[code].append(country)
        met = _other_countries(session, question)
        return {
            code: union(met[one] for one in countries if one in met)
            for code, countries in within.items()
            if code is not None
        }

    return regions


def _participants(column: Any, *, kind: bool = False) -> Callable[[Session, CountQuestion], Values]:
    def participants(session: Session, question: CountQuestion) -> Values:
        other = or_(Participant.country_id.is_(None), Participant.country_id != question.anchor)
        anchored = select(Participant.meeting_id).where(Participant.country_id == question.anchor)
        rows = (
            select(column, Document.number)
            .select_from(Participant)
            .join(Document, Document.meeting_id == Participant.meeting_id)
            .where(other, column.is_not(None), Participant.meeting_id.in_(anchored))
        )
        if kind:
            rows = rows.join(Organization, Organization.id == Participant.organization_id)
        found: defaultdict[Value, BitMap] = defaultdict(BitMap)
        for value, number in session.execute(rows):
            found[value].add(number)
        return found

    return participants


_ON_THE_OTHER_SIDE: dict[Dimension, Callable[[Session, CountQuestion], Values]] = {
    "country": _countries,
    "region": _regions_of("region"),
    "subregion": _regions_of("subregion"),
    "person": _participants(Participant.person_id),
    "organization": _participants(Participant.organization_id),
    "organization_kind": _participants(Organization.kind, kind=True),
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


def labels(
    session: Session, name: Dimension, occurring: Collection[Value | None]
) -> dict[str, Bilingual]:
    """Give the names of these values; those of a closed list, and dates, have none."""
    if name not in _NAMES:
        return {}
    names = _NAMES[name]
    rows = session.execute(names.where(names.selected_columns[0].in_(occurring)))
    return {value: Bilingual(en=english, zh=chinese) for value, english, chinese in sorted(rows)}
