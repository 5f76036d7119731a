"""How fresh answers are: never older than what was committed before they were asked for."""

import asyncio

from app.newest import Newest
from app.queries.state import State


class Freshness:
    """Finds the newest state for all who ask, by no more reads than that takes."""

    def __init__(self, newest: Newest) -> None:
        self._newest = newest
        self._one_at_a_time = asyncio.Lock()
        self._next: asyncio.Task[State] | None = None

    async def state(self) -> State:
        """Wait for a read that begins after now: one under way may have missed a write.

        Raises:
            DatabaseNotReady: the database does not answer.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._read())
        # Who goes away does not take it from the others.
        return await asyncio.shield(self._next)

    async def _read(self) -> State:
        async with self._one_at_a_time:
            self._next = None
            return State(*await self._newest.read())
