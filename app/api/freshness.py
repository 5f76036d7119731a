"""How fresh answers are: never older than what was committed before they were asked for."""

import asyncio

from app.errors import DatabaseNotReady
from app.newest import Newest
from app.queries.state import State

_SECONDS_WHILE_GONE = 0.1
"""In which it is found out that a database is back, but perhaps not that it still is gone."""


class Freshness:
    """Finds the newest state for all who ask, by no more reads than that takes."""

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[State] | None = None
        self._gone: DatabaseNotReady | None = None

    async def state(self) -> State:
        """Wait for a read that begins after now: one under way may have missed a write.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._read())
            self._next.add_done_callback(_seen)
        reading = self._next
        if self._gone:
            await asyncio.wait([reading], timeout=_SECONDS_WHILE_GONE)
            if not reading.done():
                raise self._gone
        # Who goes away does not take it from the others.
        return await asyncio.shield(reading)

    async def _read(self) -> State:
        async with self._one_at_a_time:
            self._next = None
            try:
                found = State(*await self._newest.read())
            except DatabaseNotReady as error:
                self._gone = error
                raise
            self._gone = None
            return found


def _seen(reading: asyncio.Task[State]) -> None:
    """Take note of what a read failed by, for which nobody may have waited."""
    if not reading.cancelled():
        reading.exception()
