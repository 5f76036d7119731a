"""A file is read line by line in bounded memory, and what is no text in UTF-8 is refused."""

import codecs
from io import BytesIO

import pytest

from app.errors import InvalidRecords
from app.records.lines import MOST_CHARACTERS, Line, lines


class Endless(BytesIO):
    """A file of one line that never ends, and how much of it was read."""

    taken = 0

    def readline(self, size: int | None = -1, /) -> bytes:
        """Give as much as is asked for."""
        assert size is not None
        assert size > 0
        self.taken += size
        return b"a" * size


def texts(content: bytes) -> list[str]:
    return [line.text for line in lines(BytesIO(content))]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"], ids=["nothing", "LF", "CRLF"])
def test_lines_end_as_any_program_ends_them(end: bytes) -> None:
    assert texts("一\r\n\nthree".encode() + end) == ["一", "", "three"]


def test_lines_are_numbered_from_one() -> None:
    assert list(lines(BytesIO(b"a\nb"))) == [Line(1, "a"), Line(2, "b")]


def test_a_byte_order_mark_is_dropped_but_only_at_the_start() -> None:
    assert texts(codecs.BOM_UTF8 + b"a\n" + codecs.BOM_UTF8 + b"b") == ["a", "\ufeffb"]


def test_an_empty_file_has_no_lines() -> None:
    assert texts(b"") == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("日期".encode("utf-16"), "line 1: the bytes FF FE begin a file in UTF-16; save the file"),
        (codecs.BOM_UTF16_BE + b"\0a", "line 1: the bytes FE FF begin a file in UTF-16"),
        ("a".encode("utf-32"), "line 1: the bytes FF FE 00 00 begin a file in UTF-32"),
        ("a\n会晤".encode("gb18030"), "line 2: bytes BB E1 at 1: not UTF-8, maybe GB 18030"),
        ("Señor, hi".encode("cp1252"), "line 1: byte F1 at 3: not UTF-8, maybe Windows-1252"),
        (b"caf\xe9", "line 1: byte E9 at 4: not UTF-8, maybe Windows-1252; save the file as UTF-8"),
        ("a\nb".encode("utf-16-le"), "line 1: character 2 is NUL; if the file is in UTF-16"),
        (b"PK\x03\x04and so on", "line 1: this is a workbook or a ZIP file; save the sheet as CSV"),
        (b"\x1f\x8band so on", "line 1: this is a compressed file; unpack it first"),
    ],
)
def test_what_is_no_text_in_utf_8_is_refused_with_what_it_may_be(
    content: bytes, message: str
) -> None:
    with pytest.raises(InvalidRecords) as caught:
        texts(content)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("character", ["a", "文", "𠀀"])
def test_a_line_may_be_a_million_characters_long_and_no_longer(character: str) -> None:
    longest = character * MOST_CHARACTERS
    assert texts(f"{longest}\r\nnext".encode()) == [longest, "next"]
    with pytest.raises(InvalidRecords, match="line 2: is longer than 1,000,000 characters"):
        texts(f"first\n{longest}{character}\n".encode())


def test_a_line_without_an_end_is_not_read_whole() -> None:
    endless = Endless()
    with pytest.raises(InvalidRecords, match="line 1: is longer than 1,000,000 characters"):
        list(lines(endless))
    assert endless.taken < 5 * MOST_CHARACTERS
