"""Who took part in meetings, kept so that the participants of very many are read at once."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base

BITS_OF_ATTENDANCE = 12
"""Of a number those that stand within its block: a write makes those of 4,096 numbers anew."""

_KIND = np.dtype("<i4")

Parts = NDArray[np.int32]
"""A row for each participant, in order, so that those of one country stand together.

The columns are the number of the meeting and the terms of the country, the organization and the
person; 0 stands for none.
"""


class Attendance(Base):
    """The participants of the meetings of one block."""

    __tablename__ = "attendance"

    block: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    parts: Mapped[bytes]


def read_parts(parts: bytes) -> Parts:
    """Give the participants of one block, or of several one after the other.

    Raises:
        ValueError: it is not what `write_parts` has written.
    """
    return np.frombuffer(parts, _KIND).reshape(-1, 4)


def pack(participants: Iterable[tuple[int, int, int]]) -> bytes:
    """Write the terms of the country, the organization and the person of each participant."""
    return np.array(sorted(participants), _KIND).tobytes()


def write_parts(parts: bytes, changed: Mapping[int, bytes]) -> bytes:
    """Change the participants of some numbers of a block, which are given as `pack` writes them."""
    before, numbers = read_parts(parts), np.fromiter(changed, _KIND)
    others = before[~np.isin(before[:, 0], numbers)]
    terms = np.frombuffer(b"".join(changed.values()), _KIND).reshape(-1, 3)
    many = [len(some) // (3 * _KIND.itemsize) for some in changed.values()]
    mine = np.column_stack([np.repeat(numbers, many), terms])
    every = np.concatenate([others, mine])
    return every[np.argsort(every[:, 0], kind="stable")].tobytes()
