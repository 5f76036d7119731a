"""How much goes into one statement: databases bound the number of its parameters."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")

_SIZE = 500


def chunks(items: Sequence[Item], size: int = _SIZE) -> Iterator[Sequence[Item]]:
    """Cut a sequence into parts of a size that every statement can take."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
