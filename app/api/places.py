"""Places over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading
from app.queries.places import PLACES
from app.schemas.place import Place, PlacePage
from app.schemas.questions import ListingQuestion

router = APIRouter(prefix="/v1/places", tags=["Places"])


@router.get(
    "",
    operation_id="list_places",
    summary="All places",
    response_model=PlacePage,
)
def list_places(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List places, each with the number of its meetings.

    Where meetings were held, with coordinates where they are known.
    """
    with reading as snapshot:
        return answers.records(request, PLACES.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_place",
    summary="One place",
    response_model=Place,
    responses=no_more("place"),
)
def get_place(request: Request, id: RecordId, reading: Reading) -> Response:  # noqa: A002 (the path's word)
    """Get one place, with the number of its meetings and a link to them."""
    with reading as snapshot:
        return answers.record(request, snapshot, PLACES.one(snapshot, id))


writing.add(router, "place", Place, PLACES.one)
