"""What a client has already: answers say which they are, and are not sent to whoever has them."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import etags

NEWEST = "parley.newest"
"""Stands in the scope of a request with the state of the data when it came, or a later one."""
SEEN = "parley.seen"
"""Stands in the scope of a request with the state of the data that its answer shows."""
STALE = "parley.stale"
"""Stands in the scope of a request whose answer may be older than what was committed."""

_TO_KEEP = "public, no-cache"
"""Everybody may keep it, who then asks each time whether it still is the answer."""
_NOT_TO_KEEP = "no-store"
_FIRST_OF_ERRORS = 400


class Conditional:
    """Names each answer, and says of one that the client has that it still is the answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            return await self.app(scope, receive, send)
        if NEWEST in scope and (tag := etags.known(scope, scope[NEWEST])):
            return await _not_modified(send, tag)

        async def send_named(message: Message) -> None:
            if message["type"] == "http.response.start":
                _name(scope, message)
            await send(message)

        return await self.app(scope, receive, send_named)


def _name(scope: Scope, start: Message) -> None:
    headers = MutableHeaders(scope=start)
    if STALE in scope:
        # Whoever kept it, or was told that it still is the answer, would take it for fresh.
        del headers["ETag"]
        headers["Parley-Stale"] = "true"
        headers["Cache-Control"] = _NOT_TO_KEEP
    elif SEEN in scope and start["status"] == 200:
        headers.setdefault("ETag", etags.of_answer(scope, scope[SEEN]))
        headers.setdefault("Vary", "Accept-Encoding")
        headers["Cache-Control"] = _TO_KEEP
    elif SEEN in scope or start["status"] >= _FIRST_OF_ERRORS:
        # By default caches may keep that a record is gone, or is elsewhere.
        headers["Cache-Control"] = _NOT_TO_KEEP
    tag, coding = headers.get("ETag", ""), headers.get("Content-Encoding")
    if coding and tag.startswith('"'):
        # A strong one stands for bytes, and compressed ones are others.
        headers["ETag"] = f'{tag[:-1]}-{coding}"'


async def _not_modified(send: Send, tag: str) -> None:
    headers = {"ETag": tag, "Cache-Control": _TO_KEEP, "Vary": "Accept-Encoding"}
    raw = Headers(headers).raw
    await send({"type": "http.response.start", "status": 304, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
