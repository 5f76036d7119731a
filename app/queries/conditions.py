"""Which terms a question asks for: one table from filters to facets of the read model."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from app.schemas.filters import MeetingFilters

Term = tuple[str, str]
"""A facet and one of its values."""

# The filters of one value whose terms are called as they are.
_SAME_NAME = (
    "region",
    "organization_kind",
    "host",
    "place",
    "place_country",
    "event",
    "mode",
    "status",
    "source",
    "precision",
    "year_basis",
    "title_basis",
)
_REPEATABLE = ("person", "organization")
# Beside an anchor, these look at the participants of other countries.
_OF_THE_OTHER_SIDE = {"region": "other_region", "organization_kind": "other_kind"}
# What a meeting has or has not.
_SWITCHES = ("disputed", "said")
# Beyond this many pairs of countries, or of country and theme, two lists are intersected instead.
_MOST_PAIRS = 100


@dataclass(frozen=True)
class Conditions:
    """A meeting matches if it is in one list of each of `all_of`, and in no list of `none_of`."""

    all_of: list[list[Term]]
    none_of: list[Term]


def conditions(filters: MeetingFilters) -> Conditions:
    """Translate filters whose values are known to exist; dates and ids are not terms."""
    countries, themes = list(_countries(filters)), list(_themes(filters))
    return Conditions(
        all_of=[*_paired(countries, themes), *_meeting(countries), *_others(filters)],
        none_of=list(_excluded(filters)),
    )


def _countries(filters: MeetingFilters) -> Iterator[list[Term]]:
    if filters.anchor:
        yield [("country", filters.anchor)]
    if filters.country:
        yield [("country", code) for code in filters.country]
    for code in filters.country_all:
        yield [("country", code)]


def _themes(filters: MeetingFilters) -> Iterator[list[Term]]:
    if filters.theme:
        yield _theme_terms(filters, filters.theme)
    for theme in filters.theme_all:
        yield _theme_terms(filters, [theme])


def _theme_terms(filters: MeetingFilters, themes: Iterable[str]) -> list[Term]:
    facet = "theme_exact" if filters.theme_match == "exact" else "theme"
    return [(facet, f"{basis}/{theme}") for theme in themes for basis in filters.theme_basis]


def _paired(countries: list[list[Term]], themes: list[list[Term]]) -> list[list[Term]]:
    """Ask for country and theme at once: rare pairs of frequent values have lists of their own."""
    if not countries or not themes or themes[0][0][0] == "theme_exact":
        return countries + themes
    chosen = min(countries, key=len)
    rest = [group for group in countries if group is not chosen]
    pairs = [
        [
            ("country_theme", f"{country}/{theme}")
            for (_, country), (_, theme) in product(chosen, group)
        ]
        for group in themes
    ]
    return countries + themes if max(map(len, pairs)) > _MOST_PAIRS else rest + pairs


def _meeting(countries: list[list[Term]]) -> Iterator[list[Term]]:
    """Ask for two countries at once as well: frequent ones may seldom meet."""
    for some, others in pairwise(countries):
        if len(some) * len(others) <= _MOST_PAIRS:
            pairs = {_pair(one, other) for (_, one), (_, other) in product(some, others)}
            # Meetings of very many countries are in no list of a pair.
            yield [("crowd", "true"), *sorted(pairs)]


def _pair(one: str, other: str) -> Term:
    return ("country", one) if one == other else ("countries", "/".join(sorted((one, other))))


def _others(filters: MeetingFilters) -> Iterator[list[Term]]:
    if filters.anchor is None:  # With an anchor, other_side.py looks at the other side only.
        for name in _REPEATABLE:
            if values := getattr(filters, name):
                yield [(name, value) for value in values]
            yield from ([(name, value)] for value in getattr(filters, f"{name}_all"))
    for name in _SAME_NAME:
        if value := getattr(filters, name):
            yield [_seen_from(filters.anchor, name, value)]
    for name in _SWITCHES:
        if getattr(filters, name):
            yield [(name, "true")]


def _seen_from(anchor: str | None, name: str, value: str) -> Term:
    if anchor and name in _OF_THE_OTHER_SIDE:
        return (_OF_THE_OTHER_SIDE[name], f"{anchor}/{value}")
    return (name, value)


def _excluded(filters: MeetingFilters) -> Iterator[Term]:
    yield from (("country", code) for code in filters.country_not)
    yield from _theme_terms(filters, filters.theme_not)
    if filters.anchor is None:
        for name in _REPEATABLE:
            yield from ((name, value) for value in getattr(filters, f"{name}_not"))
    for name in _SWITCHES:
        if getattr(filters, name) is False:
            yield (name, "true")
