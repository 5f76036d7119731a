"""How connections are spoken to: what is no HTTP at all is answered by a problem, too."""

from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.api import problems
from app.api.middleware import new_request_id

_ADVICE = (
    "This could not be read as HTTP/1.1: its method may be unknown, its URL longer than 65,535"
    " characters, or letters in it such as é or 俄 not percent-encoded, which curl does with"
    " -G --data-urlencode 'country=俄罗斯'."
)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1, with problems instead of plain text."""

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (the base class names it)
        """Answer what could not be parsed, and close the connection."""
        request_id = new_request_id()
        body = problems.render(request_id, HTTPStatus.BAD_REQUEST, "bad_request", _ADVICE).encode()
        head = (
            "HTTP/1.1 400 Bad Request",
            f"content-type: {problems.MEDIA_TYPE}",
            f"content-length: {len(body)}",
            f"x-request-id: {request_id}",
            "connection: close",
            "",
            "",
        )
        self.transport.write("\r\n".join(head).encode() + body)
        self.transport.close()
