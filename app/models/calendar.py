"""On which days meetings are, kept so that those of very many are read at once."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple
from zlib import compress, decompress

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.read_model import BITS

_SIZE = 1 << BITS
_BYTES = 6
"""Of each number: four of the first day, and two of how many follow."""
_FASTEST = 1


class Span(NamedTuple):
    """The day on which a meeting begins, as `date.toordinal` counts, and how many follow."""

    first: int
    following: int


NO_SPAN = Span(0, 0)
"""That of a number that no meeting has."""


class DaysOfBlock(NamedTuple):
    """The days of each number of a block."""

    first: NDArray[np.int32]
    following: NDArray[np.int16]


class Calendar(Base):
    """The days of the meetings of one block."""

    __tablename__ = "calendar"

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[bytes]


def span(starts_on: date, ends_on: date | None) -> Span:
    """Count the days of a meeting; `ends_on` may be null for a single one."""
    return Span(starts_on.toordinal(), ((ends_on or starts_on) - starts_on).days)


def read_block(days: bytes) -> DaysOfBlock:
    """Give the days of each number of a block.

    Raises:
        ValueError, zlib.error: it is not what `write_block` has written.
    """
    kept = bytearray(decompress(days) if days else _SIZE * _BYTES)
    first = np.frombuffer(kept, "<i4", _SIZE)
    return DaysOfBlock(first, np.frombuffer(kept, "<i2", _SIZE, first.nbytes))


def write_block(days: bytes, changed: Mapping[int, Span]) -> bytes:
    """Change the days of some numbers of a block."""
    block = read_block(days)
    for number, (first, following) in changed.items():
        block.first[number & (_SIZE - 1)] = first
        block.following[number & (_SIZE - 1)] = following
    return compress(block.first.tobytes() + block.following.tobytes(), _FASTEST)
