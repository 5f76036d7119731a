"""The feed of changes over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query

from app.api.reading import Reading
from app.queries.changes import changes
from app.schemas.changes import Changes, ChangesQuestion
from app.schemas.problem import Problem

router = APIRouter(prefix="/v1/changes", tags=["Changes"])


@router.get(
    "",
    operation_id="list_changes",
    summary="What has changed since you last asked",
    responses={
        410: {"model": Problem, "description": "`since` is of another database; begin again."}
    },
)
def list_changes(question: Annotated[ChangesQuestion, Query()], reading: Reading) -> Changes:
    """List what was written, deleted and merged, in that order, to keep a copy up to date.

    Without `since` you get everything there ever was. Keep `next_since` and ask with it from time
    to time, at once where `more` is true: each change comes once, in order, with no gap. An
    `upsert` brings the whole record; a record that is deleted or merged into another is no more.
    """
    with reading as snapshot:
        return changes(snapshot, question)
