"""What is worked out of texts and kept for the next time, within bounds, whoever sends them."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

_SHORT = 200
"""Characters of a text that takes little room: a name, a label, a word."""
_LONG = 10_000
"""Characters that a text of a record may have; what is longer is a cell of a table."""
_FIRST_OF_RARE = 0x10000
Found = TypeVar("Found")
Work = Callable[[str], Found]


class Characters(dict[int, str]):
    """What becomes of each character, worked out when it is met first, and of rare ones each time.

    There are a million of these, and whoever sends a text chooses which are met.
    """

    def __init__(self, become: Work[str]) -> None:
        super().__init__()
        self._become = become

    def __missing__(self, code: int) -> str:
        found = self._become(chr(code))
        return self.setdefault(code, found) if code < _FIRST_OF_RARE else found


def remembered(short: int, long: int = 0) -> Callable[[Work[Found]], Work[Found]]:
    """Remember what becomes of so many short texts, and of fewer long ones, which take much room.

    What is longer than any text of a record is worked out each time.
    """

    def remember(work: Work[Found]) -> Work[Found]:
        of_short, of_long = lru_cache(short)(work), lru_cache(long)(work)

        @wraps(work)
        def look_up(text: str) -> Found:
            if len(text) <= _SHORT:
                return of_short(text)
            return of_long(text) if len(text) <= _LONG else work(text)

        return look_up

    return remember
