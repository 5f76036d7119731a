"""Rows as CSV (RFC 4180), for scripts and for spreadsheets."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any, Literal

MEDIA_TYPE = "text/csv; charset=utf-8"
Row = Mapping[str, Any]
CellType = Literal["text", "texts", "date", "time", "integer", "number"]
"""What the cells of a column are where a format has types; any may be missing."""

_MARK = "\ufeff"
"""By this Excel knows that a file is UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be computed by a spreadsheet; codes, ids and dates never do."""


def table(
    columns: Iterable[str], batches: Iterable[Iterable[Row]], *, bom: bool = False
) -> Iterator[bytes]:
    """Write a line of headers and one for each row, as many at a time as they come.

    Lists are written with `;` between their items, and what is missing as an empty cell.
    """
    names = list(columns)
    text = StringIO(newline="")
    writer = csv.writer(text)
    text.write(_MARK if bom else "")
    writer.writerow(names)
    yield _taken(text)
    for rows in batches:
        writer.writerows([_cell(row[name]) for name in names] for row in rows)
        yield _taken(text)


def both(name: str, text: Row | None) -> dict[str, Any]:
    """Put a text into a column for each language."""
    found = text or {}
    return {f"{name}_en": found.get("en"), f"{name}_zh": found.get("zh")}


def named(name: str, record: Row | None) -> dict[str, Any]:
    """Put a record into columns for its id and its name."""
    return {name: record and record["id"], **both(name, record and record["name"])}


def _cell(value: object) -> object:
    if isinstance(value, list):
        value = ";".join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _taken(text: StringIO) -> bytes:
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written
