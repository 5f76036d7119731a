"""Which HTTP status each error has, and how it is said."""

import logging
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic.fields import FieldInfo
from starlette.exceptions import HTTPException

from app.api.dependencies import parameters
from app.errors import DatabaseNotReady, Fault, FaultCode, InvalidQuestion, NotFound, ParleyError
from app.schemas.problem import Location, Problem, ProblemCode, ProblemPart
from app.spelling import nearest

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("uvicorn.error")

_STATUS: dict[type[ParleyError], tuple[HTTPStatus, ProblemCode]] = {
    InvalidQuestion: (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request"),
    NotFound: (HTTPStatus.NOT_FOUND, "not_found"),
    DatabaseNotReady: (HTTPStatus.SERVICE_UNAVAILABLE, "not_ready"),
}
_OF_HTTP: dict[HTTPStatus, ProblemCode] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
}
_SECONDS_UNTIL_A_RETRY = {"Retry-After": "5"}


def install(app: FastAPI) -> None:
    """Answer every error with a problem."""
    app.exception_handler(ParleyError)(_parley_error)
    app.exception_handler(RequestValidationError)(_invalid_parameters)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(Exception)(_unexpected)


def _parley_error(request: Request, error: ParleyError) -> Response:
    status, code = _STATUS[type(error)]
    where: Location = "path" if status == HTTPStatus.NOT_FOUND else "query"
    parts = [_part(where, one) for one in error.faults]
    headers = _SECONDS_UNTIL_A_RETRY if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    if headers:
        _log.warning("%s %s", request.scope["request_id"], error, exc_info=error.__cause__)
    return _problem(request, status, code, str(error), parts, headers)


def _invalid_parameters(request: Request, error: RequestValidationError) -> Response:
    # An optional value is tried as null, too; that it is not null is no news.
    faults = [one for one in error.errors() if one["type"] != "none_required"]
    parts = [_invalid(one, parameters(request)) for one in faults[:_MOST_FAULTS]]
    detail = "; ".join(part.message for part in parts)
    if len(faults) > _MOST_FAULTS:
        detail += f"; and {len(faults) - _MOST_FAULTS} more"
    return _problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", detail, parts)


def _http_error(request: Request, error: HTTPException) -> Response:
    status = HTTPStatus(error.status_code)
    detail = str(error.detail)
    headers = error.headers
    if status == HTTPStatus.NOT_FOUND:
        near = nearest(request.url.path, request.app.openapi()["paths"])
        detail = f"There is nothing at {request.url.path}"
        detail += f"; did you mean {near}?" if near else "; the documentation is at /docs"
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = f"{request.method} is not allowed at {request.url.path}; GET and HEAD are"
        headers = {"Allow": "GET, HEAD"}
    return _problem(request, status, _OF_HTTP.get(status, "bad_request"), detail, headers=headers)


def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("%s %s %s: %r", request.scope["request_id"], request.method, request.url.path, error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "Something went wrong here, not with your request. Quote the request id to report it."
    return _problem(request, status, "internal_error", detail)


def _problem(
    request: Request,
    status: HTTPStatus,
    code: ProblemCode,
    detail: str,
    errors: Sequence[ProblemPart] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    request_id = request.scope["request_id"]
    # The outermost error handler stands outside the middleware that sets this header.
    headers = {"X-Request-ID": request_id, **(headers or {})}
    body = render(request_id, status, code, detail, errors)
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


_TITLES = {"invalid_request": "The request is not valid", "not_ready": "The data is not ready"}


def _part(where: Location, fault: Fault) -> ProblemPart:
    return ProblemPart(
        location=where,
        name=fault.field,
        pointer=None,
        code=fault.code,
        message=fault.message,
        suggestion=fault.suggestion,
    )


# Pydantic's names of faults in our own words: a client may rely on these.
_CODES: dict[str, FaultCode] = {
    "bool_parsing": "unknown_value",
    "date_order": "date_order",
    "greater_than_equal": "out_of_range",
    "int_parsing": "malformed_value",
    "invalid_date": "invalid_date",
    "less_than_equal": "out_of_range",
    "literal_error": "unknown_value",
    "missing": "missing_parameter",
    "no_words": "malformed_value",
    "repeated_parameter": "repeated_parameter",
    "extra_forbidden": "unknown_parameter",
    "too_long": "too_many_values",
    "too_many_values": "too_many_values",
    "string_too_long": "value_too_long",
    "string_pattern_mismatch": "malformed_value",
}


def _invalid(error: Mapping[str, Any], known: Mapping[str, FieldInfo]) -> ProblemPart:
    where, *rest = error["loc"]
    name = str(rest[0]) if rest else error.get("ctx", {}).get("field")
    message, suggestion = _explain(error, name, known)
    return ProblemPart(
        location=where,
        name=name,
        pointer=None,
        code="empty_value"
        if _is_blank(error["input"])
        else _CODES.get(error["type"], "invalid_value"),
        message=message,
        suggestion=suggestion,
    )


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _is_blank(given: object) -> bool:
    return isinstance(given, str) and not given.strip()


def _explain(
    error: Mapping[str, Any], name: str | None, known: Mapping[str, FieldInfo]
) -> tuple[str, str | None]:
    """Say what is wrong with a parameter, and which word may have been meant."""
    kind, given = error["type"], _short(error["input"])
    if kind == "extra_forbidden":
        near = nearest(str(name), known)
        hint = f"; did you mean {near}?" if near else ""
        return f"There is no parameter {name} here{hint}", near
    if _is_blank(given):
        needed = name is not None and name in known and known[name].is_required()
        return f"{name} is empty; give it a value{'' if needed else ' or leave it out'}", None
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        return f"{name} is “{given}”; it may be {', '.join(allowed)}", nearest(given, allowed)
    said = _SAID.get(kind, "{name} is “{given}”: {message}")
    message = error["msg"][:1].lower() + error["msg"][1:]
    limits = error.get("ctx", {})
    return said.format(**(limits | {"name": name, "given": given, "message": message})), None


_MOST_FAULTS = 50
_SAID = {
    "too_long": "{name} has too many values: at most {max_length}",
    "string_too_long": "{name} is too long: at most {max_length} characters",
    "string_pattern_mismatch": "{name} is “{given}”, which has characters that no value has",
    "greater_than_equal": "{name} is “{given}”; it must be at least {ge}",
    "missing": "{name} is missing; give it a value",
    "less_than_equal": "{name} is “{given}”; it must be at most {le}",
    "too_many_values": "{message}",
    "other_than_which": "{message}",
    "repeated_dimension": "{message}",
    "repeated_parameter": "{name} takes one value and was given several: {given}",
    "int_parsing": "{name} is “{given}”; it must be a whole number",
    "bool_parsing": "{name} is “{given}”; it may be true, false",
    "invalid_date": "{name}: {message}",
    "no_words": "{name}: {message}",
    "date_order": "{message}",
}
