"""Which words a text has for those who search it: one rule for what is written and what is asked.

Chinese has no spaces: of a run of characters every pair of neighbours is a word, and its last
character by itself, so that a single character is the beginning of a word wherever it stands.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from opencc import OpenCC

from app.remembered import Characters, remembered
from app.spelling import fold

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
# Vowel signs of the scripts from Devanagari to Khmer are no letters to Python, but parts of words.
_SIGNS = "".join(char for char in map(chr, range(0x0900, 0x1800)) if category(char) in {"Mn", "Mc"})
_PARTS = re.compile(rf"[{_HAN}]+|(?:(?![{_HAN}])[^\W_]|[{_SIGNS}])+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_QUOTED = re.compile(r"[\"“”„«»「」『』]([^\"“”„«»「」『』]*)[\"“”„«»「」『』]")
MOST_CHARACTERS = 100
"""Of a search, and of a word by which it finds."""

# The same names and labels stand in many meetings.
_SHORT_TEXTS, _LONG_TEXTS = 4_000, 50

_MOST_PAIRS = 8
"""Of a long run only so many pairs are looked up; the text itself decides in the end."""

_simplify = OpenCC("t2s").convert


@dataclass(frozen=True)
class Wanted:
    """One thing that a text must have."""

    words: tuple[str, ...] = ()
    """All of these words."""
    beginning: str | None = None
    """A word that begins like this."""
    pattern: str | None = None
    """A part of `searchable` text like this, in the sense of SQL's LIKE."""


def parts(text: str) -> list[str]:
    """Split a text into runs of Chinese characters and words of other scripts, folded."""
    return spaced(text).split()


@remembered(_SHORT_TEXTS, _LONG_TEXTS)
def spaced(text: str) -> str:
    """Write a text as its parts, with a space between them."""
    return " ".join(_PARTS.findall(plain(text)))


def plain(text: str) -> str:
    """Fold a text, and write Chinese in simplified characters."""
    return fold(text).translate(_SIMPLIFIED)


# One by one: what a character becomes must not hang on those beside it.
_SIMPLIFIED = Characters(lambda char: _simplify(char) if _IS_HAN.match(char) else char)


def searchable(texts: Iterable[str]) -> str:
    """Write texts so that a pattern finds in them what it stands for."""
    lines = filter(None, dict.fromkeys(map(spaced, texts)))
    return "\n".join(f" {line} " for line in lines)


def words(texts: Iterable[str]) -> set[str]:
    """Give the words by which texts are found."""
    return {word for text in texts for part in parts(text) for word in _words(part)}


def _words(part: str) -> Iterator[str]:
    if not _IS_HAN.match(part):
        yield part[:MOST_CHARACTERS]
        return
    yield from _pairs(part)
    yield part[-1]


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]


def beginnings(name: str) -> list[str]:
    """Give a name as it is looked up: from each of its words, or Chinese characters, to its end."""
    pieces = parts(name)
    found = []
    for number, part in enumerate(pieces):
        starts = range(len(part)) if _IS_HAN.match(part) else range(1)
        found += [" ".join([part[start:], *pieces[number + 1 :]]) for start in starts]
    return found


def wanted(question: str) -> list[Wanted]:
    """Read what somebody searches for; the last word may still be unfinished."""
    found: list[Wanted] = []
    rest = _QUOTED.split(question)
    for number, piece in enumerate(rest):
        if number % 2:
            found += _phrase(parts(piece))
        else:
            # A space ends a word; a mark behind it, such as *, does not.
            last = number == len(rest) - 1 and not piece[-1:].isspace()
            found += _loose(parts(piece), unfinished=last)
    return list(dict.fromkeys(found))


def _loose(pieces: Sequence[str], *, unfinished: bool) -> Iterator[Wanted]:
    for number, part in enumerate(pieces, 1):
        if _IS_HAN.match(part):
            yield from _phrase([part])
        elif unfinished and number == len(pieces):
            yield Wanted(beginning=part)
        else:
            yield Wanted(words=(part,))


def _phrase(pieces: Sequence[str]) -> Iterator[Wanted]:
    """Give what a text must have in which these parts stand one after the other."""
    if len(pieces) == 1 and len(pieces[0]) == 1 and _IS_HAN.match(pieces[0]):
        yield Wanted(beginning=pieces[0])
        return
    if not pieces:
        return
    looked_up = [word for part in pieces for word in _looked_up(part)]
    exact = len(looked_up) == 1 and len(pieces) == 1
    yield Wanted(tuple(looked_up), pattern=None if exact else _pattern(pieces))


def _looked_up(part: str) -> list[str]:
    return _pairs(part)[:_MOST_PAIRS] if _IS_HAN.match(part) else [part]


def contains(beginning: str) -> str:
    """Give the pattern of texts in which a word begins like this."""
    return f"%{beginning}%" if _IS_HAN.match(beginning) else f"% {beginning}%"


def begins_within(text: str, beginning: str) -> bool:
    """Tell whether a word of a text, or in Chinese a character, begins like this; both folded."""
    return (beginning if _IS_HAN.match(beginning) else f" {beginning}") in f" {text}"


def _pattern(pieces: Sequence[str]) -> str:
    # A word of another script is whole, a run of Chinese characters may go on.
    start = "%" if _IS_HAN.match(pieces[0]) else "% "
    end = "%" if _IS_HAN.match(pieces[-1]) else " %"
    return f"{start}{' '.join(pieces)}{end}"
