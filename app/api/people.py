"""People over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading, ReadingOfOne
from app.queries import encounters
from app.queries.people import PEOPLE
from app.schemas.person import PersonDetail, PersonPage
from app.schemas.questions import ListingQuestion

router = APIRouter(prefix="/v1/people", tags=["People"])


@router.get(
    "",
    operation_id="list_people",
    summary="All people",
    response_model=PersonPage,
)
def list_people(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List people, each with the number of their meetings.

    Titles of office are not here: they stand in each meeting, as they were at the time.
    """
    with reading as snapshot:
        return answers.records(request, PEOPLE.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_person",
    summary="One person",
    response_model=PersonDetail,
    responses=no_more("person"),
)
def get_person(request: Request, id: RecordId, reading: ReadingOfOne) -> Response:  # noqa: A002 (the path's word)
    """Get one person: their meetings, their offices, whom they met, and their longest silence.

    A silence lies between two meetings that are known here: see `/v1/dataset` for what is covered.
    """
    with reading as snapshot:
        return answers.record(request, snapshot, encounters.person(snapshot, id))


writing.add(router, "person", PersonDetail, encounters.person)
