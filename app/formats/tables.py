"""Rows as CSV (RFC 4180), for scripts and for spreadsheets."""

import csv
import re
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
_FORMULA_WITHIN = re.compile(r"([;\t\r\n])(?=[=+\-@])")
"""One that a cell would begin with where cells end elsewhere than here."""


def table(
    columns: Iterable[str], batches: Iterable[Iterable[Row]], *, bom: bool = False
) -> Iterator[bytes]:
    """Write a line of headers and one for each row, as many at a time as they come.

    Lists are written with `;` between their items, which have a comma in its place, and what is
    missing as an empty cell.
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
    if isinstance(value, str):
        return _harmless(value)
    if isinstance(value, list):
        return ";".join([_harmless(str(item).replace(";", ",")) for item in value])
    return value


def _harmless(text: str) -> str:
    # Where decimals have a comma, cells end at `;`, and no quotes in the middle of one are heeded.
    if ";" in text or "\n" in text or "\t" in text or "\r" in text:
        text = _FORMULA_WITHIN.sub(r"\1'", text)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _taken(text: StringIO) -> bytes:
    written = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return written
