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
    """The values of rows, each of which has one at least: what is unknown has the last number."""

    values: Values
    """Those of the first row, and of the next."""
    many: Values | None
    """How many each row has; null if each has one."""

    @property
    def nbytes(self) -> int:
        """Tell how much memory they take."""
        return self.values.nbytes + (0 if self.many is None else self.many.nbytes)


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
        """Sort values by rows; the number after the last value stands for what is unknown."""
        meetings, values = found
        rows, small = self._rows_of(meetings), np.min_scalar_type(unknown)
        known = np.bincount(rows, minlength=self._size)
        many = np.maximum(known, 1)
        every = np.full(many.sum(), unknown, small)
        most = int(many.max(initial=1))
        if most == 1:
            every[rows] = values
            return Cells(every, None)
        # A value stands after those before it, and after what is unknown of the rows before.
        before = np.repeat(np.cumsum(known == 0), known)
        order = np.argsort(rows, kind="stable")
        every[np.arange(len(order)) + before] = values.astype(small).take(order)
        return Cells(every, many.astype(np.min_scalar_type(most)))

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
