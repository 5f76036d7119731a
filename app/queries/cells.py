"""What meetings have in a column: each of some thousand is a row, and a cell has its values."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyroaring import BitMap

from app.models.read_model import BITS
from app.queries.kept import MANY
from app.queries.sets import numbers
from app.queries.tallies import Numbers

Rows = NDArray[np.uint16]
"""Numbers of 16 bits, which are put in order without comparing them."""
Values = NDArray[np.unsignedinteger[Any]]
Found = tuple[NDArray[np.uint32] | NDArray[np.int32], Numbers]
"""Numbers of meetings, each as often as it has values; and those."""

_ROWS = 1 << 15
"""Meetings at a time."""
_MOST_BLOCKS = 64
"""More would not all be kept, and to make one for a few of its meetings takes longer than those."""


class Cells(NamedTuple):
    """The values of rows; those that have none have one more, the last."""

    values: Values
    """Those of each row together, or if each row has one, in the order of rows."""
    starts: NDArray[np.int32] | None
    """Where those of each row begin, unless each row has one."""
    many: Values
    """How many each row has."""
    most: int
    """How many a row has at most."""

    @property
    def nbytes(self) -> int:
        """Tell how much memory they take."""
        every = (self.values, self.starts, self.many)
        return sum(one.nbytes for one in every if one is not None)


@dataclass(frozen=True)
class Part:
    """Some meetings, each of which is a row."""

    meetings: BitMap
    block: int | None = None
    """Whose numbers are the rows, also those that are none of these meetings."""

    @cached_property
    def rows(self) -> Rows:
        """Give the rows of all, in order."""
        if self.block is None:
            return np.arange(len(self.meetings), dtype=np.uint16)
        return numbers(self.meetings).astype(np.uint16)

    def cells(self, found: Found, unknown: int) -> Cells:
        """Sort values by rows; what is unknown has the number after the last value."""
        meetings, values = found
        rows, small = self._rows_of(meetings), np.min_scalar_type(unknown)
        many = np.bincount(rows, minlength=self._size)
        most = max(1, int(many.max(initial=0)))
        often = np.maximum(many, 1).astype(np.min_scalar_type(most))
        if most == 1:
            each = np.full(self._size, unknown, small)
            each[rows] = values
            return Cells(each, None, often, most)
        in_order = values.astype(small).take(np.argsort(rows, kind="stable"))
        starts = np.where(many, np.cumsum(many) - many, len(values)).astype(np.int32)
        return Cells(np.append(in_order, small.type(unknown)), starts, often, most)

    @property
    def _size(self) -> int:
        """Tell how many rows there may be."""
        return len(self.meetings) if self.block is None else 1 << BITS

    def _rows_of(self, meetings: NDArray[np.integer[Any]]) -> Rows:
        if self.block is None:
            return self._places.take(meetings - self.meetings.min())
        return meetings.astype(np.uint16)

    @cached_property
    def _places(self) -> Rows:
        """Give the row of each number, less the first one."""
        own = numbers(self.meetings) - self.meetings.min()
        places = np.empty(own[-1] + 1, np.uint16)
        places[own] = self.rows
        return places


def are_kept(within: BitMap) -> bool:
    """Tell whether what these meetings have is kept for all meetings of their blocks."""
    return len(within) > MANY and len(blocks(within)) <= _MOST_BLOCKS


def parts(within: BitMap) -> Iterator[Part]:
    """Cut meetings into parts: by blocks, if what they have is kept so."""
    if not are_kept(within):
        for start in range(0, len(within), _ROWS):
            yield Part(within[start : start + _ROWS])
        return
    for block in blocks(within):
        if mine := within & of_block(block).meetings:
            yield Part(mine, block)


def blocks(within: BitMap) -> range:
    """Number the blocks that some meetings span."""
    return range(within.min() >> BITS, (within.max() >> BITS) + 1) if within else range(0)


def of_block(block: int) -> Part:
    """Give all numbers of a block."""
    return Part(BitMap(range(block << BITS, (block + 1) << BITS)), block)
