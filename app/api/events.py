"""Events over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading
from app.queries.events import EVENTS
from app.schemas.event import Event, EventPage
from app.schemas.questions import ListingQuestion

router = APIRouter(prefix="/v1/events", tags=["Events"])


@router.get(
    "",
    operation_id="list_events",
    summary="All events",
    response_model=EventPage,
)
def list_events(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List events, each with the number of its meetings.

    Conferences, forums, visits and speeches: what meetings took place at, or what a source
    reports beside meetings.
    """
    with reading as snapshot:
        return answers.records(request, EVENTS.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_event",
    summary="One event",
    response_model=Event,
    responses=no_more("event"),
)
def get_event(request: Request, id: RecordId, reading: Reading) -> Response:  # noqa: A002 (the path's word)
    """Get one event, with the number of its meetings and a link to them."""
    with reading as snapshot:
        return answers.record(request, snapshot, EVENTS.one(snapshot, id))


writing.add(router, "event", Event, EVENTS.one)
