"""What is asked again: a question that a server of the database could not answer to its end."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.conditional import SEEN, STALE
from app.errors import DatabaseNotReady

LOST = "parley.lost"
"""Stands in the scope of a request of which the database did not answer."""
AGAIN = "parley.again"
"""Stands in the scope of a request that is asked again."""


class Elsewhere:
    """Asks once more where a server was lost, or gave way to its log, before anything was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        before, first = {**scope}, _Held(scope, send)
        try:
            await self.app(scope, receive, first)
        except RuntimeError as error:  # Starlette's, for what goes wrong after the start.
            if not (first.start and isinstance(error.__cause__, DatabaseNotReady)):
                raise
            first.is_lost = True
        if first.is_lost:
            scope.clear()
            scope.update(before, **{AGAIN: True})
            await self.app(scope, receive, send)


class _Held:
    """Sends an answer on, but its start not before there is more; nothing of one that is lost."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope = scope
        self._send = send
        self.start: Message | None = None
        self.is_lost = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            self.is_lost = LOST in self._scope and bool({SEEN, STALE} & self._scope.keys())
        elif not self.is_lost:
            if self.start:
                await self._send(self.start)
            self.start = None
            await self._send(message)
