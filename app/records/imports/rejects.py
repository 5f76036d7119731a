"""What of a file could not be loaded, with the reasons: as a file that can be mended and loaded."""

import csv
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from io import StringIO
from typing import IO, Any, Generic, TypeVar
from weakref import finalize

import orjson

from app.records.imports.entries import TEXT_MEMBER
from app.records.sheets.table import Whole

ERRORS_MEMBER = "_errors"
ERRORS_COLUMN = "errors"


Content = TypeVar("Content", bound=str | Whole)


class Rejects(ABC, Generic[Content]):
    """The rejected records of one file, which wait on disk until they are written in its order."""

    suffix = ""

    def __init__(self) -> None:
        self._waiting: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with its owner)
        finalize(self, self._waiting.close)
        self._places: list[tuple[int, int, int]] = []

    def __len__(self) -> int:
        return len(self._places)

    def write(self, file: IO[bytes]) -> None:
        """Write them in the order in which they stood."""
        file.write(self._head())
        for _, start, length in sorted(self._places):
            self._waiting.seek(start)
            file.write(self._as_written(self._waiting.read(length)))

    def _put(self, number: int, written: bytes) -> None:
        start = self._waiting.seek(0, 2)
        self._waiting.write(written)
        self._places.append((number, start, len(written)))

    @abstractmethod
    def add(self, number: int, content: Content, reasons: Sequence[str]) -> None:
        """Keep a record of this line, and why it is left out."""

    @abstractmethod
    def _head(self) -> bytes: ...

    @abstractmethod
    def _as_written(self, kept: bytes) -> bytes: ...


class RejectedLines(Rejects[str]):
    """Rejected records as NDJSON, their reasons in a member that an import ignores."""

    suffix = ".rejected.ndjson"

    def add(self, number: int, content: str, reasons: Sequence[str]) -> None:
        """Keep a record, or what stands in the place of one."""
        value = orjson.loads(content)
        record = value if isinstance(value, dict) else {TEXT_MEMBER: value}
        line = {**record, ERRORS_MEMBER: list(reasons)}
        self._put(number, orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def _head(self) -> bytes:
        return b""

    def _as_written(self, kept: bytes) -> bytes:
        return kept


class RejectedRows(Rejects[Whole]):
    """Rejected rows as CSV, as they stood, their reasons in a last column that an import ignores.

    So they are imported with the same options as the file.
    """

    suffix = ".rejected.csv"

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []

    def add(self, number: int, content: Whole, reasons: Sequence[str]) -> None:
        """Keep a row, but for the reasons of an earlier import."""
        too_many = [""] * (len(content.cells) - len(content.header))
        # A header of several lines means the same on one.
        names = [*(" ".join(name.split()) for name in content.header), *too_many]
        kept = [at for at, name in enumerate(names) if name != ERRORS_COLUMN]
        self._names = max(self._names, [names[at] for at in kept], key=len)
        cells = [content.cells[at] for at in kept if at < len(content.cells)]
        self._put(number, orjson.dumps([cells, "; ".join(reasons)]))

    def _head(self) -> bytes:
        return _csv([*self._names, ERRORS_COLUMN])

    def _as_written(self, kept: bytes) -> bytes:
        cells, reasons = orjson.loads(kept)
        missing = [""] * (len(self._names) - len(cells))
        return _csv([*cells, *missing, reasons])


AnyRejects = Rejects[Any]


def _csv(cells: Sequence[str]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
