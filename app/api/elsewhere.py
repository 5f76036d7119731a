"""What is asked again: a question that a replica could not answer to its end, of the primary."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OF_REPLICA = "parley.of-replica"
"""Stands in the scope of a request that a replica answers."""
AGAIN = "parley.again"
"""Stands in the scope of a request that is asked again."""


class Elsewhere:
    """Asks once more where a replica was lost, or gave way to the log, before anything was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        before, broken_off = {**scope}, False

        async def send_unless_broken_off(message: Message) -> None:
            nonlocal broken_off
            if message["type"] == "http.response.start":
                broken_off = message["status"] == 503 and OF_REPLICA in scope
            if not broken_off:
                await send(message)

        await self.app(scope, receive, send_unless_broken_off)
        if broken_off:
            scope.clear()
            scope.update(before, **{AGAIN: True})
            await self.app(scope, receive, send)
