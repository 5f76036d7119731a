"""Whom a person, an organization or a country met, in which capacity, and after how long."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pyroaring import BitMap
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Theme
from app.queries.attendance import Attendees, Entries, term_id
from app.queries.capacities import Part, at_last, id_of, offices
from app.queries.countries import COUNTRIES
from app.queries.dyads import names
from app.queries.listing import both
from app.queries.organizations import ORGANIZATIONS
from app.queries.pairs import pairs, pairs_of
from app.queries.people import PEOPLE
from app.queries.sets import facet, members, numbers
from app.queries.spans import Days, Meetings, longest_gap
from app.queries.tallies import Grouped, distinct, grouped, lowest
from app.schemas.dyads import DyadQuestion
from app.schemas.encounters import (
    MOST_NAMED,
    Counterpart,
    PersonMet,
    PersonOfOrganization,
    ThemeTouched,
)
from app.schemas.geography import CountryDetail
from app.schemas.organization import OrganizationDetail
from app.schemas.person import PersonDetail

_STATED = "stated/"


def person(session: Session, person_id: str) -> PersonDetail:
    """Give one person, with their offices, whom they met, and how long they met nobody.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found, days = PEOPLE.one(session, person_id), Days(session)
    ours = members(session, "person", person_id)
    met = _others(Attendees(session, "person", ours, retracted=False), person_id)
    known, last = names(session, "person", met), at_last(session, met, _is_beside(person_id))
    return PersonDetail(
        **dict(found),
        **_silence(days, numbers(ours)),
        offices=offices(session, person_id),
        met=[
            PersonMet(**dict(known[other]), **_met(days, meetings), country=last[other]["country"])
            for other, meetings in met.items()
        ],
    )


def organization(session: Session, organization_id: str) -> OrganizationDetail:
    """Give one organization, with who took part for it, and which others they met.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found, days = ORGANIZATIONS.one(session, organization_id), Days(session)
    ours = members(session, "organization", organization_id)
    beside = Attendees(session, "person", ours, retracted=False, side="organization")
    own = _people(beside, organization_id)
    met = _others(Attendees(session, "organization", ours, retracted=False), organization_id)
    last = at_last(session, own, lambda one, _: id_of(one, "organization") == organization_id)
    people, others = names(session, "person", own), names(session, "organization", met)
    return OrganizationDetail(
        **dict(found),
        **_period(days, numbers(ours)),
        people=[
            PersonOfOrganization(
                **dict(people[one]), **_met(days, meetings), title=last[one]["title"]
            )
            for one, meetings in own.items()
        ],
        counterparts=[
            Counterpart(**dict(others[other]), **_met(days, mine)) for other, mine in met.items()
        ],
    )


def country(session: Session, code: str) -> CountryDetail:
    """Give one country, with whom it met, on which themes, and how long it met nobody.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found = COUNTRIES.one(session, code)
    ours = members(session, "country", code)
    days, every = Days(session), pairs(session, DyadQuestion(anchor=code), ours)
    most_first = lowest(-every.met.often, None)
    others = [other for _, other in every.ids(most_first)]
    known = names(session, "country", others)
    return CountryDetail(
        **dict(found),
        **_silence(days, numbers(ours)),
        counterparts=[
            Counterpart(**dict(known[other]), **_met(days, meetings))
            for other, meetings in zip(others, every.met.of(most_first), strict=True)
        ],
        themes=_themes(session, ours),
    )


def _is_beside(person_id: str) -> Callable[[Part, list[Part]], bool]:
    """Ask whether somebody was of another country than a person, or may have been."""

    def is_beside(other: Part, every: list[Part]) -> bool:
        ours = {part["country"] for part in every if id_of(part, "person") == person_id}
        return None in {*ours, other["country"]} or ours != {other["country"]}

    return is_beside


def _others(attendees: Attendees, record_id: str) -> dict[str, Meetings]:
    """Give whom of other countries a record met most often, and in which meetings."""
    found = pairs_of(attendees, record_id)
    most = lowest(-found.met.often, MOST_NAMED)
    others = (other for _, other in found.ids(most))
    return dict(zip(others, found.met.of(most), strict=True))


def _people(attendees: Attendees, organization_id: str) -> dict[str, Meetings]:
    """Give who took part for an organization most often, and in which meetings."""
    term = term_id(attendees.session, "organization", organization_id, retracted=False)
    own = [entries.where(entries.sides == term) for entries in attendees.entries()]
    found = _once(own, len(attendees))
    most = lowest(-found.often, MOST_NAMED)
    return dict(zip(attendees.ids(found.keys[most]), found.of(most), strict=True))


def _once(some: Sequence[Entries], attendees: int) -> Grouped:
    """Give the meetings of each who took part, also of those who did so in several capacities."""
    pairs = [entries.meetings.astype(np.int64) * attendees + entries.who for entries in some]
    meetings, who = np.divmod(distinct(np.concatenate([_NOBODY, *pairs])), max(1, attendees))
    return grouped(who, meetings.astype(np.int32), attendees)


_NOBODY = np.empty(0, np.int64)


def _met(days: Days, meetings: Meetings) -> dict[str, Any]:
    return {"meetings": len(meetings)} | _period(days, meetings)


def _themes(session: Session, ours: BitMap) -> list[ThemeTouched]:
    touched = {
        value.removeprefix(_STATED): meetings
        for value, numbers in facet(session, "theme_exact", ours, retracted=False).items()
        if value.startswith(_STATED) and (meetings := ours.intersection_cardinality(numbers))
    }
    themes = session.scalars(select(Theme).where(Theme.id.in_(touched)))
    return [
        ThemeTouched(id=one.id, label=both(one, "label"), meetings=touched[one.id])
        for one in sorted(themes, key=lambda one: (-touched[one.id], one.id))
    ]


def _period(days: Days, meetings: Meetings) -> dict[str, Any]:
    if not len(meetings):
        return {"first": None, "last": None}
    return {"first": days.first(meetings), "last": days.last(meetings)}


def _silence(days: Days, meetings: Meetings) -> dict[str, Any]:
    silence = longest_gap(days.of(meetings)) if len(meetings) else None
    return _period(days, meetings) | {"longest_silence": silence}
