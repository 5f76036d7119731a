"""How the id of a new record is made, and that no two get the same."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Meeting, Tombstone
from app.models.among import among
from app.records.chunks import chunks
from app.spelling import fold

_MOST_CHARACTERS = 90
"""Ids have at most 100; the rest is for the number of one that is taken."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# `fold` leaves these letters alone, and an apostrophe is no end of a word.
_LETTERS = str.maketrans({"ŧ": "t", "ŋ": "ng", "ə": "e", "'": None})
_AT_ONCE = 3
_LATER = 100


def is_slug(text: str) -> bool:
    """Tell whether this can be an id."""
    return bool(_SLUG.fullmatch(text)) and len(text) <= 100


# The same names stand in many rows.
@lru_cache(maxsize=20_000)
def slug(text: str) -> str | None:
    """Write a name in small Latin letters, digits and hyphens; None for other scripts."""
    plain = fold(text).translate(_LETTERS)
    if any(character.isalnum() and not character.isascii() for character in plain):
        return None
    return joined(re.findall(r"[a-z0-9]+", plain)) or None


def joined(words: Iterable[str]) -> str:
    """Make an id of words, of as many as it can hold."""
    whole = "-".join(words)
    if len(whole) <= _MOST_CHARACTERS:
        return whole
    cut = whole[: _MOST_CHARACTERS + 1]
    return cut.rpartition("-")[0] or cut[:_MOST_CHARACTERS]


def numbered(base: str, number: int) -> str:
    """Give the id for the n-th record that would have the same one."""
    return base if number == 1 else f"{base}-{number}"


class MeetingIds:
    """The ids of the meetings of a file, each of them the only one in file and database."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lines: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._stored: set[str] = set()
        self._looked_up: set[str] = set()

    def claim(self, id_: str, line: int) -> int:
        """Take the id that a row gives itself; give the line that has it first."""
        return self._lines.setdefault(id_, line)

    def load(self, bases: Collection[str]) -> None:
        """Look up at once which of these ids the database has."""
        self._stored.clear()
        self._looked_up.clear()
        self._look_up([numbered(base, n) for base in bases for n in range(1, _AT_ONCE + 1)])

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

    def _look_up(self, ids: list[str]) -> None:
        for some in chunks(ids):
            found = select(Meeting.id).where(among(Meeting.id, some))
            self._stored.update(self._session.scalars(found))
            gone = (Tombstone.type == "meeting", among(Tombstone.record_id, some))
            self._stored.update(self._session.scalars(select(Tombstone.record_id).where(*gone)))
        self._looked_up.update(ids)
