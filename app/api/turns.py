"""How much is worked on at once, so that what takes long leaves room for what does not."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from threading import Lock
from typing import Literal

from app.errors import TooBusy

Kind = Literal["counts", "searches", "encounters"]

MOST_AT_ONCE: dict[Kind, int] = {"counts": 2, "searches": 3, "encounters": 3}
"""Answers in the making that may take long, by what takes long in them.

With the exports they leave some connections to Postgres, and threads, for all that is quick.
"""
_SECONDS_TO_WAIT = 5
_SECONDS_BETWEEN_THREADS = 0.0002
_SECONDS_FOR_A_PIECE = 1
_of_files = Lock()


class Turns:
    """Lets some work at once; who waits keeps no thread and no connection from others."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._free = asyncio.Semaphore(most)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a turn, in the order of coming, and give it back.

        Raises:
            TooBusy: that would take too long.
        """
        try:
            async with asyncio.timeout(_SECONDS_TO_WAIT):
                await self._free.acquire()
        except TimeoutError:
            raise TooBusy(
                f"Too many answers that take long are asked for: of this kind {self._most} are"
                " worked out at once. Try again a little later."
            ) from None
        try:
            yield
        finally:
            self._free.release()


def turns() -> dict[Kind, Turns]:
    """Make the turns of a process, for each kind of answer its own."""
    return {kind: Turns(most) for kind, most in MOST_AT_ONCE.items()}


@contextmanager
def short_turns() -> Iterator[None]:
    """Let a thread that computes give way to others soon, until the end of the block.

    A page needs Python a dozen times, and each time waits for the thread that has it: by default
    for 5 ms, which is longer than the whole page takes.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SECONDS_BETWEEN_THREADS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def one_after_another(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give the pieces of a file, each worked out while no other file's is.

    Together they would be no sooner, and everybody else would wait for as many threads. Whoever
    waits too long goes on: what is worked out may itself wait, for a database.
    """
    rest = iter(pieces)
    while True:
        is_mine = _of_files.acquire(timeout=_SECONDS_FOR_A_PIECE)
        try:
            piece = next(rest, None)
        finally:
            if is_mine:
                _of_files.release()
        if piece is None:
            return
        yield piece
