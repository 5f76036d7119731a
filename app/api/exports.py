"""Everything that matches, in one answer, as a file."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request

from app.api.files import Atom, Csv, Export, Ics, Ndjson, Parquet, headers
from app.api.reading import LongSnapshot, ReadingToCount
from app.database import Snapshot
from app.formats import atom, ics, ndjson, parquet, tables
from app.formats import counts as of_counts
from app.formats import dyads as of_dyads
from app.formats import meetings as of_meetings
from app.queries import counts, dyads, meetings
from app.queries.dimensions import NAMED
from app.records.export import count, export
from app.schemas.changes import RecordsQuestion
from app.schemas.counts import CountTable
from app.schemas.dyads import DyadTable
from app.schemas.files import MeetingText
from app.schemas.problem import Problem
from app.schemas.questions import MeetingExport, MeetingRows, MeetingTable, Rows

_BINARY = {"content": {parquet.MEDIA_TYPE: {"schema": {"contentMediaType": parquet.MEDIA_TYPE}}}}
_NOT_INSTALLED = {
    "model": Problem,
    "description": "Parquet cannot be written here: `parley[parquet]` is not installed.",
}

router = APIRouter()


@router.get(
    "/v1/meetings.ndjson",
    tags=["Meetings"],
    operation_id="export_meetings_ndjson",
    summary="All meetings that match, for scripts",
    response_class=Ndjson,
)
def meetings_as_ndjson(
    question: Annotated[MeetingExport, Query()], snapshot: LongSnapshot
) -> Export:
    """Get all meetings that match, each as JSON on a line of its own, however many there are.

    They are those of the pages, in the same order, and all of one state of the data. `Sync-Token`
    names that state: ask `/v1/changes` with it for what has changed since.
    """
    found = meetings.every(snapshot, question)
    return Ndjson(ndjson.lines(found), headers=headers(snapshot, "meetings.ndjson"))


@router.get(
    "/v1/meetings.csv",
    tags=["Meetings"],
    operation_id="export_meetings_csv",
    summary="All meetings that match, for spreadsheets",
    response_class=Csv,
)
def meetings_as_csv(question: Annotated[MeetingTable, Query()], snapshot: LongSnapshot) -> Export:
    """Get all meetings that match as a table: a row for each, or for each who took part.

    Lists have `;` between their items, and those of ids and names go side by side; a `;` within an
    item is written as a comma. Before what a spreadsheet would take for a formula, at the beginning
    of a text or where a `;` or a new line might begin a cell, stands an apostrophe. They are those
    of the pages, in the same order, and all of one state of the data, which `Sync-Token` names for
    `/v1/changes`.
    """
    found = _rows(meetings.every(snapshot, question), question.rows)
    columns = of_meetings.COLUMNS[question.rows]
    content = tables.table(columns, found, bom=question.bom)
    return Csv(content, headers=headers(snapshot, "meetings.csv"))


@router.get(
    "/v1/meetings.parquet",
    tags=["Meetings"],
    operation_id="export_meetings_parquet",
    summary="All meetings that match, for analysis",
    response_class=Parquet,
    responses={200: _BINARY, 501: _NOT_INSTALLED},
)
def meetings_as_parquet(
    question: Annotated[MeetingRows, Query()], snapshot: LongSnapshot
) -> Export:
    """Get all meetings that match as a table whose columns have types, as dataframes take it.

    Its columns are those of the CSV. `earliest` and `latest` are dates, `updated_at` is a time, and
    lists are lists; texts are as they were written, without apostrophes before formulas.
    """
    found = _rows(meetings.every(snapshot, question), question.rows)
    content = parquet.table(of_meetings.typed_columns(question.rows), found)
    return Parquet(content, headers=headers(snapshot, "meetings.parquet"))


@router.get(
    "/v1/meetings.ics",
    tags=["Meetings"],
    operation_id="export_meetings_ics",
    summary="All meetings that match, for calendars",
    response_class=Ics,
)
def meetings_as_ics(
    request: Request, question: Annotated[MeetingText, Query()], snapshot: LongSnapshot
) -> Export:
    """Get all meetings that match as a calendar that can be subscribed to.

    Each is an event of whole days. What is known to the month or the year alone is not in it: the
    description of the calendar says how many these are.
    """
    found = _read(meetings.every(snapshot, question))
    left_out = _left_out(snapshot, question)
    content = ics.calendar(found, question.language, left_out, request.app.state.public_url)
    return Ics(content, headers=headers(snapshot, "meetings.ics"))


@router.get(
    "/v1/meetings.atom",
    tags=["Meetings"],
    operation_id="export_meetings_atom",
    summary="All meetings that match, for feed readers",
    response_class=Atom,
)
def meetings_as_atom(
    request: Request, question: Annotated[MeetingText, Query()], snapshot: LongSnapshot
) -> Export:
    """Get all meetings that match as a feed that can be subscribed to, an entry for each.

    An entry that was corrected has another time, so that readers show it again.
    """
    found = _read(meetings.every(snapshot, question))
    asked = request.url.path + ("?" if request.url.query else "") + request.url.query
    content = atom.feed(found, question.language, asked, request.app.state.public_url)
    return Atom(content, headers=headers(snapshot, "meetings.atom"))


@router.get(
    "/v1/records.ndjson",
    tags=["Changes"],
    operation_id="export_records_ndjson",
    summary="All records of every kind, for copies",
    response_class=Ndjson,
    responses={200: {"headers": {"Record-Count": {"$ref": "#/components/headers/Record-Count"}}}},
)
def records_as_ndjson(
    question: Annotated[RecordsQuestion, Query()], snapshot: LongSnapshot
) -> Export:
    """Get everything as `parley export` writes it: records as they are written, with their types.

    Each comes after those that it refers to, and what is left of deleted and merged ones at the
    end; `parley import` takes it in. `parley pull` keeps a copy: it asks for this once, and then
    asks `/v1/changes` with the `Sync-Token`. It is whole if it has as many lines as `Record-Count`.
    """
    counted = {"Record-Count": str(count(snapshot, question.type))}
    of_file = headers(snapshot, "records.ndjson") | counted
    return Ndjson(export(snapshot, question.type), headers=of_file)


@router.get(
    "/v1/counts.csv",
    tags=["Counts"],
    operation_id="export_counts_csv",
    summary="How many meetings, for spreadsheets",
    response_class=Csv,
)
def counts_as_csv(
    question: Annotated[CountTable, Query()], _turn: ReadingToCount, snapshot: LongSnapshot
) -> Export:
    """Get all rows of a count as a table, with the names of what is counted beside its ids.

    The rows are those of `/v1/counts`; a meeting may count in several of them.
    """
    # What is counted waits for its turn; what is written out does not keep others from theirs.
    found = counts.in_parts(snapshot, question)
    rows = (of_counts.rows(some, question.by) for some in found)
    content = tables.table(of_counts.columns(question.by, NAMED), rows, bom=question.bom)
    return Csv(content, headers=headers(snapshot, "counts.csv"))


@router.get(
    "/v1/dyads.csv",
    tags=["Counts"],
    operation_id="export_dyads_csv",
    summary="Pairs that met, and their silences, for spreadsheets",
    response_class=Csv,
)
def dyads_as_csv(
    question: Annotated[DyadTable, Query()], _turn: ReadingToCount, snapshot: LongSnapshot
) -> Export:
    """Get all pairs that met in the meetings that match as a table, a row for each.

    The rows are those of `/v1/dyads`; gaps are in days, and empty for a single meeting.
    """
    rows = map(of_dyads.rows, dyads.in_parts(snapshot, question))
    content = tables.table(of_dyads.COLUMNS, rows, bom=question.bom)
    return Csv(content, headers=headers(snapshot, "dyads.csv"))


def _read(batches: Iterable[list[bytes]]) -> Iterator[Iterator[tables.Row]]:
    for some in batches:
        yield map(orjson.loads, some)


def _rows(batches: Iterable[list[bytes]], kind: Rows) -> Iterator[Iterator[tables.Row]]:
    for some in _read(batches):
        yield (row for meeting in some for row in of_meetings.rows(meeting, kind))


def _left_out(snapshot: Snapshot, question: MeetingText) -> int:
    """Count the meetings that match and of which the day is not known."""
    return sum(
        meetings.number(snapshot, question.model_copy(update={"precision": precision}))
        for precision in ics.NOT_TO_THE_DAY
        if question.precision in {None, precision}
    )
