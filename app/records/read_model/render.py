"""How the truth about a meeting becomes the document that the API gives."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.models import (
    Citation,
    Event,
    Meeting,
    MeetingTheme,
    Organization,
    Participant,
    Person,
    Place,
    Theme,
)
from app.models.among import among

Document = dict[str, Any]

_MEETINGS = (
    select(
        Meeting.__table__,
        Place.name_en.label("place_en"),
        Place.name_zh.label("place_zh"),
        Place.country_id.label("place_country"),
        Place.latitude,
        Place.longitude,
        Event.name_en.label("event_en"),
        Event.name_zh.label("event_zh"),
    )
    .outerjoin(Place, Place.id == Meeting.place_id)
    .outerjoin(Event, Event.id == Meeting.event_id)
)
_PARTICIPANTS = (
    select(
        Participant.__table__,
        Person.name_en.label("person_en"),
        Person.name_zh.label("person_zh"),
        Organization.name_en.label("organization_en"),
        Organization.name_zh.label("organization_zh"),
        Organization.kind.label("organization_kind"),
    )
    .outerjoin(Person, Person.id == Participant.person_id)
    .outerjoin(Organization, Organization.id == Participant.organization_id)
)
_THEMES = select(MeetingTheme.__table__, Theme.label_en, Theme.label_zh).join(
    Theme, Theme.id == MeetingTheme.theme_id
)


def documents(session: Session, ids: Collection[str]) -> dict[str, Document]:
    """Render these meetings, each as the API gives it; ids that do not exist are left out."""
    meetings = session.execute(_MEETINGS.where(among(Meeting.id, ids)).order_by(Meeting.id))
    participants = _grouped(session, _PARTICIPANTS, Participant, ids, _participant)
    themes = _grouped(session, _THEMES, MeetingTheme, ids, _theme)
    citations = _grouped(session, select(Citation.__table__), Citation, ids, _citation)
    return {
        row.id: _meeting(row, participants[row.id], themes[row.id], citations[row.id])
        for row in meetings
    }


def _grouped(
    session: Session,
    parts: Select[Any],
    model: type[Participant | MeetingTheme | Citation],
    ids: Collection[str],
    render: Callable[[Row[Any]], Document],
) -> defaultdict[str, list[Document]]:
    statement = parts.where(among(model.meeting_id, ids)).order_by(model.meeting_id, model.position)
    grouped: defaultdict[str, list[Document]] = defaultdict(list)
    for row in session.execute(statement):
        grouped[row.meeting_id].append(render(row))
    return grouped


def _meeting(
    row: Row[Any],
    participants: list[Document],
    themes: list[Document],
    citations: list[Document],
) -> Document:
    return {
        "id": row.id,
        "title": _both(row.title_en, row.title_zh),
        "summary": _both(row.summary_en, row.summary_zh),
        "date": _date(row),
        "mode": row.mode,
        "host": host(participants),
        "status": row.status,
        "disputed": disputed(citations),
        "countries": distinct(one["country"] for one in participants),
        "place": _place(row),
        "event": _named(row.event_id, row.event_en, row.event_zh),
        "participants": participants,
        "themes": themes,
        "citations": citations,
        "supplied": row.supplied,
        "version": row.version,
        "updated_at": row.updated_at,
    }


def _both(en: str | None, zh: str | None) -> Document | None:
    return None if en is None else {"en": en, "zh": zh}


def _named(record_id: str | None, en: str, zh: str) -> Document | None:
    return None if record_id is None else {"id": record_id, "name": {"en": en, "zh": zh}}


def _date(row: Row[Any]) -> Document:
    return {
        "value": row.date_as_written,
        "earliest": row.starts_on,
        "latest": row.ends_on,
        "precision": row.precision,
        "year_basis": row.year_basis,
    }


def _place(row: Row[Any]) -> Document | None:
    named = _named(row.place_id, row.place_en, row.place_zh)
    return named and named | {
        "country": row.place_country,
        "latitude": row.latitude,
        "longitude": row.longitude,
    }


def host(participants: Sequence[Document]) -> str | None:
    """Give the country of the participants with role host, if it is one."""
    # Two hosts of different countries leave no single country to name.
    hosts = distinct(one["country"] for one in participants if one["role"] == "host")
    return hosts[0] if len(hosts) == 1 else None


def disputed(citations: Iterable[Document]) -> list[str]:
    """Name the members that a source contradicts."""
    return distinct(
        field for one in citations if one["stance"] == "contradicts" for field in one["fields"]
    )


def distinct(values: Iterable[str | None]) -> list[str]:
    """Give each value once, in order."""
    return sorted({value for value in values if value is not None})


def _participant(row: Row[Any]) -> Document:
    organization = _named(row.organization_id, row.organization_en, row.organization_zh)
    said = _both(row.said_en, row.said_zh)
    return {
        "person": _named(row.person_id, row.person_en, row.person_zh),
        "organization": organization and organization | {"kind": row.organization_kind},
        "country": row.country_id,
        "role": row.role,
        "title": _both(row.title_en, row.title_zh),
        "title_basis": row.title_basis,
        "said": said and said | {"source": row.said_source_id, "locator": row.said_locator},
    }


def _theme(row: Row[Any]) -> Document:
    return {
        "id": row.theme_id,
        "label": {"en": row.label_en, "zh": row.label_zh},
        "wording": row.wording,
        "basis": row.basis,
        "raised_by": row.raised_by_id,
        "source": row.source_id,
        "locator": row.locator,
    }


def _citation(row: Row[Any]) -> Document:
    return {
        "source": row.source_id,
        "locator": row.locator,
        "stance": row.stance,
        "fields": row.fields,
        "asserted": row.asserted,
    }
