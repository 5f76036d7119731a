"""What every request passes: what all answers have, and HEAD answered as GET without its body."""

import re
import secrets
from itertools import count

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars

HEAD_ONLY = "parley.head"
"""Stands in the scope of a request whose body nobody reads."""

_OF_THIS_PROCESS, _numbers = secrets.token_hex(10), count(1)
_ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def new_request_id() -> str:
    """Name a request as no other of any process is named."""
    return f"{_OF_THIS_PROCESS}{next(_numbers):012x}"


_FOR_BROWSERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
"""What is no page is never taken for one; nobody elsewhere learns what was asked."""
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""Of what is no page: a page says itself what it may load."""


class Envelope:
    """Give each request an id, or keep the one that a proxy gave it; say it in answer and log.

    All answers also have what keeps browsers from making more of them than they are.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        scope["request_id"] = request_id = _given(scope) or new_request_id()
        bind_contextvars(request_id=request_id)
        always = ((b"x-request-id", request_id.encode()), *_FOR_BROWSERS)

        async def send_with_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], *always]
                if _POLICY[0] not in dict(headers):
                    headers.append(_POLICY)
                message = {**message, "headers": headers}
            await send(message)

        return await self.app(scope, receive, send_with_more)


def _given(scope: Scope) -> str | None:
    given = next((value for name, value in scope["headers"] if name == b"x-request-id"), b"")
    value = given.decode("latin-1")
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
