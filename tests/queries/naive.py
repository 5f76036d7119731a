"""What the filters mean, said a second time in plain Python over rendered meetings.

Slow and simple on purpose: a loop over all meetings and sets of words. It shares nothing with the
queries, not even how a date is read: days are compared as ISO texts.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.schemas.filters import MeetingFilters

Meeting = dict[str, Any]
"""A meeting as the API gives it."""


@dataclass(frozen=True)
class Facts:
    """What a meeting does not say of itself."""

    parents: Mapping[str, str | None]
    """Of each theme the broader one."""
    regions: Mapping[str, Collection[str | None]]
    """Of each country its sub-region and its region, as far as it has them."""
    kinds: Mapping[str, str]
    """Of each organization its kind."""


def answer(meetings: Iterable[Meeting], asked: MeetingFilters, facts: Facts) -> list[str]:
    """List the ids of the meetings that match, oldest first."""
    found = [meeting for meeting in meetings if matches(meeting, asked, facts)]
    return [
        one["id"] for one in sorted(found, key=lambda one: (one["date"]["earliest"], one["id"]))
    ]


def matches(meeting: Meeting, asked: MeetingFilters, facts: Facts) -> bool:
    return (
        _is_one_of(asked.id, meeting["id"])
        and (asked.status == "retracted") == (meeting["status"] == "retracted")
        and _participants_match(meeting, asked, facts)
        and _has(asked, "theme", _themes(meeting, asked, facts))
        and _days_match(meeting["date"], asked)
        and _includes(asked.host, _hosts(meeting) or ["none"])
        and _is(asked.place, meeting["place"] and meeting["place"]["id"])
        and _is(asked.place_country, meeting["place"] and meeting["place"]["country"])
        and _is(asked.event, meeting["event"] and meeting["event"]["id"])
        and _is(asked.mode, meeting["mode"])
        and _is(asked.status, meeting["status"])
        and _is(asked.disputed, bool(meeting["disputed"]))
        and _is(asked.said, any(part["said"] for part in meeting["participants"]))
        and _is(asked.precision, meeting["date"]["precision"])
        and _is(asked.year_basis, meeting["date"]["year_basis"])
        and _includes(asked.source, [one["source"] for one in meeting["citations"]])
        and _includes(asked.title_basis, [one["title_basis"] for one in meeting["participants"]])
    )


def _participants_match(meeting: Meeting, asked: MeetingFilters, facts: Facts) -> bool:
    """With an anchor, it takes part, and what else is asked is asked of all others."""
    everybody = meeting["participants"]
    others = [one for one in everybody if asked.anchor is None or one["country"] != asked.anchor]
    countries = {one["country"] for one in others if one["country"]}
    organizations = {one["organization"]["id"] for one in others if one["organization"]}
    return (
        _includes(asked.anchor, [one["country"] for one in everybody])
        and _has(asked, "country", countries)
        and _has(asked, "person", {one["person"]["id"] for one in others if one["person"]})
        and _has(asked, "organization", organizations)
        and _includes(asked.organization_kind, [facts.kinds[one] for one in organizations])
        and _includes(asked.region, [one for code in countries for one in facts.regions[code]])
    )


def _themes(meeting: Meeting, asked: MeetingFilters, facts: Facts) -> set[str]:
    """Name the themes by which this meeting can be found, given how it is asked for them."""
    found = set()
    for one in meeting["themes"]:
        theme = one["id"] if one["basis"] in asked.theme_basis else None
        while theme is not None:
            found.add(theme)
            theme = None if asked.theme_match == "exact" else facts.parents[theme]
    return found


def _days_match(date: Mapping[str, str], asked: MeetingFilters) -> bool:
    # As texts, every day of June lies between 2023-06-01 and 2023-06-31.
    first = asked.date_from + "-01-01"[len(asked.date_from) - 4 :] if asked.date_from else "0000"
    last = asked.date_to + "-12-31"[len(asked.date_to) - 4 :] if asked.date_to else "9999-99"
    if asked.date_match == "within":
        return first <= date["earliest"] and date["latest"] <= last
    return first <= date["latest"] and date["earliest"] <= last


def _has(asked: MeetingFilters, name: str, found: set[str]) -> bool:
    some = set(getattr(asked, name))
    every = set(getattr(asked, f"{name}_all"))
    none = set(getattr(asked, f"{name}_not"))
    return (not some or bool(some & found)) and every <= found and not none & found


def _is(wanted: object, found: object) -> bool:
    return wanted is None or wanted == found


def _is_one_of(wanted: Collection[str], found: str) -> bool:
    return not wanted or found in wanted


def _includes(wanted: str | None, found: Collection[str | None]) -> bool:
    return wanted is None or wanted in found


def _hosts(meeting: Meeting) -> list[str]:
    return [
        one["country"]
        for one in meeting["participants"]
        if one["role"] == "host" and one["country"]
    ]
