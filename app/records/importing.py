"""How files of records are taken in: everything, or nothing, or all that can be."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

import orjson
from sqlalchemy.orm import Session

from app.bulk import much_alive
from app.errors import Flaw, InvalidRecords
from app.records.imports.admission import Ids
from app.records.imports.entries import Entry, Input, entries, form_of, lines_of
from app.records.imports.loader import Loader, Row
from app.records.imports.rejects import ERRORS_COLUMN, ERRORS_MEMBER, RejectedLines, RejectedRows
from app.records.imports.report import ImportReport, Result
from app.records.imports.spool import TOMBSTONE, TYPES, Spool, Waiting
from app.records.kinds import KINDS, exclusive
from app.records.lines import Line
from app.records.log import Why
from app.records.sheets.columns import LEFT_OUT
from app.records.spreadsheet import Sheet, SheetRow, read_sheet
from app.records.write import vacate
from app.spelling import nearest, shortened

__all__ = ["ImportReport", "Input", "Manner", "form_of", "import_files"]

AT_ONCE = 500
"""Records that are written, and so held in memory, together."""


def _tell_nobody(_count: int) -> None: ...


@dataclass(frozen=True)
class Manner:
    """How to import: only to see what would happen, or leaving out what is wrong.

    `sheet` says how tables are read; of `listed` records it is told what became of them; `tell`
    is called now and then with the number of records that were read, and again of those written.
    With `finds_doubles` it says which meetings may be there twice. `while_waiting`, as a client of
    the API is, nothing is taken away for good, and not too many meetings are rendered anew.
    """

    dry_run: bool = False
    skip_invalid: bool = False
    sheet: Sheet = field(default_factory=Sheet)
    listed: int = 0
    tell: Callable[[int], None] = _tell_nobody
    finds_doubles: bool = True
    while_waiting: bool = False


def import_files(
    session: Session, files: Sequence[Input], why: Why, manner: Manner | None = None
) -> ImportReport:
    """Take in these files within the open transaction, or leave that as it was.

    What is wrong is in the report, and so are the records that were left out.

    Raises:
        InvalidRecords: the database refuses a record for a reason that no check finds.
        Refused: somebody waits, and too many meetings would have to be rendered anew.
    """
    manner = manner or Manner()
    report = ImportReport()
    if manner.skip_invalid:
        report.rejects = [RejectedRows() if one.form == "csv" else RejectedLines() for one in files]
    point = session.begin_nested()
    with closing(Ids(files)) as ids, Spool() as spool, much_alive():
        run = _Run(files, manner, Loader(session, ids, why, report, manner.listed))
        run.import_all(spool)
    may_stay = manner.skip_invalid and not run.is_broken
    report.written = not manner.dry_run and (may_stay or not report.flaw_count)
    if report.written:
        point.commit()
    else:
        point.rollback()
    return report


class _Run:
    """One import: what stands in the files, and who writes it."""

    def __init__(self, files: Sequence[Input], manner: Manner, loader: Loader) -> None:
        self._files, self._manner, self._loader = files, manner, loader
        self._report = loader.report
        self.is_broken = False
        """Whether a file could not be read to its end."""

    def import_all(self, spool: Spool) -> None:
        """Sort the records by their kinds, and write one kind after the other."""
        tables = [number for number, one in enumerate(self._files) if one.form == "csv"]
        for number in range(len(self._files)):
            if number not in tables:
                self._as_far_as_it_goes(number, self._spool, spool)
        if not self._manner.skip_invalid:  # Else one that is not buried after all would stay so.
            self._make_room(spool)
        for kind in KINDS:
            # Those that are above or below each other are checked together.
            size = None if kind.name in {"region", "theme"} else AT_ONCE
            for some in spool.batches(kind.name, size):
                self._write(filter(None, (self._row(one, kind.name) for one in some)))
        for number in tables:
            self._as_far_as_it_goes(number, self._table, spool)
        stones = (self._row(one) for some in spool.batches(TOMBSTONE, AT_ONCE) for one in some)
        self._loader.place(list(filter(None, stones)), for_good=not self._manner.while_waiting)
        self._loader.publish(while_waiting=self._manner.while_waiting)
        if self._manner.finds_doubles:
            self._loader.find_doubles()

    def _make_room(self, spool: Spool) -> None:
        """Let what will be buried give up what records that come before that may have then."""
        for kind in filter(exclusive, KINDS):
            for some in spool.batches(TOMBSTONE, AT_ONCE):
                stones = [orjson.loads(one.text) for one in some]
                ids = [one.get("id") for one in stones if one.get("of") == kind.name]
                vacate(self._loader.session, kind, [one for one in ids if isinstance(one, str)])

    def _as_far_as_it_goes(
        self, number: int, read: Callable[[int, Spool], None], spool: Spool
    ) -> None:
        try:
            read(number, spool)
        except InvalidRecords as error:
            self.is_broken = True
            self._report.blame(error.flaws)

    def _spool(self, number: int, spool: Spool) -> None:
        for entry in entries(self._files[number]):
            flaw = entry.flaw or _untyped(entry, self._files[number].origin(entry.number))
            if flaw:
                row = Row(number, entry.number, flaw.origin, entry.text)
                self._loader.reject(row, [flaw])
                continue
            spool.put(entry.value["type"], Waiting(number, entry.number, entry.text))
            if spool.count % AT_ONCE == 0:
                self._manner.tell(spool.count)

    def _row(self, one: Waiting, kind: str | None = None) -> Row | None:
        """Read what waits: a record of a kind, or a tombstone; None if that cannot be."""
        row = Row(one.file, one.number, self._files[one.file].origin(one.number), one.text)
        raw = orjson.loads(one.text)
        raw.pop(ERRORS_MEMBER, None)
        is_right = self._loader.read(row, kind, raw) if kind else self._loader.read_stone(row, raw)
        return row if is_right else None

    def _write(self, rows: Iterable[Row]) -> None:
        self._loader.write(list(rows))
        self._manner.tell(self._report.handled)

    def _table(self, number: int, _: Spool) -> None:
        file = self._files[number]
        sheet, lines = _with_errors(self._manner.sheet, lines_of(file))
        try:
            found = read_sheet(self._loader.session, lines, sheet)
            while some := list(islice(found, AT_ONCE)):
                self._write(filter(None, [self._table_row(number, one) for one in some]))
        except InvalidRecords as error:
            raise file.blamed(error) from None

    def _table_row(self, number: int, one: SheetRow) -> Row | None:
        origin = self._files[number].origin(one.line)
        row = Row(number, one.line, origin, one.whole, resembles=one.resembles)
        if one.faults or one.meeting is None:
            flaws = [
                Flaw(
                    origin, (fault.column,) if fault.column else (), fault.message, fault.suggestion
                )
                for fault in one.faults
            ]
            self._loader.reject(row, flaws)
            return None
        for kind, raw in (*one.created, ("meeting", one.meeting)):
            if not self._loader.read(row, kind, raw):
                return None
        for kind, raw in one.created:
            self._report.make(Result(origin, kind, raw["id"], "created"))
        return row


def _untyped(entry: Entry, origin: str) -> Flaw | None:
    """Say what is wrong with the type of a record, if anything is."""
    value: Any = entry.value
    if not isinstance(value, dict):
        return Flaw(origin, (), "must be an object, a record with its type")
    if "type" not in value:
        return Flaw(origin, ("type",), "is missing, such as “meeting”", code="missing_member")
    name = value["type"]
    if name in TYPES:
        return None
    near = nearest(name, TYPES) if isinstance(name, str) else None
    hint = f"; did you mean {near}?" if near else f"; there are: {', '.join(TYPES)}"
    return Flaw(
        origin, ("type",), f"there is no type “{shortened(str(name))}”{hint}", near, "unknown_value"
    )


def _with_errors(sheet: Sheet, lines: Iterator[Line]) -> tuple[Sheet, Iterator[Line]]:
    """Leave out the column that says why rows were rejected, if there is one."""
    first = list(islice(lines, 2))  # The first may only say what stands between the cells.
    names = {name.strip('" ') for line in first for name in line.text.replace(";", ",").split(",")}
    if ERRORS_COLUMN in names:
        sheet = Sheet(
            {**sheet.columns, ERRORS_COLUMN: LEFT_OUT},
            sheet.date_format,
            sheet.source,
            sheet.create,
        )
    return sheet, chain(first, lines)
