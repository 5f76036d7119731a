"""How meetings are read from a CSV file as a researcher keeps them: a row for each meeting."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from app.enumerations import RecordType
from app.errors import Flaw, InvalidRecords
from app.queries.known import Suggestion, suggestions
from app.records.lines import Line
from app.records.sheets import days
from app.records.sheets.again import Again, Said, said_by
from app.records.sheets.cells import CellFault, Cells, quoted
from app.records.sheets.columns import COLUMNS, header, no_header
from app.records.sheets.ids import MeetingIds
from app.records.sheets.lookup import Known, Names
from app.records.sheets.meeting import Defaults, check, draft
from app.records.sheets.newcomers import Created, Newcomers, candidate
from app.records.sheets.references import References
from app.records.sheets.table import Row, Whole, rows
from app.records.sheets.written import spellings, without_country

__all__ = ["COLUMNS", "CellFault", "Sheet", "SheetRow", "read_sheet"]

_AT_ONCE = 500
_NAMED: dict[str, RecordType] = {
    "countries": "country",
    "people": "person",
    "organizations": "organization",
    "themes": "theme",
    "place": "place",
    "event": "event",
    "source": "source",
}


@dataclass(frozen=True)
class Sheet:
    """How to read a file.

    `columns` gives the column that a header of another name stands for, and the empty text for
    one that is not read; `date_format` is one of `strptime`, such as `%d.%m.%Y`; `source` names
    the source of rows that name none; records of the kinds in `create` may be created of a name:
    person, organization, theme and place.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    date_format: str | None = None
    source: str | None = None
    create: frozenset[RecordType] = frozenset({"person", "organization"})


@dataclass
class SheetRow:
    """A row, the line where it begins, and its meeting, or what is wrong with it.

    `created` are the records that it is the first to name; a row with faults has neither meeting
    nor created records. A row without an id has that of the stored meeting that says the same.
    Where there is none, `resembles` is another meeting that has the id which the row would have:
    of the same date, place and participants, and perhaps the same.
    """

    line: int
    cells: dict[str, str]
    whole: Whole
    meeting: dict[str, Any] | None = None
    created: list[Created] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    resembles: str | None = None


def read_sheet(session: Session, lines: Iterable[Line], sheet: Sheet) -> Iterator[SheetRow]:
    """Read the header of a file at once, and then row after row.

    Raises:
        InvalidRecords: a column is unknown, missing or twice there; the source of the sheet or its
            form of dates is none; while reading: the file is no CSV file in UTF-8.
    """
    found = rows(lines)
    first = next(found, None)
    if first is None:
        raise no_header()
    columns = header(first.cells, sheet.columns, sheet.source)
    if sheet.date_format is not None:
        days.check_format(sheet.date_format)
    names = Names(session)
    source = _source(session, names, sheet.source) if sheet.source is not None else None
    reader = _Reader(session, names, sheet, Defaults(sheet.date_format, source))
    return reader.read(_cells(row, first.cells, columns) for row in found)


def _source(session: Session, names: Names, text: str) -> Known:
    cells = Cells(0, {"source": text})
    known = References(names, Newcomers(names, ())).find(cells, "source", "source")
    if known is None:
        # Of its id only a part may have been written.
        wrong = [] if names.find("source", text) else [text]
        begun = suggestions(session, "source", wrong).get(text)
        raise InvalidRecords([_of_all_rows(one, begun) for one in cells.faults])
    return known


def _of_all_rows(fault: CellFault, begun: Suggestion | None) -> Flaw:
    if begun is None or fault.suggestion:
        return Flaw("source", (), fault.message, fault.suggestion)
    return Flaw("source", (), f"{fault.message}; did you mean {begun}?", begun.id)


