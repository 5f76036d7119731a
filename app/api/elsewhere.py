"""What is asked again: a question that a server of the database could not answer to its end."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.conditional import SEEN, STALE

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
        before, is_lost = {**scope}, False

        async def send_unless_lost(message: Message) -> None:
            nonlocal is_lost
            if message["type"] == "http.response.start":
                is_lost = LOST in scope and bool({SEEN, STALE} & scope.keys())
            if not is_lost:
                await send(message)

        await self.app(scope, receive, send_unless_lost)
        if is_lost:
            scope.clear()
            scope.update(before, **{AGAIN: True})
            await self.app(scope, receive, send)
