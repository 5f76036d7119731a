"""A range of dates finds what may have taken place in it, or only what surely did."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations_with_replacement

import httpx
import pytest

from tests.api.asking import meetings
from tests.databases import Backend
from tests.given import WORLD, meeting, store
from tests.serving import serving

# Of each meeting how its date is written, and the first and the last day that this covers.
WRITTEN = {
    "day": ("2023-06-08", "2023-06-08", "2023-06-08"),
    "day-before": ("2023-06-07", "2023-06-07", "2023-06-07"),
    "month": ("2023-06", "2023-06-01", "2023-06-30"),
    "leap-month": ("2024-02", "2024-02-01", "2024-02-29"),
    "year": ("2023", "2023-01-01", "2023-12-31"),
    "leap-year": ("2024", "2024-01-01", "2024-12-31"),
    "days": ("2023-06-05/2023-06-10", "2023-06-05", "2023-06-10"),
    "two-days": ("2023-05-31/2023-06-01", "2023-05-31", "2023-06-01"),
    "new-year": ("2023-12-31/2024-01-01", "2023-12-31", "2024-01-01"),
    "longest": ("2023-03-01/2024-02-29", "2023-03-01", "2024-02-29"),
    "last-day": ("2024-12-31", "2024-12-31", "2024-12-31"),
}
# Of each bound how it is written, and the day that it stands for.
FROM = {"2023": "2023-01-01", "2023-06": "2023-06-01", "2024-02": "2024-02-01"}
TO = {"2023": "2023-12-31", "2023-06": "2023-06-30", "2024-02": "2024-02-29"}
DAYS = (
    *("2022-12-31", "2023-01-01", "2023-05-31", "2023-06-01", "2023-06-08", "2023-06-10"),
    *("2023-12-31", "2024-02-29", "2024-03-01", "2025-01-01"),
)


@pytest.fixture(scope="module")
def dated(backend: Backend) -> Iterator[httpx.Client]:
    """How to ask the server of these meetings."""
    database = backend.migrated()
    store(database, *WORLD, *(meeting(name, written[0]) for name, written in WRITTEN.items()))
    with serving(database.url) as served:
        yield served.client
    backend.remove(database)


def expected(match: str, first: str, last: str) -> list[str]:
    """Compare the days as text, which is what their notation is made for."""
    found = (
        name
        for name, (_, earliest, latest) in WRITTEN.items()
        if (
            earliest <= last and latest >= first
            if match == "overlaps"
            else earliest >= first and latest <= last
        )
    )
    return sorted(found)


def asked(api: httpx.Client, match: str, first: str | None, last: str | None) -> list[str]:
    bounds = [f"date_from={first}"] if first else []
    bounds += [f"date_to={last}"] if last else []
    return sorted(meetings(api, "&".join([f"date_match={match}", *bounds])))


@pytest.mark.parametrize("match", ["overlaps", "within"])
def test_a_range_of_days_finds_what_its_meaning_says(dated: httpx.Client, match: str) -> None:
    for first, last in combinations_with_replacement(DAYS, 2):
        assert asked(dated, match, first, last) == expected(match, first, last), (first, last)


@pytest.mark.parametrize("match", ["overlaps", "within"])
def test_a_range_may_be_open_at_either_end(dated: httpx.Client, match: str) -> None:
    for day in DAYS:
        assert asked(dated, match, day, None) == expected(match, day, "9999"), day
        assert asked(dated, match, None, day) == expected(match, "0000", day), day
    assert asked(dated, match, None, None) == sorted(WRITTEN)


@pytest.mark.parametrize("match", ["overlaps", "within"])
def test_a_bound_may_be_a_month_or_a_year(dated: httpx.Client, match: str) -> None:
    for first, first_day in FROM.items():
        for last, last_day in TO.items():
            if first_day <= last_day:
                found = asked(dated, match, first, last)
                assert found == expected(match, first_day, last_day), (first, last)


@pytest.mark.parametrize("match", ["overlaps", "within"])
def test_a_range_means_the_same_when_the_meetings_are_named(
    dated: httpx.Client, match: str
) -> None:
    named = "&".join(f"id={name}" for name in WRITTEN)
    found = meetings(dated, f"date_match={match}&date_from=2023-06&date_to=2023-06&{named}")
    assert sorted(found) == expected(match, "2023-06-01", "2023-06-30")


def test_what_is_known_by_its_month_is_not_lost() -> None:
    # Guards the table above: it must hold dates that only one of the two readings finds.
    overlapping = set(expected("overlaps", "2023-06-08", "2023-06-08"))
    within = set(expected("within", "2023-06-08", "2023-06-08"))
    assert within == {"day"}
    assert overlapping == {"day", "days", "month", "year", "longest"}


def test_the_table_says_the_days_of_its_dates() -> None:
    for _, earliest, latest in WRITTEN.values():
        assert date.fromisoformat(earliest) <= date.fromisoformat(latest)
