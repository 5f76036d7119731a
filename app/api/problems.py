"""Which HTTP status each error has, and how it is said."""

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from app.api import faults
from app.api.elsewhere import LOST
from app.api.observing import asked, note
from app.api.parameters import parameters
from app.errors import (
    DatabaseNotReady,
    ExpiredToken,
    Gone,
    InvalidQuestion,
    InvalidRecords,
    Merged,
    NoPrecondition,
    NoSuchVersion,
    NotAuthorized,
    NotFound,
    NotInstalled,
    ParleyError,
    Refused,
    TimeLimitExceeded,
    TooBusy,
    TooLarge,
    TooSlow,
    WrongVersion,
)
from app.records.kinds import kind_named
from app.schemas.problem import Problem, ProblemCode, ProblemPart
from app.spelling import nearest, shortened

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("parley")

_STATUS: dict[type[ParleyError], tuple[HTTPStatus, ProblemCode]] = {
    Merged: (HTTPStatus.PERMANENT_REDIRECT, "merged"),
    NotAuthorized: (HTTPStatus.UNAUTHORIZED, "not_authorized"),
    NotFound: (HTTPStatus.NOT_FOUND, "not_found"),
    NoSuchVersion: (HTTPStatus.NOT_FOUND, "not_found"),
    Gone: (HTTPStatus.GONE, "gone"),
    ExpiredToken: (HTTPStatus.GONE, "expired_token"),
    WrongVersion: (HTTPStatus.PRECONDITION_FAILED, "wrong_version"),
    TooLarge: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large"),
    TooSlow: (HTTPStatus.REQUEST_TIMEOUT, "too_slow"),
    InvalidQuestion: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"),
    InvalidRecords: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_records"),
    NoPrecondition: (HTTPStatus.PRECONDITION_REQUIRED, "precondition_required"),
    NotInstalled: (HTTPStatus.NOT_IMPLEMENTED, "not_installed"),
    DatabaseNotReady: (HTTPStatus.SERVICE_UNAVAILABLE, "not_ready"),
    TooBusy: (HTTPStatus.SERVICE_UNAVAILABLE, "too_busy"),
    TimeLimitExceeded: (HTTPStatus.SERVICE_UNAVAILABLE, "time_limit_exceeded"),
}
_OF_HTTP: dict[HTTPStatus, ProblemCode] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
}
_METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE")
_MOST_FAULTS = 50


def install(app: FastAPI) -> None:
    """Answer every error with a problem."""
    app.exception_handler(ParleyError)(_parley_error)
    app.exception_handler(RequestValidationError)(_invalid_parameters)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(ClientDisconnect)(_nobody)
    app.exception_handler(Exception)(_unexpected)


def _parley_error(request: Request, error: ParleyError) -> Response:
    if isinstance(error, InvalidRecords):
        return _invalid_records(request, error)
    if isinstance(error, DatabaseNotReady):
        request.scope[LOST] = True
    status, code = _status(error)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        cause = error.__cause__ if isinstance(error, DatabaseNotReady) else None
        _log.warning("%s", error, exc_info=cause, extra=asked(request.scope))
    parts = [faults.of_question(one) for one in error.faults]
    return _problem(request, status, code, str(error), parts, _headers(error))


def _status(error: ParleyError) -> tuple[HTTPStatus, ProblemCode]:
    if isinstance(error, Refused):
        return HTTPStatus.CONFLICT, error.code
    return _STATUS[type(error)]


def _headers(error: ParleyError) -> dict[str, str] | None:
    if isinstance(error, Merged):
        return {"Location": f"/v1/{kind_named(error.kind).plural}/{error.into}"}
    if isinstance(error, NotAuthorized):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooSlow):
        # The rest of the body would be taken for another request.
        return {"Connection": "close"}
    # What took too long would take as long again.
    return {"Retry-After": "5"} if isinstance(error, DatabaseNotReady | TooBusy) else None


def _invalid_records(request: Request, error: InvalidRecords) -> Response:
    parts = [faults.of_record(flaw) for flaw in error.flaws[:_MOST_FAULTS]]
    detail = _joined(parts, error.total)
    return _problem(request, *_STATUS[InvalidRecords], detail, parts)


