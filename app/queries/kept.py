"""What counts and pairs are made of, kept for the next ones until something is written."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from cachetools import LRUCache
from sqlalchemy.orm import Session

from app.queries.state import hold_state

MOST = 96_000_000
"""Bytes that are kept, about."""
MANY = 1 << 16
"""Meetings of which a question has to be about more: for fewer nothing is read that is kept."""

Found = TypeVar("Found")


class _Piece(NamedTuple):
    """Something that was made of a state of the data; nobody changes it."""

    found: Any
    size: int


_pieces = LRUCache[tuple[str, Hashable], _Piece](MOST, lambda piece: piece.size)
_lock = Lock()


def kept(
    session: Session, name: Hashable, make: Callable[[], Found], size: Callable[[Found], int]
) -> Found:
    """Give what was made of just the data that this session shows; else make it, and keep it."""
    key = (hold_state(session).mark, name)
    with _lock:
        piece = _pieces.get(key)
    if piece:
        found: Found = piece.found
        return found
    found = make()
    with _lock, suppress(ValueError):  # It is larger than all that may be kept.
        if any(mark != key[0] for mark, _ in _pieces):
            _pieces.clear()
        _pieces[key] = _Piece(found, size(found))
    return found
