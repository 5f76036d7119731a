"""Whom a person, an organization or a country met, in which capacity, and after how long."""

from collections.abc import Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Row, Select, Subquery, case, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Meeting, Participant, Theme
from app.queries.countries import COUNTRIES
from app.queries.dyads import names
from app.queries.listing import both
from app.queries.organizations import ORGANIZATIONS
from app.queries.pairs import pairs
from app.queries.people import PEOPLE
from app.queries.sets import facet, members
from app.queries.spans import Days, longest_gap
from app.schemas.dyads import DyadQuestion, Level
from app.schemas.encounters import (
    MOST_NAMED,
    Counterpart,
    Office,
    PersonMet,
    PersonOfOrganization,
    ThemeTouched,
)
from app.schemas.geography import CountryDetail
from app.schemas.meeting import Title
from app.schemas.organization import OrganizationDetail
from app.schemas.person import PersonDetail

_STATED = "stated/"

Rows = Sequence[Row[tuple[Any, ...]]]


def person(session: Session, person_id: str) -> PersonDetail:
    """Give one person, with their offices, whom they met, and how long they met nobody.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found = PEOPLE.one(session, person_id)
    met = _most_often(session, _others("person", person_id), "person_id", told=["country_id"])
    known = names(session, "person", (row.person_id for row in met))
    return PersonDetail(
        **dict(found),
        **_silence(Days(session), members(session, "person", person_id)),
        offices=_offices(session, person_id),
        met=[
            PersonMet(**dict(known[row.person_id]), **_met(row), country=row.country_id)
            for row in met
        ],
    )


def organization(session: Session, organization_id: str) -> OrganizationDetail:
    """Give one organization, with who took part for it, and which others they met.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found = ORGANIZATIONS.one(session, organization_id)
    own = _parts("organization", organization_id).where(Participant.person_id.is_not(None))
    people = _most_often(session, own, "person_id", told=["title_en", "title_zh"])
    known = names(session, "person", (row.person_id for row in people))
    return OrganizationDetail(
        **dict(found),
        **_period(Days(session), members(session, "organization", organization_id)),
        people=[
            PersonOfOrganization(**dict(known[row.person_id]), **_met(row), title=_title(row))
            for row in people
        ],
        counterparts=_counterparts(session, organization_id),
    )


def country(session: Session, code: str) -> CountryDetail:
    """Give one country, with whom it met, on which themes, and how long it met nobody.

    Raises:
        NotFound, Gone, Merged: there is none with this id, or no more.
    """
    found = COUNTRIES.one(session, code)
    ours = members(session, "country", code)
    days, met = Days(session), pairs(session, DyadQuestion(anchor=code), ours)
    known = names(session, "country", (other for _, other in met.often))
    most_first = sorted(met.often.items(), key=lambda one: (-one[1], one[0]))
    return CountryDetail(
        **dict(found),
        **_silence(days, ours),
        counterparts=[
            Counterpart(**dict(known[pair[1]]), meetings=often, **_period(days, met.of(pair)))
            for pair, often in most_first
        ],
        themes=_themes(session, ours),
    )


def _counterparts(session: Session, organization_id: str) -> list[Counterpart]:
    others = _others("organization", organization_id)
    met = _most_often(session, others, "organization_id", told=[])
    known = names(session, "organization", (row.organization_id for row in met))
    return [Counterpart(**dict(known[row.organization_id]), **_met(row)) for row in met]


def _parts(level: Level, record_id: str) -> Select[*tuple[Any, ...]]:
    """Select what a record was in each of its meetings."""
    part = Participant
    return (
        select(*_MEETING, part.position, part.person_id, part.organization_id)
        .add_columns(part.title_en, part.title_zh)
        .join(part, part.meeting_id == Meeting.id)
        .where(_column(part, level) == record_id, _COUNTS)
    )


def _others(level: Level, record_id: str) -> Select[*tuple[Any, ...]]:
    """Select who of other countries was in the meetings of a record."""
    one, other = aliased(Participant), aliased(Participant)
    entity = _column(other, level)
    return (
        select(*_MEETING, other.position, entity, other.country_id)
        .join(one, one.meeting_id == Meeting.id)
        .join(other, other.meeting_id == Meeting.id)
        .where(_column(one, level) == record_id, _COUNTS)
        .where(entity != record_id, _of_another(one, other))
    )


_MEETING = (Meeting.id.label("meeting_id"), Meeting.starts_on, Meeting.ends_on)
_COUNTS = Meeting.status != "retracted"


def _column(part: Any, level: Level) -> Any:
    return getattr(part, f"{level}_id")


def _of_another(one: Any, other: Any) -> ColumnElement[bool]:
    """A body may be of no country, and then is of another than anybody else."""
    return or_(
        one.country_id.is_(None), other.country_id.is_(None), one.country_id != other.country_id
    )


def _most_often(
    session: Session, rows: Select[*tuple[Any, ...]], by: str, *, told: Sequence[str]
) -> Rows:
    """Give those with most meetings, and what the last meeting of each tells of them."""
    columns = rows.selected_columns
    last_first = [columns[name].desc() for name in ("starts_on", "meeting_id", "position")]
    number = func.row_number().over(partition_by=columns[by], order_by=last_first)
    every = rows.add_columns(number.label("number")).subquery()
    last = [func.max(case((every.c.number == 1, every.c[name]))).label(name) for name in told]
    most = _grouped(every, [by]).add_columns(*last)
    in_order = (most.selected_columns.meetings.desc(), every.c[by])
    return session.execute(most.order_by(*in_order).limit(MOST_NAMED)).all()


def _grouped(every: Subquery, by: Sequence[str]) -> Select[*tuple[Any, ...]]:
    keys = [every.c[name] for name in by]
    return select(
        *keys,
        func.count(distinct(every.c.meeting_id)).label("meetings"),
        func.min(every.c.starts_on).label("first"),
        func.max(every.c.ends_on).label("last"),
    ).group_by(*keys)


def _offices(session: Session, person_id: str) -> list[Office]:
    """Give titles and organizations in order of the first meeting with each."""
    one = Participant
    told = or_(one.title_zh.is_not(None), one.organization_id.is_not(None))
    every = _parts("person", person_id).where(told).subquery()
    rows = session.execute(_grouped(every, ["title_en", "title_zh", "organization_id"])).all()
    known = names(session, "organization", (row.organization_id for row in rows))
    return [
        Office(**_met(row), title=_title(row), organization=known.get(row.organization_id))
        for row in sorted(rows, key=_by_first_day)
    ]


def _by_first_day(row: Any) -> tuple[Any, ...]:
    return row.first, row.last, row.organization_id or "", row.title_en or ""


def _title(row: Any) -> Title | None:
    return None if row.title_en is None else Title(en=row.title_en, zh=row.title_zh)


def _met(row: Any) -> dict[str, Any]:
    return {"meetings": row.meetings, "first": row.first, "last": row.last}


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


def _period(days: Days, numbers: BitMap) -> dict[str, Any]:
    if not numbers:
        return {"first": None, "last": None}
    return {"first": days.first(numbers), "last": days.last(numbers)}


def _silence(days: Days, numbers: BitMap) -> dict[str, Any]:
    silence = longest_gap(days.of(numbers)) if numbers else None
    return _period(days, numbers) | {"longest_silence": silence}
