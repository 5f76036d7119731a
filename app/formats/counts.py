"""Counts as rows of a table."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from app.formats.tables import Row, both
from app.schemas.counts import Counts, Dimension


def columns(by: Sequence[Dimension], named: Collection[Dimension]) -> list[str]:
    """Name the columns: each dimension, and names in both languages of those that have any."""
    names = [column for name in by if name in named for column in both(name, None)]
    return [*by, *names, "meetings"]


def rows(counts: Counts, by: Sequence[Dimension]) -> Iterator[Row]:
    """Give the rows, which have the same order as in the answer."""
    for row in counts.data:
        cells = dict[str, Any](row)
        for name in by:
            label = counts.labels[name].get(str(row[name]))
            cells |= both(name, label.model_dump() if label else None)
        yield cells
