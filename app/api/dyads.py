"""Dyads over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.reading import ReadingToCount
from app.queries.dyads import dyads
from app.schemas.dyads import DyadQuestion, Dyads

router = APIRouter(prefix="/v1/dyads", tags=["Counts"])


@router.get(
    "",
    operation_id="list_dyads",
    summary="Pairs that met, and their silences",
    response_model=Dyads,
)
def list_dyads(question: Annotated[DyadQuestion, Query()], reading: ReadingToCount) -> Response:
    """List the pairs that met in the meetings that match, those who met most often first.

    A meeting counts once for every pair of different countries, people or organizations in it.
    With `anchor=CN` the pairs are those of China with others. `not_met_since=2023-06` leaves those
    whose last meeting was before June. Where a date is known to the month, `first` and the end of
    a gap are its first day, `last` and the beginning of a gap its last: no silence is overstated.
    """
    with reading as snapshot:
        rendered = dyads(snapshot, question).model_dump_json(by_alias=True)
    return Response(rendered, media_type="application/json")
