"""Countries over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading, ReadingOfOne
from app.queries import encounters
from app.queries.countries import COUNTRIES
from app.schemas.geography import CountryDetail, CountryPage
from app.schemas.questions import ListingQuestion

router = APIRouter(prefix="/v1/countries", tags=["Countries"])


@router.get(
    "",
    operation_id="list_countries",
    summary="All countries",
    response_model=CountryPage,
)
def list_countries(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List countries, territories and former states, each with the number of its meetings.

    They are in order of their codes; `has_meetings=true` leaves out those that took part in none.
    """
    with reading as snapshot:
        return answers.records(request, COUNTRIES.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_country",
    summary="One country",
    response_model=CountryDetail,
    responses=no_more("country"),
)
def get_country(request: Request, id: RecordId, reading: ReadingOfOne) -> Response:  # noqa: A002 (the path's word)
    """Get one country: its meetings, with whom and on which themes, and its longest silence.

    A silence lies between two meetings that are known here: see `/v1/dataset` for what is covered.
    """
    with reading as snapshot:
        return answers.record(request, snapshot, encounters.country(snapshot, id))


writing.add(router, "country", CountryDetail, encounters.country)
