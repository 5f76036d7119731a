"""When two spellings are the same word, and which known word somebody may have meant."""

import unicodedata
from collections.abc import Iterable

from rapidfuzz import fuzz, process

_SIMILAR_ENOUGH = 80
_APOSTROPHES = str.maketrans("’ʼʻ‘", "''''")


def fold(text: str) -> str:
    """Drop what people leave out when they type: case, accents, widths, spare spaces."""
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES)).casefold()
    kept = (char for char in plain if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Find the known word most like this one, or none if nothing is like it."""
    found = process.extractOne(
        word, sorted(known), scorer=fuzz.ratio, processor=fold, score_cutoff=_SIMILAR_ENOUGH
    )
    return found and found[0]
