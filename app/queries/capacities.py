"""In which capacity somebody took part: for which organization and country, and by which title."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from sqlalchemy import ColumnElement, RowMapping, distinct, func, or_, select
from sqlalchemy.orm import Session

from app.models import Document, Meeting, Participant
from app.models.among import among
from app.queries.dyads import names
from app.queries.spans import Meetings
from app.schemas.encounters import Office
from app.schemas.meeting import Title

Part = dict[str, Any]
"""A participant as readers are served them."""


def offices(session: Session, person_id: str) -> list[Office]:
    """Give titles and organizations in order of the first meeting with each."""
    one = Participant
    capacity = (one.title_en, one.title_zh, one.organization_id)
    period: dict[str, ColumnElement[Any]] = {
        "meetings": func.count(distinct(Meeting.id)),
        "first": func.min(Meeting.starts_on),
        "last": func.max(Meeting.ends_on),
    }
    told = select(*capacity, *(found.label(name) for name, found in period.items())).where(
        one.meeting_id == Meeting.id,
        one.person_id == person_id,
        or_(one.title_zh.is_not(None), one.organization_id.is_not(None)),
        Meeting.status != "retracted",
    )
    rows = session.execute(told.group_by(*capacity)).mappings().all()
    known = names(session, "organization", (row["organization_id"] for row in rows))
    return [
        Office(
            **{name: row[name] for name in period},
            title=row["title_en"] and Title(en=row["title_en"], zh=row["title_zh"]),
            organization=known.get(row["organization_id"]),
        )
        for row in sorted(rows, key=_by_first_day)
    ]


def _by_first_day(row: RowMapping) -> tuple[Any, ...]:
    return row["first"], row["last"], row["organization_id"] or "", row["title_en"] or ""


def at_last(
    session: Session, met: Mapping[str, Meetings], is_meant: Callable[[Part, list[Part]], bool]
) -> dict[str, Part]:
    """Give what each person was in their last meeting; of several capacities the last one.

    It is one of those that are meant, beside all of the meeting.
    """
    last = {one: int(meetings[-1]) for one, meetings in met.items()}
    mine = among(Document.number, [*{*last.values()}])
    documents = session.execute(select(Document.number, Document.json).where(mine)).all()
    every = {number: orjson.loads(json)["participants"] for number, json in documents}
    return {
        one: [
            part
            for part in every[number]
            if id_of(part, "person") == one and is_meant(part, every[number])
        ][-1]
        for one, number in last.items()
    }


def id_of(part: Part, kind: str) -> str | None:
    """Give the id of the person or the organization of a participant."""
    found: str | None = part[kind] and part[kind]["id"]
    return found
