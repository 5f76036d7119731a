"""Dyads as rows of a table."""

from collections.abc import Iterator

from app.formats.tables import Row, named
from app.schemas.dyads import Dyads

_MET = ("meetings", "first", "last", "days_since_last")
_GAPS = ("longest_gap", "shortest_gap")
_OF_A_GAP = ("days", "from", "to")
COLUMNS = (
    *("a", "a_en", "a_zh", "b", "b_en", "b_zh"),
    *_MET,
    "as_of",
    *(f"{gap}_{part}" for gap in _GAPS for part in _OF_A_GAP),
)


def rows(dyads: Dyads) -> Iterator[Row]:
    """Give a row for each pair, in the order of the answer."""
    for dyad in dyads.data:
        one = dyad.model_dump(by_alias=True)
        yield {
            **named("a", one["a"]),
            **named("b", one["b"]),
            **{name: one[name] for name in _MET},
            "as_of": dyads.as_of,
            **{f"{gap}_{part}": (one[gap] or {}).get(part) for gap in _GAPS for part in _OF_A_GAP},
        }
