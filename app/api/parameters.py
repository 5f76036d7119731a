"""What handlers ask for in a URL, without surprises."""

from collections.abc import Iterator
from typing import Annotated, Any, get_origin

from fastapi import Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import QueryParams

from app.limits import MOST_RECORDS, Limits
from app.schemas.filters import Question

_DIGITS = 9
"""Of a number that is looked at: more are not needed to tell that it is too large."""

RecordId = Annotated[
    str, Path(max_length=100, pattern=r"^[^\x00]+$", description="The id of the record.")
]


def allowed(request: Request) -> Limits:
    """Tell what this installation allows."""
    limits: Limits = request.app.state.limits
    return limits


def parameters(request: Request) -> dict[str, FieldInfo]:
    """Name the query parameters that the route of this request takes."""
    for parameter in _query_parameters(request.scope["route"].dependant):
        asked: Any = parameter.field_info.annotation
        if isinstance(asked, type) and issubclass(asked, Question):
            return asked.model_fields
    return {}


def _query_parameters(dependant: Dependant) -> Iterator[Any]:
    yield from dependant.query_params
    for other in dependant.dependencies:
        yield from _query_parameters(other)


async def no_surprises(request: Request) -> None:
    """Refuse what a query model does not see: too much, one value given twice, stray parameters.

    Raises:
        RequestValidationError: there are more parameters, or records to a page, than are allowed;
            of several values all but the last would have been dropped; or a parameter was given
            to a route that takes none.
    """
    known = parameters(request)
    given = request.query_params
    if faults := list(_beyond_limits(allowed(request), known, given)):
        raise RequestValidationError(faults)
    faults = [
        _fault("repeated_parameter", name, ", ".join(given.getlist(name)))
        for name in given
        if name in known and not _is_list(known[name]) and len(given.getlist(name)) > 1
    ]
    faults += [_fault("extra_forbidden", name, given[name]) for name in given if not known]
    if faults:
        raise RequestValidationError(faults)


def _beyond_limits(
    limits: Limits, known: dict[str, FieldInfo], given: QueryParams
) -> Iterator[dict[str, object]]:
    """Find what is allowed elsewhere, before anything is worked out for each value."""
    count, most = len(given.multi_items()), limits.parameters_limit
    if count > most:
        message = f"too many parameters: {count}; an address may have {most}"
        yield {"type": "too_many_values", "loc": ("query",), "msg": message, "input": count}
    size = given.get("limit", "")
    if _is_of_a_page(known) and size.isdecimal() and limits.page_limit < int(size[:_DIGITS]):
        yield _fault("less_than_equal", "limit", size) | {"ctx": {"le": limits.page_limit}}


def _is_of_a_page(known: dict[str, FieldInfo]) -> bool:
    """Tell whether `limit` is a `PageSize`; rows of counts are more, and suggestions less."""
    bounds = known["limit"].metadata if "limit" in known else []
    return any(getattr(bound, "le", None) == MOST_RECORDS for bound in bounds)


def lowered(contract: dict[str, Any], limits: Limits) -> dict[str, Any]:
    """Say in the contract how many records a page may have here."""
    operations = (one for item in contract["paths"].values() for one in item.values())
    for parameter in (one for operation in operations for one in operation.get("parameters", [])):
        if parameter["name"] == "limit" and parameter["schema"]["maximum"] == MOST_RECORDS:
            parameter["schema"]["maximum"] = limits.page_limit
    return contract


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is list


def _fault(kind: str, name: str, value: object) -> dict[str, object]:
    return {"type": kind, "loc": ("query", name), "msg": "", "input": value}
