"""How the lines of a CSV file become rows of cells, whichever program wrote it."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from app.errors import Flaw, InvalidRecords
from app.records.lines import Line

_DELIMITERS = (",", ";", "\t")
_SAID = re.compile(r"sep=(.)", re.IGNORECASE)
_QUOTES = re.compile(r'"[^"]*"?')
_MEANT = {
    "unexpected end of data": "the quotation mark that opens a cell is never closed",
    "expected after": "text goes on after a quotation mark that closes a cell; write a quotation"
    " mark within a cell twice",
    "field larger": "a cell is longer than 131,072 characters; is a quotation mark not closed?",
    "new-line character": "a carriage return stands alone; end lines with LF or CRLF",
}


class Row(NamedTuple):
    """The cells of a row, and the number of the line where it begins."""

    line: int
    cells: list[str]


class Whole(NamedTuple):
    """A row as it stands in its file, also what of it is not read, under the header of all."""

    header: Sequence[str]
    cells: Sequence[str]


def rows(lines: Iterable[Line]) -> Iterator[Row]:
    """Read the rows in which something stands; cells may be quoted and go over several lines.

    What stands between cells, a comma, a semicolon or a tab, is found from the first line, which
    may also say it as Excel does: `sep=;`.

    Raises:
        InvalidRecords: quotation marks are not in pairs.
    """
    rest = iter(lines)
    first = next((line for line in rest if line.text.strip()), None)
    if first is None:
        return
    said = _SAID.fullmatch(first.text.strip(" "))
    delimiter = said[1] if said else _delimiter(first.text)
    yield from _read(rest if said else chain([first], rest), delimiter)


def _delimiter(header: str) -> str:
    bare = _QUOTES.sub("", header)
    return max(_DELIMITERS, key=bare.count)


def _read(lines: Iterable[Line], delimiter: str) -> Iterator[Row]:
    begun = numbered = 0

    def texts() -> Iterator[str]:
        nonlocal begun, numbered
        for line in lines:
            begun, numbered = begun or line.number, line.number
            yield line.text + "\n"

    reader = csv.reader(texts(), delimiter=delimiter, strict=True)
    while True:
        begun = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            flaw = Flaw(f"line {begun or numbered}", (), _meaning(error))
            raise InvalidRecords([flaw]) from None
        if cells is None:
            return
        if any(stripped := [cell.strip() for cell in cells]):
            yield Row(begun, stripped)


def _meaning(error: csv.Error) -> str:
    return next((meaning for part, meaning in _MEANT.items() if part in str(error)), str(error))
