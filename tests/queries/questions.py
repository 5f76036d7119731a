"""Questions about the made-up world: a few filters at a time, with values that it has."""

from collections.abc import Collection, Iterable
from typing import Any, get_args

from hypothesis import strategies as st

from app.enumerations import (
    Mode,
    OrganizationKind,
    Precision,
    Status,
    ThemeBasis,
    TitleBasis,
    YearBasis,
)
from app.schemas.filters import MeetingFilters
from tests.queries import world

Parameters = dict[str, Any]

_ONE: dict[str, Collection[object]] = {
    "anchor": world.SUBREGIONS,
    "region": world.REGIONS,
    "organization_kind": get_args(OrganizationKind),
    "host": [*world.SUBREGIONS, "none"],
    "place": world.PLACES,
    "place_country": world.SUBREGIONS,
    "event": world.EVENTS,
    "mode": get_args(Mode),
    "status": get_args(Status),
    "source": world.SOURCES,
    "disputed": [False, True],
    "said": [False, True],
    "precision": get_args(Precision),
    "year_basis": get_args(YearBasis),
    "title_basis": get_args(TitleBasis),
}
"""The filters of one value."""
_MANY: dict[str, Collection[str]] = {
    "country": world.SUBREGIONS,
    "theme": world.PARENTS,
    "person": world.PEOPLE,
    "organization": world.KINDS,
}
"""The filters of several values."""
_ENDINGS = {"": 6, "_all": 2, "_not": 3}
"""The endings of their names, and how many values are asked for at most."""

ALONE: dict[str, list[object]] = {
    **{name: list(values) for name, values in _ONE.items()},
    **{
        name + end: [*([one] for one in values), list(values)[1:3], list(values)[2:5]]
        for name, values in _MANY.items()
        for end in _ENDINGS
    },
    "date_from": [*world.written_dates()[::20]],
    "date_to": [*world.written_dates()[::20]],
    "id": [world.ids()[:50]],
}
"""Of each filter values to ask for, one question for each."""
OF_THE_OTHER_SIDE = [
    "region",
    "organization_kind",
    *(name + end for name in ("country", "person", "organization") for end in _ENDINGS),
]
"""The filters that mean something else beside an anchor."""


def _some(values: Collection[object], most: int) -> st.SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(list(values)), min_size=1, max_size=most)


def _themes(name: str, most: int) -> st.SearchStrategy[Parameters]:
    return st.fixed_dictionaries(
        {name: _some(world.PARENTS, most)},
        optional={
            "theme_basis": _some(get_args(ThemeBasis), 3),
            "theme_match": st.sampled_from(["narrower", "exact"]),
        },
    )


def _ranges() -> st.SearchStrategy[Parameters]:
    """Begin and end with the dates of meetings, so that they touch, or with any others."""
    any_day = st.dates(world.FIRST_DAY, world.LAST_DAY).map(str)
    any_date = st.tuples(any_day, st.sampled_from([4, 7, 10])).map(lambda cut: cut[0][: cut[1]])
    dates = st.sampled_from(world.written_dates()) | any_date
    ends = st.sampled_from([["date_from"], ["date_to"], ["date_from", "date_to"]])
    # Of two dates, the one that sorts first as a text does not begin after the other ends.
    return st.tuples(ends, st.tuples(dates, dates).map(sorted)).map(
        lambda made: dict(zip(*made, strict=False))
    )


_TOPICS: dict[str, st.SearchStrategy[Parameters]] = {
    "id": st.fixed_dictionaries(
        {"id": st.lists(st.sampled_from(world.ids()), min_size=30, max_size=50)}
    ),
    "dates": _ranges(),
    "date_match": st.just({"date_match": "within"}),
    **{
        name: st.fixed_dictionaries({name: st.sampled_from(list(values))})
        for name, values in _ONE.items()
    },
    **{f"theme{end}": _themes(f"theme{end}", most) for end, most in _ENDINGS.items()},
    **{
        name + end: st.fixed_dictionaries({name + end: _some(_MANY[name], most)})
        for name in ("country", "person", "organization")
        for end, most in _ENDINGS.items()
    },
}
# What is asked most is tried most, and most often together.
_OFTEN = st.lists(
    st.sampled_from(["anchor", "country", "date_match", "dates", "theme", "theme_all"]), max_size=4
)
_ELSE = st.lists(st.sampled_from(sorted(_TOPICS)), max_size=3)


def questions() -> st.SearchStrategy[MeetingFilters]:
    """Make questions that are valid."""
    topics = st.tuples(_OFTEN, _ELSE).map(lambda chosen: sorted({*chosen[0], *chosen[1]}))
    return topics.flatmap(lambda chosen: st.tuples(*(_TOPICS[one] for one in chosen))).map(_asked)


def _asked(parts: Iterable[Parameters]) -> MeetingFilters:
    merged: Parameters = {}
    for part in parts:
        merged |= part
    for name in ("country", "country_all", "country_not"):
        # The anchor may not stand among them.
        merged[name] = [code for code in merged.get(name, []) if code != merged.get("anchor")]
    return MeetingFilters.model_validate(merged)
