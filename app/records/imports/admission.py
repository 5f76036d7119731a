"""Which records an import has met: each may be there once, and none may need a bad one."""

import sqlite3
from collections.abc import Sequence

from app.errors import Flaw
from app.records.imports.entries import Input

Key = tuple[str, str]
"""The kind and the id of a record."""

# In a file of its own that nobody else sees: very many ids would fill the memory.
_MAKE = """
    CREATE TABLE met (
        kind TEXT, id TEXT, file INTEGER, number INTEGER, PRIMARY KEY (kind, id)
    ) WITHOUT ROWID
"""
_MEET = "INSERT OR IGNORE INTO met VALUES (?, ?, ?, ?)"
_FIRST = "SELECT file, number FROM met WHERE kind = ? AND id = ?"


class Ids:
    """The ids that stood in the files so far, and those of records that are left out."""

    def __init__(self, files: Sequence[Input]) -> None:
        self._files = files
        self._met = sqlite3.connect("", isolation_level=None)
        self._met.execute(_MAKE)
        self._met.execute("BEGIN")
        self._spoilt: set[Key] = set()

    def close(self) -> None:
        """Forget them."""
        self._met.close()

    def flaws(self, key: Key, file: int, number: int) -> list[Flaw]:
        """Say so if a record was met before, at another place."""
        if self._met.execute(_MEET, (*key, file, number)).rowcount:
            return []
        first, line = self._met.execute(_FIRST, key).fetchone()
        if (first, line) == (file, number):
            return []
        kind, record_id = key
        what = f"the {kind} “{record_id}” stands in {self._files[first].origin(line)} already"
        return [Flaw(self._files[file].origin(number), ("id",), what, code="repeated_id")]

    def spoil(self, *keys: Key) -> None:
        """Remember that these are left out."""
        self._spoilt.update(keys)

    def explained(self, flaw: Flaw) -> Flaw:
        """Say of a record that is missing because it was left out that this is why."""
        if flaw.missing is None or flaw.missing not in self._spoilt:
            return flaw
        what = "the {} “{}” is not valid itself".format(*flaw.missing)
        return flaw._replace(what=what, suggestion=None)
