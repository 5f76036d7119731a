"""The least that a server does: an application that sends the same bytes, whatever it is asked."""

import os
from pathlib import Path
from typing import Any

BODY = "PARLEY_TEST_BODY"
"""The variable of the environment that names the file of the bytes."""


def create() -> Any:
    """Make the application."""
    body = Path(os.environ[BODY]).read_bytes()
    length = str(len(body)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", length)]

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    return app
