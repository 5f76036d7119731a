"""How a file is read line by line, however large it is, with errors that name the line."""

import codecs
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from app.errors import Flaw, InvalidRecords

MOST_CHARACTERS = 1_000_000
"""Of a line; what is longer is no line that somebody wrote."""

_MOST_BYTES = 4 * MOST_CHARACTERS + len(codecs.BOM_UTF8 + b"\r\n")
_TOO_LONG = f"is longer than {MOST_CHARACTERS:,} characters"
_UTF_8 = "save the file as UTF-8 (in Excel: “CSV UTF-8”)"
_BEGINNINGS = {
    codecs.BOM_UTF32_LE: "the bytes FF FE 00 00 begin a file in UTF-32; " + _UTF_8,
    codecs.BOM_UTF16_LE: "the bytes FF FE begin a file in UTF-16; " + _UTF_8,
    codecs.BOM_UTF16_BE: "the bytes FE FF begin a file in UTF-16; " + _UTF_8,
    b"PK\x03\x04": "this is a workbook or a ZIP file; save the sheet as CSV in UTF-8",
    b"\x1f\x8b": "this is a compressed file; unpack it first",
}


class Line(NamedTuple):
    """A line without its end, and its number, counted from 1."""

    number: int
    text: str


def lines(stream: BinaryIO) -> Iterator[Line]:
    """Read the lines of a file in UTF-8, of which only one is held in memory.

    Lines end in LF or CRLF, the last one in either or nothing; a byte order mark is dropped.

    Raises:
        InvalidRecords: a line is not UTF-8, has a NUL character or is longer than
            `MOST_CHARACTERS`.
    """
    number = 0
    while raw := stream.readline(_MOST_BYTES):
        number += 1
        if number == 1:
            _check_beginning(raw)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        yield Line(number, _text(number, raw))


def _check_beginning(raw: bytes) -> None:
    for beginning, message in _BEGINNINGS.items():
        if raw.startswith(beginning):
            raise _wrong(1, message)


def _text(number: int, raw: bytes) -> str:
    if len(raw) >= _MOST_BYTES and not raw.endswith(b"\n"):
        raise _wrong(number, _TOO_LONG)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong(number, _not_utf_8(raw, error)) from None
    text = text.removesuffix("\n").removesuffix("\r")
    if len(text) > MOST_CHARACTERS:
        raise _wrong(number, _TOO_LONG)
    if "\0" in text:
        place = text.index("\0") + 1
        raise _wrong(number, f"character {place} is NUL; if the file is in UTF-16, {_UTF_8}")
    return text


def _wrong(number: int, what: str) -> InvalidRecords:
    return InvalidRecords([Flaw(f"line {number}", (), what)])


def _not_utf_8(raw: bytes, error: UnicodeDecodeError) -> str:
    wrong = raw[error.start : error.start + 2]
    # Chinese takes two bytes of which at least the first is high; elsewhere such bytes are rare.
    chinese = len(wrong) == 2 and wrong[1] >= 0x80
    encoding = "GB 18030, as Excel saves Chinese" if chinese else "Windows-1252"
    given = wrong.hex(" ").upper() if chinese else f"{wrong[0]:02X}"
    plural = "bytes" if chinese else "byte"
    return f"{plural} {given} at {error.start + 1}: not UTF-8, maybe {encoding}; {_UTF_8}"
