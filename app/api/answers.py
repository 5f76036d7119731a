"""How a page becomes a response: its items, already rendered, within the envelope."""

from collections.abc import Iterable
from urllib.parse import urlencode

import orjson
from fastapi import Request, Response
from pydantic import BaseModel

from app.queries.listing import Listed


def document(rendered: str) -> Response:
    """Answer with one rendered record."""
    return Response(rendered, media_type="application/json")


def documents(request: Request, listed: Listed[str]) -> Response:
    """Answer with a page of rendered records."""
    return _page(request, listed, listed.items)


def records(request: Request, listed: Listed[BaseModel]) -> Response:
    """Answer with a page of records that are rendered here."""
    return _page(request, listed, (item.model_dump_json() for item in listed.items))


def _page(request: Request, listed: Listed[object], items: Iterable[str]) -> Response:
    following = _path(request, listed.next_cursor)
    envelope = {
        "next": following,
        "total": listed.total and listed.total.model_dump(),
        "revision": listed.state.revision,
    }
    body = f'{{"data":[{",".join(items)}],{orjson.dumps(envelope).decode()[1:]}'
    headers = {"Link": f'<{following}>; rel="next"'} if following else None
    return Response(body, headers=headers, media_type="application/json")


def _path(request: Request, cursor: str | None) -> str | None:
    if cursor is None:
        return None
    kept = [pair for pair in request.query_params.multi_items() if pair[0] != "cursor"]
    return f"{request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"
