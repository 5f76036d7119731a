"""How memory that is free again is given back, where the C library is glibc."""

import asyncio
import ctypes
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

_M_ARENA_MAX, _ARENAS = -8, 1
"""What mallopt calls it in malloc.h."""
_SECONDS_BETWEEN = 15


@asynccontextmanager
async def given_back() -> AsyncIterator[None]:
    """Let all threads share memory, and return what is free of it, until the end of the block.

    By itself glibc gives threads parts of their own, up to eight for each core, and what is free in
    one is of no use to the others: a server of many threads comes to hold twice of what it needs.
    Where answers that were kept had been, it leaves holes among smaller things, which stay as long
    as nobody returns them. (With M_MMAP_THRESHOLD there are fewer, but counts by person take an
    eighth longer.)
    """
    library: Any = ctypes.CDLL(None) if sys.platform == "linux" else None
    returning = None
    with suppress(AttributeError):  # Another library than glibc.
        library.mallopt(_M_ARENA_MAX, _ARENAS)
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
