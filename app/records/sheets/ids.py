"""Which ids the meetings of a file have, so that no two get the same."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Meeting, Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.records.sheets.slugs import numbered

_AT_ONCE = 3
_LATER = 100


class MeetingIds:
    """The ids of the meetings of a file, each of them the only one in file and database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lines: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._stored: set[str] = set()
        self._looked_up: set[str] = set()

    def claim(self, id_: str, line: int) -> int:
        """Take an id for the meeting of a row; give the line that has it first."""
        return self._lines.setdefault(id_, line)

    def load(self, bases: Collection[str]) -> None:
        """Look up at once which of these ids the database has."""
        self._stored.clear()
        self._looked_up.clear()
        self._look_up([numbered(base, n) for base in bases for n in range(1, _AT_ONCE + 1)])

    def series(self, base: str) -> list[str]:
        """List the ids, this one and those with a number, that the database has or had."""
        found: list[str] = []
        number, size = 1, _AT_ONCE
        while True:
            some = [numbered(base, n) for n in range(number, number + size)]
            self._look_up(some)
            here = [id_ for id_ in some if id_ in self._stored]
            found += here
            # A number may be missing: its row was left out when the file was imported.
            if not set(here) - {base}:
                return found
            number, size = number + size, _LATER

    def free(self, base: str, line: int) -> str:
        """Take the first id that no other meeting has: this one, or with a number."""
        number = self._numbers.get(base, 1)
        while self._is_taken(base, number):
            number += 1
        if number > 1:
            self._numbers[base] = number
        self._lines[numbered(base, number)] = line
        return numbered(base, number)

    def _is_taken(self, base: str, number: int) -> bool:
        id_ = numbered(base, number)
        if id_ not in self._looked_up:
            self._look_up([numbered(base, n) for n in range(number, number + _LATER)])
        return id_ in self._lines or id_ in self._stored

    def _look_up(self, ids: Collection[str]) -> None:
        for some in chunks([id_ for id_ in ids if id_ not in self._looked_up]):
            found = select(Meeting.id).where(among(Meeting.id, some))
            self._stored.update(self._session.scalars(found))
            gone = (Tombstone.type == "meeting", among(Tombstone.record_id, some))
            self._stored.update(self._session.scalars(select(Tombstone.record_id).where(*gone)))
        self._looked_up.update(ids)
