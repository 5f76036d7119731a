"""Meetings over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading, ReadingToSearch, answered
from app.queries import meetings
from app.schemas.meeting import Meeting, MeetingPage
from app.schemas.questions import MeetingQuestion

router = APIRouter(prefix="/v1/meetings", tags=["Meetings"])


@router.get(
    "", operation_id="list_meetings", summary="All meetings that match", response_model=MeetingPage
)
async def list_meetings(
    request: Request, question: Annotated[MeetingQuestion, Query()], reading: ReadingToSearch
) -> Response:
    """List the meetings that match all the filters, in order of date.

    Values of one parameter are alternatives: `country=RU&country=MM` finds meetings with either,
    `country_all=CN&country_all=RU` those with both, `country_not=RU` those without. A meeting
    matches a date range when it may have taken place within it. The newest comes first, or with
    `sort=date` the oldest. Follow `next` for more.
    """

    def answer() -> Response:
        with reading as snapshot:
            return answers.documents(request, meetings.page(snapshot, question))

    return await answered(request, answer)


@router.get(
    "/{id}",
    operation_id="get_meeting",
    summary="One meeting",
    response_model=Meeting,
    responses=no_more("meeting"),
)
async def get_meeting(request: Request, id: RecordId, reading: Reading) -> Response:  # noqa: A002 (the path's word)
    """Get one meeting with its participants, themes and citations, retracted or not."""

    def answer() -> Response:
        with reading as snapshot:
            return answers.record(request, snapshot, meetings.one(snapshot, id))

    return await answered(request, answer)


writing.add(router, "meeting", Meeting, meetings.one)
