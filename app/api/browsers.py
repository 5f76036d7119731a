"""What browsers ask before a page of another origin may read: a refusal is a problem, too."""

from http import HTTPStatus

from fastapi.middleware.cors import CORSMiddleware
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.api import problems

_ASKED = "access-control-request-method"


class ForBrowsers(CORSMiddleware):
    """Lets pages of other origins read, and says to others why they may not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and scope["method"] == "OPTIONS":
            headers = Headers(scope=scope)
            if "origin" in headers and _ASKED in headers:
                return await self._answer(scope, headers)(scope, receive, send)
        return await super().__call__(scope, receive, send)

    def _answer(self, scope: Scope, asked: Headers) -> Response:
        answer = self.preflight_response(request_headers=asked)
        if answer.status_code == HTTPStatus.OK:
            return answer
        detail = (
            f"A page of another origin may not send this: {bytes(answer.body).decode()}; it may"
            f" send {' and '.join(self.allow_methods)}, with the header If-None-Match"
        )
        body = problems.render(scope["request_id"], HTTPStatus.BAD_REQUEST, "bad_request", detail)
        kept = {k: v for k, v in answer.headers.items() if not k.startswith("content-")}
        return Response(body, HTTPStatus.BAD_REQUEST, kept, problems.MEDIA_TYPE)
