"""What is noted of each answer: a line in the log, and numbers for those who watch."""

import logging
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import DatabaseNotReady, TooSlow
from app.logs import Addresses, shown_address, without_secrets
from app.metrics import Metrics

_ELSEWHERE = "other"
"""Stands for the paths of all that has no route, and so could be anything."""
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
"""What is asked all the time by machines."""
_MOST_LOGGED = 500
_FAULT = 500
_NO_FAULTS: dict[type[BaseException] | type[None], str] = {
    TooSlow: "too_slow",
    DatabaseNotReady: "not_ready",
}
"""What ends an answer that was begun, and is no fault of ours: Starlette gives it as a cause."""

_log = logging.getLogger("parley.requests")

IS_CLOSING = "parley.is_closing"
"""Stands in the scope of a request with what tells whether nothing can be sent any more."""
_NOTES = "parley.notes"
"""Stands in the scope of a request with what is noted of it; copies of the scope share that."""


def note(scope: Scope, **what: object) -> None:
    """Note for whoever watches the code of the `problem`, or that an answer had been `kept`."""
    scope.get(_NOTES, {}).update(what)


def asked(scope: Scope) -> dict[str, str]:
    """Tell of a request what a log should have of it."""
    return {
        "method": scope["method"],
        "path": _short(scope["raw_path"]),
        "query": _short(scope["query_string"]),
    }


class Observing:
    """Notes what was asked and how it was answered, when the last of the answer is sent."""

    def __init__(
        self, app: ASGIApp, paths: Iterable[str], addresses: Addresses, metrics: Metrics | None
    ) -> None:
        self.app = app
        self._templates = _Templates(paths)
        self._addresses = addresses
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        is_logged = _log.isEnabledFor(logging.INFO)
        if scope["type"] != "http" or not (is_logged or self._metrics):
            return await self.app(scope, receive, send)
        sent, began = _Sent(scope, receive, send), perf_counter()
        scope[_NOTES] = {}
        if self._metrics:
            self._metrics.begin()
        try:
            return await self.app(scope, sent.receive, sent.send)
        except Exception as error:
            note(scope, problem=_NO_FAULTS.get(type(error.__cause__), "internal_error"))
            raise
        finally:
            seconds, route = perf_counter() - began, self._templates.of(scope["path"])
            if self._metrics:
                self._count(self._metrics, scope, sent, route, seconds)
            if is_logged:
                self._write(scope, sent, route, seconds)

    def _count(
        self, metrics: Metrics, scope: Scope, sent: "_Sent", route: str, seconds: float
    ) -> None:
        metrics.end(scope["method"], route, sent.status, seconds)
        if sent.is_broken_off:
            metrics.broken_off(route)
        noted = scope[_NOTES]
        if "problem" in noted:
            metrics.problem(noted["problem"])
        if route.startswith("/v1/") and sent.status == 200 and scope["method"] == "GET":
            metrics.cache(hit="kept" in noted)

    def _write(self, scope: Scope, sent: "_Sent", route: str, seconds: float) -> None:
        noted: dict[str, Any] = {
            **asked(scope),
            "route": route,
            "status": sent.status,
            "problem": scope[_NOTES].get("problem"),
            "seconds": round(seconds, 6),
            "bytes": sent.size,
            "broken_off": sent.is_broken_off,
            "client": shown_address((scope["client"] or ("",))[0], self._addresses),
        }
        told = {name: value for name, value in noted.items() if value not in {None, "", False}}
        level = logging.DEBUG if route in _QUIET else logging.INFO
        _log.log(level, "request", extra=told)


def refused(request_id: str, status: int, problem: str, metrics: Metrics | None) -> None:
    """Note what was refused before it was a request that anybody could answer."""
    if metrics:
        metrics.refused(_ELSEWHERE, status)
        metrics.problem(problem)
    told = {"request_id": request_id, "route": _ELSEWHERE, "status": status, "problem": problem}
    _log.info("request", extra=told)


class _Sent:
    """Sends an answer on, and remembers how it was."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._is_closing: Callable[[], bool] = scope.get(IS_CLOSING, lambda: False)
        self.status = _FAULT
        self.size = 0
        self._is_going_on = self._is_gone = False

    @property
    def is_broken_off(self) -> bool:
        """Whether it was begun, and the client has not got the whole of it."""
        return self._is_going_on or self._is_gone

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            # What is still sent goes nowhere, without an error.
            self._is_gone |= self._is_going_on
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            self._is_going_on = True
            return await self._send(message)
        # A connection that has failed takes anything, and only a little later is said to be lost.
        self._is_gone |= self._is_closing()
        await self._send(message)
        # Not before: until then a client may go away.
        self.size += len(message.get("body", b""))
        self._is_going_on = bool(message.get("more_body"))
        return None


class _Templates:
    """Finds of a path the route that it belongs to: as few as there are, whatever is asked."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._tree: dict[str, Any] = {}
        for path in paths:
            node = self._tree
            for part in path.split("/"):
                node = node.setdefault("{}" if part.startswith("{") else part, {})
            node[""] = path

    def of(self, path: str) -> str:
        node = self._tree
        for part in path.split("/"):
            found = node.get(part) or node.get("{}")
            if not isinstance(found, dict):
                return _ELSEWHERE
            node = found
        return str(node.get("", _ELSEWHERE))


def _short(text: bytes) -> str:
    # A secret that is cut would not be known as one.
    return without_secrets(text.decode("ascii", "replace"))[:_MOST_LOGGED]