def _invalid_parameters(request: Request, error: RequestValidationError) -> Response:
    # An optional value is tried as null, too; that it is not null is no news.
    found = [one for one in error.errors() if one["type"] != "none_required"]
    known = parameters(request)
    parts = [faults.of_parameter(one, known) for one in found[:_MOST_FAULTS]]
    detail = _joined(parts, len(found))
    return _problem(request, *_STATUS[InvalidQuestion], detail, parts)


def _joined(parts: Sequence[ProblemPart], total: int) -> str:
    more = total - len(parts)
    return "; ".join(part.message for part in parts) + (f"; and {more} more" if more else "")


def _http_error(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    detail = str(error.detail)
    headers = error.headers
    if status == HTTPStatus.NOT_FOUND:
        near = nearest(request.url.path, request.app.openapi()["paths"])
        detail = f"There is nothing at {shortened(request.url.path)}"
        detail += f"; did you mean {near}?" if near else "; the documentation is at /docs"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = _allowed(request)
        detail = (
            f"{request.method} is not allowed at {shortened(request.url.path)}; {_listed(allowed)}"
        )
        headers = {"Allow": ", ".join(allowed)}
    return _problem(request, status, _OF_HTTP.get(status, "bad_request"), detail, headers=headers)


def _allowed(request: Request) -> list[str]:
    """Name the methods of a path; what is not in the contract is a page, to be read only."""
    for path, item in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", path), request.url.path):
            given = {method.upper() for method in item}
            return [one for one in _METHODS if one in given or (one == "HEAD" and "GET" in given)]
    return ["GET", "HEAD"]


def _listed(methods: Sequence[str]) -> str:
    *some, last = methods
    return f"{', '.join(some)} and {last} are" if some else f"{last} is"


def _nobody(request: Request, _: ClientDisconnect) -> Response:
    detail = "The client went away before its request was whole."
    return _problem(request, HTTPStatus.BAD_REQUEST, "bad_request", detail)


def _unexpected(request: Request, error: Exception) -> Response:
    if isinstance(error.__cause__, ParleyError):  # Starlette's, of an answer that was begun.
        _log.warning("an answer broke off: %s", error.__cause__, extra=asked(request.scope))
    else:
        _log.error("%r", error, extra=asked(request.scope))
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Something went wrong here, not with your request. Quote the request id to report it."
    # Its handler stands outside the middleware that sets this header.
    named = {"X-Request-ID": request.scope["request_id"]}
    return _problem(request, status, "internal_error", detail, headers=named)


def _problem(
    request: Request,
    status: HTTPStatus,
    code: ProblemCode,
    detail: str,
    errors: Sequence[ProblemPart] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    note(request.scope, problem=code)
    body = render(request.scope["request_id"], status, code, detail, errors)
    return Response(body, status, headers, media_type=MEDIA_TYPE)


def render(
    request_id: str,
    status: HTTPStatus,
    code: ProblemCode,
    detail: str,
    errors: Sequence[ProblemPart] = (),
) -> str:
    """Write a problem as JSON."""
    problem = Problem(
        type=f"urn:parley:problem:{code}",
        title=_TITLES.get(code, status.phrase),
        status=status,
        code=code,
        detail=detail,
        errors=list(errors),
        request_id=request_id,
    )
    return problem.model_dump_json(by_alias=True)


_TITLES: dict[ProblemCode, str] = {
    "expired_token": "The feed must be read from its beginning",
    "gone": "The record is no more",
    "invalid_records": "The records are not valid",
    "invalid_request": "The request is not valid",
    "merged": "The record is part of another one",
    "not_authorized": "Writing needs a key",
    "not_installed": "The format is not installed",
    "not_ready": "The data is not ready",
    "precondition_required": "The write does not say what it was made for",
    "still_referred_to": "Other records refer to it",
    "time_limit_exceeded": "The answer took too long",
    "too_busy": "Too much is asked at once",
    "too_large": "The request is too large",
    "too_many_requests": "Too much was asked in a short time",
    "too_slow": "The request came too slowly",
    "too_many_dependants": "Too many meetings would change",
    "wrong_version": "The record is in another state",
}
