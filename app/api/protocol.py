"""How connections are spoken to: what is no HTTP, too much or too slow is answered by a problem."""

from asyncio import TimerHandle, Transport
from http import HTTPStatus
from typing import Any

from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.api import observing, problems
from app.api.middleware import new_request_id
from app.limits import Limits
from app.schemas.problem import ProblemCode

LIMITS, METRICS = "limits", "metrics"
"""Stand in the state of the lifespan with what an installation allows, and what is counted."""

_ADVICE = (
    "This could not be read as HTTP/1.1: its method may be unknown, its URL longer than 65,535"
    " characters, or letters in it such as é or 俄 not percent-encoded, which curl does with"
    " -G --data-urlencode 'country=俄罗斯'."
)
_TOO_MANY = (
    "Too many connections are open: {:,} at most. Try again a little later, and close what is not"
    " needed."
)
_TOO_LARGE = (
    "The address and the headers of a request may have {:,} bytes: ask with fewer values, and send"
    " no other cookies and headers than are needed."
)
_TOO_SLOW = (
    "The request did not come whole within {:g} s; send it at once, or over a better connection."
)


class Protocol(HttpToolsProtocol):
    """HTTP/1.1, with problems instead of plain text, and with bounds to what clients keep waiting.

    What is told here has not reached the application; a client that does not take an answer is
    cut off, for nothing could be told it.
    """

    _in_head = False
    _part = _size = 0
    """Bytes of the newest part of what came, and of the parts since that in which a head began."""
    _head_timer: TimerHandle | None = None
    _answer_timer: TimerHandle | None = None
    _refusal: tuple[HTTPStatus, ProblemCode, str] | None = None
    _answering: RequestResponseCycle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]  # as the base class
        """Wait for a request, but not for good, and not where too many wait already."""
        super().connection_made(transport)
        self._limits: Limits = self.app_state.get(LIMITS) or Limits()
        if len(self.connections) > self._limits.connections_limit:
            advice = _TOO_MANY.format(self._limits.connections_limit)
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too_busy", advice)
        else:
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._stop_waiting()
        self._was_taken()
        if self._is_answering() and self._answering:
            # The base class tells only the last of the requests that came.
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request; who sends its head little by little may not go on for good."""
        goes_on, self._part = self._in_head, len(data)
        self._size = self._size + self._part if goes_on else 0
        super().data_received(data)
        if goes_on and self._in_head and self._size > self._limits.head_limit:
            self._refuse(*self._too_large())
        elif self._in_head or not self._is_answering():
            # What comes behind an answer is no request yet, either.
            self._await_head()

    def _is_answering(self) -> bool:
        return self._answering is not None and not self._answering.response_complete

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        scope: Any = cycle.scope
        scope[observing.IS_CLOSING] = self.transport.is_closing
        super()._start_asgi_task(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        """Answer as if nothing else than HTTP/1.1 had been asked for, which is no news."""

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        self._in_head = True
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what comes behind a body would change a request that is under way."""
        if self._in_head:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Go on with a head that is whole and not too large."""
        self._in_head = False
        self._stop_waiting()
        most = self._limits.head_limit
        if self._size + self._part > most and self._head_size() > most:
            self._refusal = self._too_large()
            raise ValueError(self._refusal)  # The parser then lets a request be refused.
        super().on_headers_complete()

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _too_large(self) -> tuple[HTTPStatus, ProblemCode, str]:
        advice = _TOO_LARGE.format(self._limits.head_limit)
        return HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "too_large", advice

    def _await_head(self) -> None:
        if self._head_timer is None:
            seconds = self._limits.client_time_limit
            self._head_timer = self.loop.call_later(seconds, self._head_is_late)

    def _stop_waiting(self) -> None:
        if self._head_timer:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._is_answering():
            self._await_head()
        elif self._in_head:
            advice = _TOO_SLOW.format(self._limits.client_time_limit)
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "too_slow", advice)
        else:
            self.transport.close()

    def pause_writing(self) -> None:
        """Wait for a client to take what was sent, but not for good."""
        super().pause_writing()
        if self._answer_timer is None:
            seconds = self._limits.client_time_limit
            self._answer_timer = self.loop.call_later(seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: it was taken."""
        self._was_taken()
        super().resume_writing()

    def _was_taken(self) -> None:
        if self._answer_timer:
            self._answer_timer.cancel()
            self._answer_timer = None

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (the base class names it)
        """Answer what could not be parsed, and close the connection."""
        self._refuse(*(self._refusal or (HTTPStatus.BAD_REQUEST, "bad_request", _ADVICE)))

    def _refuse(self, status: HTTPStatus, code: ProblemCode, advice: str) -> None:
        if self.transport.is_closing():
            return
        request_id = new_request_id()
        observing.refused(request_id, status, code, self.app_state.get(METRICS))
        if self._answering and self._answering.response_started and self._is_answering():
            # It would be taken for a part of the answer to an earlier request.
            self.transport.abort()
            return
        body = problems.render(request_id, status, code, advice).encode()
        head = (
            f"HTTP/1.1 {status.value} {status.phrase}",
            f"content-type: {problems.MEDIA_TYPE}",
            f"content-length: {len(body)}",
            f"x-request-id: {request_id}",
            *(["retry-after: 5"] if code == "too_busy" else []),
            "connection: close",
            "",
            "",
        )
        self.transport.write("\r\n".join(head).encode() + body)
        self.transport.close()
