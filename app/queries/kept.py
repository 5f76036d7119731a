"""What counts and pairs are made of, kept for the next ones until it is written anew."""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from contextlib import suppress
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from cachetools import LRUCache
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Mark
from app.models.read_model import mark_of_block
from app.queries.state import hold_state

MOST = 192_000_000
"""Bytes that are kept, about."""
MANY = 1 << 16
"""Meetings of which a question has to be about more: for fewer nothing is read that is kept."""

Found = TypeVar("Found")
Size = Callable[[Found], int]
"""Tells how much memory something takes."""

_MARKS = "parley.marks"


class _Piece(NamedTuple):
    """Something that was made of a state of the data, which a mark names; nobody changes it."""

    mark: object
    found: Any
    size: int


_pieces = LRUCache[Hashable, _Piece](MOST, lambda piece: piece.size)
_lock = Lock()


def size() -> int:
    """Tell how many bytes are kept; what is counted takes about as many more, for a while."""
    return int(_pieces.currsize)


def kept(session: Session, name: Hashable, make: Callable[[], Found], size: Size[Found]) -> Found:
    """Give what was made of just the data that this session shows; else make it, and keep it."""
    return _kept(name, hold_state(session).mark, make, size)


def kept_of(
    session: Session,
    parts: Collection[str],
    name: Hashable,
    make: Callable[[], Found],
    size: Size[Found],
) -> Found:
    """Do so with what is made of parts of the read model, whatever is written into others."""
    marks = _marks(session)
    return _kept(name, [marks.get(part) for part in parts], make, size)


def kept_of_blocks(
    session: Session,
    blocks: Iterable[int],
    name: Hashable,
    make: Callable[[Sequence[int]], Iterable[Found]],
    size: Size[Found],
) -> Mapping[int, Found]:
    """Do so with what is made of each of these blocks; what is not kept is made together."""
    marks = _marks(session)
    found: dict[int, Found] = {}
    wanted = {block: ((name, block), marks.get(mark_of_block(block))) for block in blocks}
    for block, (own, mark) in wanted.items():
        if piece := _find(own, mark):
            found[block] = piece.found
    missing = [block for block in wanted if block not in found]
    for block, made in zip(missing, make(missing) if missing else (), strict=True):
        found[block] = made
        _keep(*wanted[block], made, size)
    return found


def _kept(name: Hashable, mark: object, make: Callable[[], Found], size: Size[Found]) -> Found:
    if piece := _find(name, mark):
        found: Found = piece.found
        return found
    found = make()
    _keep(name, mark, found, size)
    return found


def _find(name: Hashable, mark: object) -> _Piece | None:
    with _lock:
        piece = _pieces.get(name)
    return piece if piece and piece.mark == mark else None


def _keep(name: Hashable, mark: object, found: Found, size: Size[Found]) -> None:
    with _lock, suppress(ValueError):  # It is larger than all that may be kept.
        _pieces[name] = _Piece(mark, found, size(found))


def _marks(session: Session) -> Mapping[str, str]:
    """Read the marks of all parts, once for all that a snapshot is asked."""
    found: Mapping[str, str] | None = session.info.get(_MARKS)
    if found is None:
        found = dict(session.execute(select(Mark.part, Mark.mark)).all())
        session.info[_MARKS] = found
    return found
