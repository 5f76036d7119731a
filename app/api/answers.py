"""How a record becomes a response, and a page: its items, already rendered, in an envelope."""

from collections.abc import Iterable
from urllib.parse import urlencode

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

from app.api import etags
from app.database import Snapshot
from app.queries.listing import Listed
from app.queries.state import state


def record(
    request: Request, session: Snapshot, found: BaseModel | bytes, status_code: int = 200
) -> Response:
    """Answer with one record, which may be rendered already, and with the name of this version."""
    rendered = found if isinstance(found, bytes) else found.model_dump_json(by_alias=True)
    version = orjson.loads(rendered)["version"]
    headers = {"ETag": etags.of_record(request.scope, state(session), version)}
    return Response(rendered, status_code, headers, media_type="application/json")


def documents(request: Request, listed: Listed[bytes]) -> Response:
    """Answer with a page of rendered records."""
    return _page(request, listed, listed.items)


def records(request: Request, listed: Listed[BaseModel]) -> Response:
    """Answer with a page of records that are rendered here."""
    return _page(request, listed, (item.model_dump_json().encode() for item in listed.items))


def _page(request: Request, listed: Listed[object], items: Iterable[bytes]) -> Response:
    following = _path(request, listed.next_cursor)
    envelope = {
        "next": following,
        "total": listed.total and listed.total.model_dump(),
        "revision": listed.state.revision,
    }
    body = b'{"data":[%b],%b' % (b",".join(items), orjson.dumps(envelope)[1:])
    headers = {"Link": f'<{following}>; rel="next"'} if following else None
    return Response(body, headers=headers, media_type="application/json")


def _path(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
