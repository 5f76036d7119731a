"""Events, as a list and one by one."""

from typing import Any

from sqlalchemy.orm import joinedload

from app.models import Event
from app.queries.listing import Vocabulary, at_once, both, both_or_none, named
from app.schemas import event
from app.schemas.source import Citation


def _event(row: Event, common: dict[str, Any]) -> event.Event:
    return event.Event(
        **common,
        name=both(row, "name"),
        kind=row.kind,
        mode=row.mode,
        summary=both_or_none(row, "summary"),
        date=event.DateRead(
            value=row.date_as_written,
            earliest=row.starts_on,
            latest=row.ends_on,
            precision=row.precision,
            year_basis=row.year_basis,
        ),
        place=named(row.place),
        participants=[
            event.EventParticipant(
                person=one.person_id,
                organization=one.organization_id,
                country=one.country_id,
                role=one.role,
            )
            for one in row.participants
        ],
        citations=[
            Citation(
                source=one.source_id,
                locator=one.locator,
                stance=one.stance,
                fields=one.fields,
                asserted=one.asserted,
            )
            for one in row.citations
        ],
    )


EVENTS = Vocabulary(
    "event",
    "events",
    Event,
    _event,
    load=(
        at_once(Event.participants),
        at_once(Event.citations),
        joinedload(Event.place),
    ),
)
