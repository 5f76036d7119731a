"""Everything that matches, in one answer, as a file."""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.api.dependencies import LongSnapshot
from app.api.middleware import HEAD_ONLY
from app.formats import ndjson, tables
from app.formats.meetings import COLUMNS, Rows, rows
from app.queries import changes, meetings
from app.schemas.questions import MeetingExport, MeetingTable

MOST_AT_ONCE = 4
"""Exports under way; each keeps a connection to the database."""
_SECONDS_TO_TAKE = 60
"""For which a client may leave a part waiting: a snapshot must not stay open for good."""

router = APIRouter(prefix="/v1/meetings", tags=["Meetings"])


class Export(StreamingResponse):
    """Sends a file while it is written; where that fails, the connection breaks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or of it the headers alone."""
        if HEAD_ONLY in scope:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            return await send({"type": "http.response.body"})

        async def send_in_time(message: Message) -> None:
            async with asyncio.timeout(_SECONDS_TO_TAKE):
                await send(message)

        return await super().__call__(scope, receive, send_in_time)


class Ndjson(Export):
    """A record on each line."""

    media_type = ndjson.MEDIA_TYPE


class Csv(Export):
    """A table."""

    media_type = tables.MEDIA_TYPE


@router.get(
    ".ndjson",
    operation_id="export_meetings_ndjson",
    summary="All meetings that match, for scripts",
    response_class=Ndjson,
)
def as_ndjson(question: Annotated[MeetingExport, Query()], snapshot: LongSnapshot) -> Export:
    """Get all meetings that match, each as JSON on a line of its own, however many there are.

    They are those of the pages, in the same order, and all of one state of the data. `Sync-Token`
    names that state: ask `/v1/changes` with it for what has changed since.
    """
    found = meetings.every(snapshot, question)
    return Ndjson(ndjson.lines(found), headers=_headers(snapshot, "meetings.ndjson"))


@router.get(
    ".csv",
    operation_id="export_meetings_csv",
    summary="All meetings that match, for spreadsheets",
    response_class=Csv,
)
def as_csv(question: Annotated[MeetingTable, Query()], snapshot: LongSnapshot) -> Export:
    """Get all meetings that match as a table: a row for each, or for each who took part.

    Lists have `;` between their items, and those of ids and names go side by side. A text that a
    spreadsheet would take for a formula begins with an apostrophe. They are those of the pages, in
    the same order, and all of one state of the data, which `Sync-Token` names for `/v1/changes`.
    """
    found = _rows(meetings.every(snapshot, question), question.rows)
    content = tables.table(COLUMNS[question.rows], found, bom=question.bom)
    return Csv(content, headers=_headers(snapshot, "meetings.csv"))


def _rows(batches: Iterable[list[str]], kind: Rows) -> Iterator[Iterator[tables.Row]]:
    for some in batches:
        yield (row for meeting in some for row in rows(orjson.loads(meeting), kind))


def _headers(snapshot: LongSnapshot, name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Sync-Token": changes.place(snapshot),
    }
