"""Counts over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.reading import ReadingToCount
from app.queries.counts import cross_tab
from app.schemas.counts import CountQuestion, Counts

router = APIRouter(prefix="/v1/counts", tags=["Counts"])


@router.get("", operation_id="count_meetings", summary="How many meetings")
def count_meetings(question: Annotated[CountQuestion, Query()], reading: ReadingToCount) -> Counts:
    """Count the meetings that match the filters by country, theme, month or anything else.

    Up to three dimensions make a cross-tab, in rows. A meeting with several countries or themes
    counts in several rows, and once in `meetings_total`. All themes of a meeting are counted, not
    only those that were filtered by. What is unknown, and a date that lies in no single year,
    quarter or month, is `null`. With `anchor`, countries, regions, people and organizations are
    those of the other side.
    """
    with reading as snapshot:
        return cross_tab(snapshot, question)
