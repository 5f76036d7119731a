"""Suggestions over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.reading import Reading
from app.queries.suggest import suggested
from app.schemas.suggestion import Suggestions, SuggestQuestion

router = APIRouter(prefix="/v1", tags=["Search"])


@router.get("/suggest", operation_id="suggest", summary="Records whose names begin like this")
def suggest(question: Annotated[SuggestQuestion, Query()], reading: Reading) -> Suggestions:
    """Look up records while somebody types, such as the values of a filter, by any of their names.

    First comes what is called exactly so, then names that begin so, then names in which a later
    word does, then records that have all the words in another order; of these, those with the
    most meetings first.
    """
    with reading as snapshot:
        found, now = suggested(snapshot, question)
    return Suggestions(data=found, revision=now.revision)
