"""What is sent again without being asked again: answers of one piece, while they are the newest."""

from contextlib import suppress
from mmap import mmap
from typing import NamedTuple

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api import etags
from app.api.conditional import NEWEST, SEEN
from app.api.freshness import Freshness
from app.api.observing import note
from app.errors import DatabaseNotReady
from app.memory import apart
from app.queries.state import State

_BESIDE = 4_000
"""Bytes that an answer takes beside its body and its question, about."""
_VARYING = (b"accept-encoding", b"origin")
"""Headers of requests on which answers depend."""

_Key = tuple[bytes, ...]


class _Kept(NamedTuple):
    """An answer as it was sent."""

    start: Message
    body: bytes | mmap
    size: int


class Caching:
    """Keeps answers, as they are sent, for those who ask the same before something is written."""

    def __init__(self, app: ASGIApp, freshness: Freshness, most_bytes: int) -> None:
        self.app = app
        self._freshness = freshness
        self._most_bytes = most_bytes
        self._state: State | None = None
        self._kept = self._none()

    def _none(self) -> LRUCache[_Key, _Kept]:
        return LRUCache(self._most_bytes, lambda kept: kept.size)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if not _asks_for_data(scope):
            return await self.app(scope, receive, send)
        # Who answers meets a database that does not as well, and says so.
        with suppress(DatabaseNotReady):
            scope[NEWEST] = await self._freshness.state()
        if scope["method"] == "HEAD" or NEWEST not in scope:
            return await self.app(scope, receive, send)
        varying = [_all(scope, name) for name in _VARYING]
        key = (scope["raw_path"], scope["query_string"], etags.day(scope).encode(), *varying)
        newest = scope[NEWEST]
        self._forget_all_but(newest)
        kept = self._kept.get(key)
        if kept is None or etags.known(scope, newest):
            return await self.app(scope, receive, _Recorder(self, key, scope, send))
        note(scope, kept=True)
        await send(kept.start)
        return await send({"type": "http.response.body", "body": kept.body[:]})

    def _forget_all_but(self, newest: State) -> None:
        """Keep what shows this state: nobody is sent an earlier one again."""
        if self._state != newest:
            self._state, self._kept = newest, self._none()

    def keep(self, state: State, key: _Key, start: Message, body: bytes) -> None:
        """Keep an answer that shows this state, if nobody knows of a later one by now."""
        if state != self._state:
            return
        # A copy: what comes from Zstandard keeps the room that it might have taken.
        mine = apart(body)
        size = len(mine) + sum(map(len, key)) + _BESIDE
        with suppress(ValueError):  # It is larger than all that may be kept.
            self._kept[key] = _Kept(start, mine, size)


class _Recorder:
    """Sends an answer, and lets it be kept if it has one piece.

    It may take long, and so holds nothing of what is kept meanwhile.
    """

    def __init__(self, caching: Caching, key: _Key, scope: Scope, send: Send) -> None:
        self._caching = caching
        self._key = key
        self._scope = scope
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 200 and SEEN in self._scope:
                self._start = message
        elif self._start:
            if not message.get("more_body"):
                self._caching.keep(self._scope[SEEN], self._key, self._start, message["body"])
            self._start = None
        await self._send(message)


def _asks_for_data(scope: Scope) -> bool:
    is_read = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
    return is_read and scope["path"].startswith("/v1/")


def _all(scope: Scope, name: bytes) -> bytes:
    return b",".join([value for other, value in scope["headers"] if other == name])
