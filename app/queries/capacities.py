"""In which capacity somebody took part: for which organization and country, and by which title."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, Select, distinct, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models import Document, Meeting, Participant
from app.models.among import among
from app.queries.dyads import names
from app.queries.spans import Meetings
from app.schemas.dyads import Level
from app.schemas.encounters import Office
from app.schemas.meeting import Title


def parts(level: Level, record_id: str) -> Select[*tuple[Any, ...]]:
    """Select what a record was in each of its meetings."""
    part = Participant
    return (
        select(*_MEETING, part.position, part.person_id, part.organization_id)
        .add_columns(part.title_en, part.title_zh)
        .join(part, part.meeting_id == Meeting.id)
        .where(getattr(part, f"{level}_id") == record_id, _COUNTS)
    )


def beside(person_id: str) -> Select[*tuple[Any, ...]]:
    """Select who of other countries was in the meetings of a person."""
    one, other = aliased(Participant), aliased(Participant)
    of_another = or_(
        one.country_id.is_(None), other.country_id.is_(None), one.country_id != other.country_id
    )
    return (
        select(*_MEETING, other.position, other.person_id, other.country_id)
        .join(one, one.meeting_id == Meeting.id)
        .join(other, other.meeting_id == Meeting.id)
        .where(one.person_id == person_id, other.person_id != person_id, of_another, _COUNTS)
    )


_MEETING = (Meeting.id.label("meeting_id"), Meeting.starts_on, Meeting.ends_on)
_COUNTS = Meeting.status != "retracted"


def of_last_meeting(
    session: Session, rows: Select[*tuple[Any, ...]], by: str, met: Mapping[str, Meetings]
) -> dict[str, RowMapping]:
    """Give of each the row that tells of their last meeting; of several the one placed last."""
    last = {one: int(meetings[-1]) for one, meetings in met.items()}
    of_last = (
        rows.add_columns(Document.number)
        .join(Document, Document.meeting_id == Meeting.id)
        .where(among(Document.number, [*{*last.values()}]))
        .order_by(rows.selected_columns.position)
    )
    found = {(row[by], row["number"]): row for row in session.execute(of_last).mappings()}
    return {one: found[one, number] for one, number in last.items()}


def offices(session: Session, person_id: str) -> list[Office]:
    """Give titles and organizations in order of the first meeting with each."""
    one = Participant
    told = or_(one.title_zh.is_not(None), one.organization_id.is_not(None))
    every = parts("person", person_id).where(told).subquery().c
    capacity = (every.title_en, every.title_zh, every.organization_id)
    period = {
        "meetings": func.count(distinct(every.meeting_id)),
        "first": func.min(every.starts_on),
        "last": func.max(every.ends_on),
    }
    told_of = select(*capacity, *(one.label(name) for name, one in period.items()))
    rows = session.execute(told_of.group_by(*capacity)).mappings().all()
    known = names(session, "organization", (row["organization_id"] for row in rows))
    return [
        Office(
            **{name: row[name] for name in period},
            title=title(row),
            organization=known.get(row["organization_id"]),
        )
        for row in sorted(rows, key=_by_first_day)
    ]


def _by_first_day(row: RowMapping) -> tuple[Any, ...]:
    return row["first"], row["last"], row["organization_id"] or "", row["title_en"] or ""


def title(row: RowMapping) -> Title | None:
    """Give the title that a row tells of."""
    return None if row["title_en"] is None else Title(en=row["title_en"], zh=row["title_zh"])
