"""How memory that is free again is found without a long look, and given back to the system."""

import asyncio
import ctypes
import gc
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from mmap import mmap
from typing import Any

_ARENA_MAX, _MMAP_THRESHOLD, _TRIM_THRESHOLD = -8, -3, -1
"""What mallopt calls them in malloc.h, with M before."""
_MOST_FREE = 1 << 27
"""Bytes at the end of memory that may stay, free as they are, for the next one who needs many."""
_SETTINGS = ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, 1 << 25), (_TRIM_THRESHOLD, _MOST_FREE))
_SECONDS_BETWEEN = 30
_LARGE = 128 * 1024
"""Bytes for which it is worth while to have pages of their own."""


@contextmanager
def here_for_good() -> Iterator[None]:
    """Take all that is there by now for no garbage, until the end of the block.

    It is what was imported, mostly. To look through it takes Python a tenth of a second each time,
    in which nobody is answered; to look through what has come since takes less than a tenth of it.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@asynccontextmanager
async def given_back(needed: Callable[[], int]) -> AsyncIterator[None]:
    """Let all threads share memory, and return what is free of it, until the end of the block.

    So many bytes stay as are told to be needed again.

    By itself glibc gives threads parts of their own, up to eight for each core, and what is free in
    one is of no use to the others: a server of many threads comes to hold twice of what it needs.
    And it gives back at once what the next large array needs, of which the system then has to make
    each page anew: for pairs of people that was a third of the time, and most of it where a virtual
    machine has to ask its host for pages.
    """
    library: Any = ctypes.CDLL(None) if sys.platform == "linux" else None
    returning = None
    with suppress(AttributeError):  # Another library than glibc.
        for name, value in _SETTINGS:
            library.mallopt(name, value)
        returning = asyncio.create_task(_return(library.malloc_trim, needed))
    try:
        yield
    finally:
        if returning:
            returning.cancel()


async def _return(trim: Any, needed: Callable[[], int]) -> None:
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN)
        await asyncio.to_thread(trim, min(needed(), _MOST_FREE))


def apart(body: bytes) -> bytes | mmap:
    """Copy what is kept for long: if it is large, to pages that are given back as soon as it goes.

    Among small things that are kept it would leave a hole, in which only smaller ones find room.
    """
    if len(body) < _LARGE:
        return bytes(memoryview(body))
    pages = mmap(-1, len(body))
    pages.write(body)
    return pages
