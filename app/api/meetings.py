"""Meetings over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.dependencies import RecordId, Snapshot, SnapshotToSearch
from app.queries import meetings
from app.schemas.meeting import Meeting, MeetingPage
from app.schemas.questions import MeetingQuestion

router = APIRouter(prefix="/v1/meetings", tags=["Meetings"])


@router.get(
    "", operation_id="list_meetings", summary="All meetings that match", response_model=MeetingPage
)
def list_meetings(
    request: Request, question: Annotated[MeetingQuestion, Query()], snapshot: SnapshotToSearch
) -> Response:
    """List the meetings that match all the filters, in order of date.

    Values of one parameter are alternatives: `country=RU&country=MM` finds meetings with either,
    `country_all=CN&country_all=RU` those with both, `country_not=RU` those without. A meeting
    matches a date range when it may have taken place within it. The newest comes first, or with
    `sort=date` the oldest. Follow `next` for more.
    """
    return answers.documents(request, meetings.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_meeting",
    summary="One meeting",
    response_model=Meeting,
    responses=no_more("meeting"),
)
def get_meeting(request: Request, id: RecordId, snapshot: Snapshot) -> Response:  # noqa: A002 (the path's word)
    """Get one meeting with its participants, themes and citations, retracted or not."""
    return answers.record(request, snapshot, meetings.one(snapshot, id))


writing.add(router, "meeting", Meeting, meetings.one)
