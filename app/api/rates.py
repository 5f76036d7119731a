"""How much one client may ask in a time, where that is limited."""

import math
import time
from collections.abc import Callable
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network

from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api import problems
from app.api.observing import PROBLEM

_BITS_OF_ONE_CLIENT = 64
"""Of an IPv6 address: who has one usually has all that begin in the same way."""


class Rates:
    """Tells clients that ask for too much when they may ask again; browsers are `shown` that."""

    def __init__(self, app: ASGIApp, rate: str, shown: Callable[[ASGIApp], ASGIApp]) -> None:
        self.app = app
        self._shown = shown
        self._rate = parse(rate)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            return await self.app(scope, receive, send)
        client = _client(scope)
        if await self._limiter.hit(self._rate, client):
            return await self.app(scope, receive, send)
        window = await self._limiter.get_window_stats(self._rate, client)
        scope[PROBLEM] = "too_many_requests"
        refused = _refused(scope["request_id"], self._rate, window.reset_time - time.time())
        return await self._shown(refused)(scope, receive, send)


def _client(scope: Scope) -> str:
    """Name who asks; behind a proxy that is said by the proxy."""
    host, _ = scope["client"] or ("", 0)
    try:
        address = ip_address(host)
    except ValueError:  # A proxy may name somebody by anything; a socket of Unix has no address.
        return str(host)
    if isinstance(address, IPv6Address) and not address.ipv4_mapped:
        return str(ip_network((address.packed, _BITS_OF_ONE_CLIENT), strict=False))
    return str(address)


def _said(rate: RateLimitItem) -> str:
    unit = rate.GRANULARITY.name
    each = unit if rate.multiples == 1 else f"{rate.multiples} {unit}s"
    return f"{rate.amount:,} requests per {each}"


def _refused(request_id: str, rate: RateLimitItem, seconds: float) -> Response:
    wait = max(1, math.ceil(seconds))
    detail = (
        f"One client may make {_said(rate)}, and you have; ask again in {wait} s. One"
        " file of all that match replaces many pages."
    )
    status = HTTPStatus.TOO_MANY_REQUESTS
    body = problems.render(request_id, status, "too_many_requests", detail)
    headers = {"Retry-After": str(wait), "Cache-Control": "no-store"}
    return Response(body, status, headers, media_type=problems.MEDIA_TYPE)
