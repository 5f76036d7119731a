"""Which terms a meeting is found by: the facets of every filter, in one function."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Country, Region, Theme

Term = tuple[str, str]
"""A facet and one of its values."""

MOST_IN_PAIRS = 20
"""Countries of one meeting, beyond which their pairs have no lists."""

WORD = "word"
"""The facet of what is searched."""


@dataclass(frozen=True)
class World:
    """What a meeting does not say of itself: the regions of countries, and broader themes."""

    regions: dict[str, list[str]]
    broader: dict[str, list[str]]


def world(session: Session) -> World:
    """Read the regions of each country and, for each theme, itself and all above it."""
    parents: dict[str, str | None] = dict(
        session.execute(select(Region.id, Region.parent_id)).all()
    )
    subregions = session.execute(select(Country.id, Country.subregion_id)).all()
    themes: dict[str, str | None] = dict(session.execute(select(Theme.id, Theme.parent_id)).all())
    regions = {country: list(_upwards(sub, parents)) for country, sub in subregions}
    return World(regions, {theme: list(_upwards(theme, themes)) for theme in themes})


def _upwards(start: str | None, parents: dict[str, str | None]) -> Iterator[str]:
    while start is not None:
        yield start
        start = parents[start]


def terms(meeting: dict[str, Any], known: World) -> set[Term]:
    """Name the terms of a rendered meeting."""
    return (
        {("all", "")}
        | _own(meeting)
        | _of_countries(meeting["countries"])
        | _of_participants(meeting, known)
        | _of_other_sides(meeting, known)
        | _of_themes(meeting, known)
    )


def _own(meeting: dict[str, Any]) -> set[Term]:
    found = {
        ("mode", meeting["mode"]),
        ("status", meeting["status"]),
        ("precision", meeting["date"]["precision"]),
        ("year_basis", meeting["date"]["year_basis"]),
    }
    found |= {("source", citation["source"]) for citation in meeting["citations"]}
    found |= set(_periods(meeting["date"]))
    if meeting["place"]:
        found |= {("place", meeting["place"]["id"]), ("place_country", meeting["place"]["country"])}
    if meeting["event"]:
        found.add(("event", meeting["event"]["id"]))
    if meeting["disputed"]:
        found.add(("disputed", "true"))
    return found


def _of_countries(codes: Sequence[str]) -> set[Term]:
    """Name each two countries that meet; of a crowd they would be too many, so it has a list."""
    if len(codes) < 2:
        return {("lone", "true")}
    if len(codes) > MOST_IN_PAIRS:
        return {("crowd", "true")}
    return {("countries", f"{one}/{other}") for one, other in combinations(sorted(codes), 2)}


def _periods(date: dict[str, Any]) -> Iterator[Term]:
    """Name the year, the quarter and the month of a date that lies within one."""
    first, last = ((day.year, day.month) for day in (date["earliest"], date["latest"]))
    year, month = first
    if year == last[0]:
        yield "year", f"{year:04}"
        if _quarter(month) == _quarter(last[1]):
            yield "quarter", f"{year:04}-Q{_quarter(month)}"
    if first == last:
        yield "month", f"{year:04}-{month:02}"


def _quarter(month: int) -> int:
    return (month + 2) // 3


def _of_participants(meeting: dict[str, Any], known: World) -> set[Term]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in meeting["participants"]:
        if one["country"]:
            found["country"].add(one["country"])
            found["region"].update(known.regions[one["country"]])
        for name in ("person", "organization"):
            if one[name]:
                found[name].add(one[name]["id"])
                found[f"{name}_for"].add(f"{one[name]['id']}/{one['country'] or ''}")
        if one["organization"]:
            found["organization_kind"].add(one["organization"]["kind"])
        if one["title_basis"]:
            found["title_basis"].add(one["title_basis"])
        if one["role"] == "host" and one["country"]:
            found["host"].add(one["country"])
        if one["said"]:
            found["said"].add("true")
    found["host"] = found["host"] or {"none"}
    return {(facet, value) for facet, values in found.items() for value in values}


def _of_other_sides(meeting: dict[str, Any], known: World) -> set[Term]:
    """Name for each country what took part beside it; people and bodies have theirs by country."""
    found = set()
    for one in meeting["countries"]:
        for other in meeting["participants"]:
            if other["country"] == one:
                continue
            if other["organization"]:
                found.add(("other_kind", f"{one}/{other['organization']['kind']}"))
            for region in known.regions.get(other["country"], ()):
                found.add(("other_region", f"{one}/{region}"))
    return found


def _of_themes(meeting: dict[str, Any], known: World) -> set[Term]:
    found = set()
    for one in meeting["themes"]:
        found.add(("theme_exact", f"{one['basis']}/{one['id']}"))
        for broader in known.broader[one["id"]]:
            value = f"{one['basis']}/{broader}"
            found.add(("theme", value))
            found |= {("country_theme", f"{country}/{value}") for country in meeting["countries"]}
    return found
