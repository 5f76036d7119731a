"""On which days meetings are, kept so that those of very many are read at once."""

from array import array
from collections.abc import Mapping
from datetime import date
from zlib import compress, decompress

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base
from app.models.read_model import BITS

Packed = int
"""The days of a meeting in one number: that on which it begins, counted as `date.toordinal`
counts, and in the last nine bits how many follow; so numbers are in the order of first days."""

_LENGTH = 9
_FOLLOWING = (1 << _LENGTH) - 1
_SIZE = 1 << BITS
_FASTEST = 1


class Calendar(Base):
    """The days of the meetings of one block."""

    __tablename__ = "calendar"

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    days: Mapped[bytes]


def pack(starts_on: date, ends_on: date | None) -> Packed:
    """Write the days of a meeting as one number; `ends_on` may be null for a single day."""
    return (starts_on.toordinal() << _LENGTH) + ((ends_on or starts_on) - starts_on).days


def first_day(packed: Packed) -> int:
    """Give the ordinal of the first day."""
    return packed >> _LENGTH


def last_day(packed: Packed) -> int:
    """Give the ordinal of the last day."""
    return (packed >> _LENGTH) + (packed & _FOLLOWING)


def read_block(days: bytes | None) -> "array[int]":
    """Give the days of each number of a block; 0 where no meeting has the number."""
    return array("I", decompress(days)) if days else array("I", bytes(4 * _SIZE))


def write_block(days: bytes | None, changed: Mapping[int, Packed]) -> bytes:
    """Change the days of some numbers of a block."""
    block = read_block(days)
    for number, packed in changed.items():
        block[number & (_SIZE - 1)] = packed
    return compress(block.tobytes(), _FASTEST)
