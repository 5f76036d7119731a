"""How the id of a new record is made of words, and of a number where it is taken."""

import re
from collections.abc import Iterable

from app.remembered import remembered
from app.spelling import fold

_MOST_CHARACTERS = 90
"""Ids have at most 100; the rest is for the number of one that is taken."""
MOST_REMEMBERED = 20_000
"""Names of which we keep what they become: the same ones stand in many rows."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# `fold` leaves these letters alone, and an apostrophe is no end of a word.
_LETTERS = str.maketrans({"ŧ": "t", "ŋ": "ng", "ə": "e", "'": None})


def is_slug(text: str) -> bool:
    """Tell whether this can be an id."""
    return bool(_SLUG.fullmatch(text)) and len(text) <= 100


@remembered(MOST_REMEMBERED)
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
