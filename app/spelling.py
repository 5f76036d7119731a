"""When two spellings are the same word, which known word was meant, and how it is repeated."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from rapidfuzz import fuzz, process

from app.remembered import Characters

_SIMILAR_ENOUGH = 80
_MOST_FOLDED = 32_768
"""Names: each wrong word is compared with the same thousands."""
_LONGEST = 200
"""Characters of a word that is compared and kept; nobody mistypes what is longer."""
_APOSTROPHES = str.maketrans("’ʼʻ‘", "''''")
# Letters whose stroke or ligature Unicode does not take apart, and signs that stand for no sound.
_PLAIN = {
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "ł": "l",
    "ħ": "h",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    **dict.fromkeys("\u0640ʾʿ", ""),
}


_KEPT = Characters(lambda char: "" if _is_left_out(char) else _PLAIN.get(char, char))


def fold(text: str) -> str:
    """Drop what people leave out when they type: case, accents, widths, spare spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    return " ".join(plain.translate(_KEPT).split())


@lru_cache(_MOST_FOLDED)
def fold_name(name: str) -> str:
    """Fold a name or an id, which is no long text, and keep that for the next comparison."""
    return fold(name)


def _is_left_out(char: str) -> bool:
    # A soft hyphen or a joiner is not seen; a vowel sign of an Indic script does not combine.
    return unicodedata.combining(char) != 0 or unicodedata.category(char) == "Cf"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word most like this one, or none if nothing is like it."""
    if len(word) > _LONGEST:
        return None
    found = process.extractOne(
        word, sorted(known), scorer=fuzz.ratio, processor=fold_name, score_cutoff=_SIMILAR_ENOUGH
    )
    return found and found[0]


def shortened(text: str, most: int = _LONGEST) -> str:
    """Repeat in a message what was given: only its beginning, if it is long."""
    return text if len(text) <= most else f"{text[:most]}…"
