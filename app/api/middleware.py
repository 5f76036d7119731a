"""What every request passes: a request id, and HEAD answered as GET without its body."""

import re
import secrets
from itertools import count

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD_ONLY = "parley.head"
"""Stands in the scope of a request whose body nobody reads."""

_OF_THIS_PROCESS, _numbers = secrets.token_hex(10), count(1)
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id() -> str:
    """Name a request as no other of any process is named."""
    return f"{_OF_THIS_PROCESS}{next(_numbers):012x}"


class RequestId:
    """Give each request an id, or keep the one that a proxy gave it, and say it in the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope["request_id"] = request_id = _given(scope) or new_request_id()
        named = (b"x-request-id", request_id.encode())

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], named]}
            await send(message)

        return await self.app(scope, receive, send_with_id)


def _given(scope: Scope) -> str | None:
    value = Headers(scope=scope).get("X-Request-ID", "")
    return value if _ACCEPTED_ID.fullmatch(value) else None


class HeadAsGet:
    """Answer HEAD wherever GET is answered, with the same headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self.app(scope, receive, send)

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        asked = {**scope, "method": "GET", HEAD_ONLY: True}
        return await self.app(asked, receive, send_without_body)
