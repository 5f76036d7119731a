"""Counts as rows of a table."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.formats.tables import Row, both
from app.schemas.counts import NAMED, Counts, Dimension


def columns(by: Sequence[Dimension]) -> list[str]:
    """Name the columns: each dimension, with the names of its values where they have any."""
    return [
        *by,
        *(f"{name}_{language}" for name in by for language in _languages(name)),
        "meetings",
    ]


def rows(counts: Counts, by: Sequence[Dimension]) -> Iterator[Row]:
    """Give the rows, which have the same order as in the answer."""
    for row in counts.data:
        cells = dict[str, Any](row)
        for name in by:
            label = counts.labels[name].get(str(row[name]))
            cells |= both(name, label.model_dump() if label else None)
        yield cells


def _languages(name: Dimension) -> Sequence[str]:
    return ("en", "zh") if name in NAMED else ()
