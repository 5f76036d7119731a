"""What of a file could not be loaded, with the reasons: as a file that can be mended and loaded."""

import csv
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from io import StringIO
from typing import IO, Any, Generic, TypeVar
from weakref import finalize

import orjson

from app.records.imports.entries import TEXT_MEMBER

ERRORS_MEMBER = "_errors"
ERRORS_COLUMN = "errors"


Content = TypeVar("Content", bound=str | Mapping[str, str])


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


class RejectedRows(Rejects[Mapping[str, str]]):
    """Rejected rows as CSV, their reasons in a last column that an import ignores."""

    suffix = ".rejected.csv"

    def __init__(self) -> None:
        super().__init__()
        self._columns: dict[str, None] = {}

    def add(self, number: int, content: Mapping[str, str], reasons: Sequence[str]) -> None:
        """Keep a row."""
        self._columns |= dict.fromkeys(content)
        self._put(number, orjson.dumps({**content, ERRORS_COLUMN: "; ".join(reasons)}))

    def _head(self) -> bytes:
        return _csv([*self._columns, ERRORS_COLUMN])

    def _as_written(self, kept: bytes) -> bytes:
        cells = orjson.loads(kept)
        return _csv([cells.get(column, "") for column in (*self._columns, ERRORS_COLUMN)])


AnyRejects = Rejects[Any]


def _csv(cells: Sequence[str]) -> bytes:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()
