"""Imports over HTTP: files that are not too long for a request."""

from io import BytesIO
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from app.api import writing
from app.api.parameters import allowed
from app.api.writes import curator, read_body, session
from app.errors import Fault, InvalidQuestion, InvalidRecords
from app.queries.state import state
from app.records.importing import ImportReport, Input, Manner, import_files
from app.records.imports.entries import Form
from app.records.log import Why
from app.records.spreadsheet import Sheet
from app.schemas.imports import Counted, Imported, ImportQuestion, RowFault
from app.schemas.pointer import pointer
from app.spelling import shortened

router = APIRouter(prefix="/v1/imports", tags=["Writing"])

_FORMS: dict[str, Form] = {
    "application/x-ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/yaml": "yaml",
    "text/csv": "csv",
}
_LINE = '{"type": "person", "id": "ann-lee", "name": {"en": "Ann Lee", "zh": "李安"}}\n'
_EXAMPLES = {
    "application/x-ndjson": _LINE,
    "application/jsonl": _LINE,
    "application/yaml": "- type: person\n  id: ann-lee\n  name: {en: Ann Lee, zh: 李安}\n",
    "text/csv": "date,countries,source\n2024-01-15,China;Myanmar,zhengzhi-2023-12-05\n",
}


async def _file(request: Request) -> Input:
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media not in _FORMS:
        message = f"Content-Type is “{shortened(media)}”; it may be {', '.join(_FORMS)}"
        raise InvalidQuestion([Fault("Content-Type", "unknown_value", message, location="header")])
    advice = "import it with `parley import FILE` where Parley runs"
    body = await read_body(request, allowed(request).import_limit, advice)
    return Input("", BytesIO(body), _FORMS[media])


@router.post(
    "",
    operation_id="import_records",
    summary="Records of every kind, from a file",
    responses=writing.declared(408, 409, 413),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                media: {"schema": {"type": "string"}, "example": _EXAMPLES[media]}
                for media in _FORMS
            },
        }
    },
)
def import_records(
    request: Request,
    question: Annotated[ImportQuestion, Query()],
    name: Annotated[str, Depends(curator)],
    file: Annotated[Input, Depends(_file)],
) -> Imported:
    """Take in all records of a file, or nothing.

    A file is NDJSON as `parley export` writes it, YAML with the same members, or CSV of meetings.
    With `dry_run` nothing is written, and the answer says what would happen; otherwise what is
    wrong is a problem.
    """
    manner = Manner(dry_run=question.dry_run, sheet=_sheet(question), while_waiting=True)
    with session(request, name) as opened:
        report = import_files(opened, [file], Why(question.reason, name), manner)
        revision = state(opened).revision
    if report.flaw_count and not question.dry_run:
        raise InvalidRecords(report.flaws, report.flaw_count)
    return _imported(report, revision)


def _sheet(question: ImportQuestion) -> Sheet:
    pairs = [one.rpartition("=") for one in question.column]
    for (_, equals, _), given in zip(pairs, question.column, strict=True):
        if not equals:
            message = f"column is “{given}”; it must be FOREIGN=OURS, such as Datum=date"
            raise InvalidQuestion([Fault("column", "malformed_value", message)])
    columns = {foreign: ours for foreign, _, ours in pairs}
    create = Sheet().create | set(question.create)
    return Sheet(columns, question.date_format, question.source, create)


def _imported(report: ImportReport, revision: int) -> Imported:
    return Imported(
        written=report.written,
        counts={
            kind: Counted(
                created=report.created[kind],
                changed=report.changed[kind],
                unchanged=report.unchanged[kind],
            )
            for kind in report.unchanged
        },
        errors=[
            RowFault(
                origin=flaw.origin,
                pointer=pointer(flaw.member),
                code=flaw.code,
                message=flaw.what,
                suggestion=flaw.suggestion,
            )
            for flaw in report.flaws
        ],
        errors_total=report.flaw_count,
        duplicates=list(map(str, report.doubles)),
        duplicates_total=report.double_count,
        revision=revision,
    )
