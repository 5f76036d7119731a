"""How much is worked on at once, so that what takes long leaves room for what does not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from app.errors import TooBusy

Kind = Literal["counts", "searches", "encounters"]

MOST_AT_ONCE: dict[Kind, int] = {"counts": 2, "searches": 3, "encounters": 3}
"""Answers in the making that may take long, by what takes long in them.

With the exports they leave some connections to Postgres, and threads, for all that is quick.
"""
_SECONDS_TO_WAIT = 5


class Turns:
    """Lets some work at once; who waits keeps no thread and no connection from others."""

    def __init__(self, most: int) -> None:
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
                "Too many answers that take long are asked for; try again a little later."
            ) from None
        try:
            yield
        finally:
            self._free.release()


def turns() -> dict[Kind, Turns]:
    """Make the turns of a process, for each kind of answer its own."""
    return {kind: Turns(most) for kind, most in MOST_AT_ONCE.items()}
