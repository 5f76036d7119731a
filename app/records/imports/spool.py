"""Where the records of an import wait on disk for those that they depend on."""

import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import IO, NamedTuple, Self

from app.records.kinds import KINDS

TOMBSTONE = "tombstone"
TYPES = (*(kind.name for kind in KINDS), TOMBSTONE)


class Waiting(NamedTuple):
    """A record that waits: in which file it stands, counted from 0, where in it, and as JSON."""

    file: int
    number: int
    text: str


class Spool:
    """Records by their type, in the order in which they were read."""

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file in self._files.values():
            file.close()

    def put(self, name: str, one: Waiting) -> None:
        """Let a record wait."""
        if name not in self._files:
            self._files[name] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the others)
        self._files[name].write(f"{one.file} {one.number} {one.text}\n".encode())
        self.count += 1

    def batches(self, name: str, size: int | None) -> Iterator[list[Waiting]]:
        """Give the records of a type, some at a time, or all at once."""
        if name not in self._files:
            return
        self._files[name].seek(0)
        records = map(_waiting, self._files[name])
        while some := list(islice(records, size)):
            yield some


def _waiting(line: bytes) -> Waiting:
    file, number, text = line.decode().rstrip("\n").split(" ", 2)
    return Waiting(int(file), int(number), text)
