"""How a file is sent: as it is written, under a name, to those who take it in time."""

import asyncio
from collections.abc import Iterable

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.api.middleware import HEAD_ONLY
from app.api.turns import one_after_another
from app.database import Snapshot
from app.errors import TooSlow
from app.formats import atom, ics, ndjson, parquet, tables
from app.limits import Limits
from app.queries import changes


class Export(StreamingResponse):
    """Sends a file while it is written; where that fails, the connection breaks."""

    def __init__(
        self, pieces: Iterable[bytes], status_code: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(one_after_another(pieces), status_code, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, or of it the headers alone."""
        if HEAD_ONLY in scope:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            return await send({"type": "http.response.body"})
        # A snapshot must not stay open for good.
        limits: Limits = scope["app"].state.limits
        try:
            async with asyncio.timeout(limits.export_time_limit):
                return await super().__call__(scope, receive, send)
        except TimeoutError:
            seconds = limits.export_time_limit
            raise TooSlow(f"The file was not taken in within {seconds:g} seconds.") from None


class Ndjson(Export):
    """A record on each line."""

    media_type = ndjson.MEDIA_TYPE


class Csv(Export):
    """A table."""

    media_type = tables.MEDIA_TYPE


class Parquet(Export):
    """A table whose columns have types."""

    media_type = parquet.MEDIA_TYPE


class Ics(Export):
    """A calendar."""

    media_type = ics.MEDIA_TYPE


class Atom(Export):
    """A feed."""

    media_type = atom.MEDIA_TYPE


def headers(snapshot: Snapshot, name: str) -> dict[str, str]:
    """Say how a file is called, and of which state of the data it is."""
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Sync-Token": changes.place(snapshot),
    }
