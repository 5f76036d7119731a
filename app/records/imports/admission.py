"""Which records an import has met: each may be there once, and none may need a bad one."""

from collections import defaultdict
from collections.abc import Sequence

from app.errors import Flaw
from app.records.imports.entries import Input

Key = tuple[str, str]
"""The kind and the id of a record."""


class Ids:
    """The ids that stood in the files so far, and those of records that are left out."""

    def __init__(self, files: Sequence[Input]) -> None:
        self._files = files
        # The number of the line, and that of the file: one number takes the least memory.
        self._met: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._spoilt: set[Key] = set()

    def flaws(self, key: Key, file: int, number: int) -> list[Flaw]:
        """Say so if a record was met before, at another place."""
        kind, record_id = key
        here = number * len(self._files) + file
        first = self._met[kind].setdefault(record_id, here)
        if first == here:
            return []
        line, other = divmod(first, len(self._files))
        what = f"the {kind} “{record_id}” stands in {self._files[other].origin(line)} already"
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
