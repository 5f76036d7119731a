"""How much one client may ask in a time, where that is limited."""

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from cachetools import TTLCache
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problems
from app.api.observing import note
from app.limits import SECONDS_OF

MOST_CLIENTS = 100_000
"""Of which requests are counted; who asked longest ago is forgotten first."""
_BITS_OF_ONE_CLIENT = 64
"""Of an IPv6 address: who has one usually has all that begin in the same way."""
_ANYBODY = "anybody"
"""Stands for all that a proxy names by no address."""


class Rates:
    """Tells clients that ask for too much when they may ask again; browsers are `shown` that."""

    def __init__(self, app: ASGIApp, rate: str, shown: Callable[[ASGIApp], ASGIApp]) -> None:
        self.app = app
        self._rate, self._shown = rate, shown
        most, unit = rate.split("/")
        self._most, self._seconds = int(most), SECONDS_OF[unit]
        self._counts: TTLCache[str, _Count] = TTLCache(MOST_CLIENTS, self._seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            return await self.app(scope, receive, send)
        count = self._counts.setdefault(_client(scope), _Count())
        count.requests += 1
        if count.requests <= self._most:
            return await self.app(scope, receive, send)
        note(scope, problem="too_many_requests")
        refused = self._refused(scope["request_id"], count)
        return await self._shown(refused)(scope, receive, send)

    def _refused(self, request_id: str, count: "_Count") -> Response:
        wait = max(1, math.ceil(count.since + self._seconds - time.monotonic()))
        detail = (
            f"One client may make {self._rate.replace('/', ' requests per ')}, and you have; ask"
            f" again in {wait} s. One file of all that match replaces many pages."
        )
        status = HTTPStatus.TOO_MANY_REQUESTS
        body = problems.render(request_id, status, "too_many_requests", detail)
        headers = {"Retry-After": str(wait), "Cache-Control": "no-store"}
        return Response(body, status, headers, media_type=problems.MEDIA_TYPE)


class _Count:
    """How often a client has asked since it asked first."""

    def __init__(self) -> None:
        self.requests = 0
        self.since = time.monotonic()


def _client(scope: Scope) -> str:
    """Name who asks; behind a proxy that is said by the proxy."""
    host, _ = scope["client"] or (_ANYBODY, 0)
    try:
        address = ip_address(host)
    except ValueError:
        return _ANYBODY
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address.packed, _BITS_OF_ONE_CLIENT), strict=False))
    return str(address)
