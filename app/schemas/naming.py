"""Which name was meant by one that there is not, and which values by several in one."""

from collections.abc import Collection

from rapidfuzz import fuzz, process

from app.spelling import fold_name

_SIMILAR_ENOUGH = 75
"""Less than of other words: these are few, and short."""
_FEWEST_LETTERS = 3
_LONGEST = 100
_ELSEWHERE = {
    "date": "date_from",
    "from": "date_from",
    "from_date": "date_from",
    "offset": "cursor",
    "page": "cursor",
    "page_size": "limit",
    "people": "person",
    "per_page": "limit",
    "query": "q",
    "search": "q",
    "to": "date_to",
    "to_date": "date_to",
    "until": "date_to",
    "year": "date_from",
}
"""What is called otherwise in other APIs."""


def meant(name: str, known: Collection[str]) -> tuple[str, str | None]:
    """Give a hint to the name that was meant or to all that there are, and the one that was."""
    if near := _likely(fold_name(name[:_LONGEST]), known):
        return f"; did you mean {near}?", near
    return f"; there are: {', '.join(known)}" if known else "; there are none", None


def _likely(name: str, known: Collection[str]) -> str | None:
    if _ELSEWHERE.get(name) in known:
        return _ELSEWHERE[name]
    if len(name) >= _FEWEST_LETTERS:
        for one in known:
            if one.startswith(name):
                return one
    found = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=_SIMILAR_ENOUGH)
    return found and found[0]


def several(value: str) -> str:
    """Give a hint where the values of a parameter seem to be joined in one."""
    return "; repeat the parameter for several values" if "," in value else ""
