"""How memory that is free again is given back, where the C library is glibc."""

import asyncio
import ctypes
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

_M_ARENA_MAX, _ARENAS = -8, 1
_M_MMAP_THRESHOLD, _LARGE = -3, 512 * 1024
"""What mallopt calls them in malloc.h; a part for all threads, and bytes that are many."""
_SECONDS_BETWEEN = 30


@asynccontextmanager
async def given_back() -> AsyncIterator[None]:
    """Let all threads share memory, and return what is free of it, until the end of the block.

    By itself glibc gives threads parts of their own, up to eight for each core, and what is free in
    one is of no use to the others: a server of many threads comes to hold twice of what it needs.
    Large answers it lays among small ones as soon as one was freed, and where they were holes stay.
    Apart from them they are returned at once; a page of a thousand meetings takes 2 ms longer, and
    counts by person of a million an eighth.
    """
    library: Any = ctypes.CDLL(None) if sys.platform == "linux" else None
    returning = None
    with suppress(AttributeError):  # Another library than glibc.
        library.mallopt(_M_ARENA_MAX, _ARENAS)
        library.mallopt(_M_MMAP_THRESHOLD, _LARGE)
        returning = asyncio.create_task(_return(library.malloc_trim))
    try:
        yield
    finally:
        if returning:
            returning.cancel()


async def _return(trim: Any) -> None:
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN)
        await asyncio.to_thread(trim, 0)
