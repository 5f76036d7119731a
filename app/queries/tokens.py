"""How a place is written that clients hand back as it is: opaque, and fit for a URL."""

import base64
from typing import Any

import orjson


def encode(*parts: Any) -> str:
    """Write what names a place."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def decode(token: str) -> list[Any]:
    """Read what names a place.

    Raises:
        ValueError: the token is not one that was written here.
    """
    padded = token + "=" * (-len(token) % 4)
    parts = orjson.loads(base64.b64decode(padded, altchars="-_", validate=True))
    if not isinstance(parts, list):
        raise ValueError(token)  # noqa: TRY004 (a token is a value, whatever it holds)
    return parts
