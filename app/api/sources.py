"""Sources over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import answers, writing
from app.api.absence import no_more
from app.api.parameters import RecordId
from app.api.reading import Reading
from app.queries.sources import SOURCES
from app.schemas.questions import ListingQuestion
from app.schemas.source import Source, SourcePage

router = APIRouter(prefix="/v1/sources", tags=["Sources"])


@router.get(
    "",
    operation_id="list_sources",
    summary="All sources",
    response_model=SourcePage,
)
def list_sources(
    request: Request, question: Annotated[ListingQuestion, Query()], reading: Reading
) -> Response:
    """List sources, each with the number of its meetings.

    What the data rests on. Citations of meetings and events refer to these.
    """
    with reading as snapshot:
        return answers.records(request, SOURCES.page(snapshot, question))


@router.get(
    "/{id}",
    operation_id="get_source",
    summary="One source",
    response_model=Source,
    responses=no_more("source"),
)
def get_source(request: Request, id: RecordId, reading: Reading) -> Response:  # noqa: A002 (the path's word)
    """Get one source, with the number of its meetings and a link to them."""
    with reading as snapshot:
        return answers.record(request, snapshot, SOURCES.one(snapshot, id))


writing.add(router, "source", Source, SOURCES.one)