def _cells(row: Row, names: Sequence[str], columns: Sequence[str | None]) -> Cells:
    named = list(zip(columns, row.cells, strict=False))
    cells = Cells(
        row.line, {column: text for column, text in named if column}, Whole(names, row.cells)
    )
    for column, text in named:
        if text and not column and column is not None:
            cells.fault(None, f"{quoted(text)} stands in a column that has no name")
    if len(row.cells) != len(columns):
        many = "too many" if len(row.cells) > len(columns) else "too few"
        cells.fault(None, f"{len(row.cells)} cells are {many}: the header has {len(columns)}")
    return cells


class _Reader:
    """Reads rows by the hundred, so that what they name is looked up at once."""

    def __init__(self, session: Session, names: Names, sheet: Sheet, defaults: Defaults) -> None:
        self._names = names
        self._newcomers = Newcomers(names, sheet.create)
        self._references = References(names, self._newcomers)
        self._ids = MeetingIds(session)
        self._again = Again(session, self._ids)
        self._defaults = defaults

    def read(self, cells: Iterator[Cells]) -> Iterator[SheetRow]:
        """Read rows in their order."""
        while some := list(islice(cells, _AT_ONCE)):
            self._load(some)
            found = [self._row(one) for one in some]
            self._identify(found)
            yield from found

    def _row(self, cells: Cells) -> SheetRow:
        meeting = None
        if not cells.faults:
            meeting = draft(cells, self._references, self._defaults)
            self._claim_id(cells)
        if meeting and not cells.faults:
            check(cells, meeting)
        created = self._newcomers.settle(right=not cells.faults)
        if cells.faults:
            meeting = None
            cells.sort_faults()
        return SheetRow(cells.line, cells.texts, cells.whole, meeting, created, cells.faults)

    def _claim_id(self, cells: Cells) -> None:
        own = cells.text("id")
        first = self._ids.claim(own, cells.line) if own else cells.line
        if first != cells.line:
            message = f"{quoted(own or '')} is the id of the meeting of line {first}"
            cells.fault("id", message)

    def _identify(self, rows: Sequence[SheetRow]) -> None:
        """Give the rows without an id that of the meeting which they are, or a free one."""
        right = [(row, meeting, said_by(meeting)) for row in rows if (meeting := row.meeting)]
        made = [one for one in right if not one[0].cells.get("id")]
        for row, _, what in right:
            if row.cells.get("id"):
                self._again.note(what, row.line)
        self._again.load({meeting["id"] for _, meeting, _ in made})
        for one in made:
            self._give_id(*one)
        for row, meeting, _ in right:
            if row.meeting:
                row.created = [*self._newcomers.take_up(meeting), *row.created]

    def _give_id(self, row: SheetRow, meeting: dict[str, Any], what: Said) -> None:
        base = meeting["id"]
        found = self._again.find(base, what, row.line)
        if isinstance(found, CellFault):
            self._newcomers.leave(row.created)
            row.meeting, row.created, row.faults = None, [], [found]
            return
        meeting["id"] = found or self._ids.free(base, row.line)
        row.resembles = base if found is None and meeting["id"] != base else None

    def _load(self, some: Sequence[Cells]) -> None:
        texts: defaultdict[RecordType, set[str]] = defaultdict(set)
        for cells in some:
            for column, kind in _NAMED.items():
                for item in cells.items(column):
                    texts[kind].update(spellings(item))
            lies_in = without_country(cells.text("place") or "")[1]
            texts["country"].update([lies_in] if lies_in else [])
        for kind, named in texts.items():
            self._names.load(kind, named)
        self._names.load("organization", self._organization_ids(some))

    def _organization_ids(self, some: Sequence[Cells]) -> Iterator[str]:
        """Give the ids that organizations would have if they had to be created."""
        for cells in some:
            pairs = zip(cells.items("countries"), cells.items("organizations"), strict=False)
            for country, organization in pairs:
                for known in self._names.find("country", country):
                    for text in spellings(organization):
                        yield candidate("organization", text, known.id) or text
