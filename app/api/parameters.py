"""What handlers ask for in a URL, without surprises."""

from collections.abc import Iterator
from typing import Annotated, Any, get_origin

from fastapi import Path, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic.fields import FieldInfo

from app.schemas.filters import Question

RecordId = Annotated[
    str, Path(max_length=100, pattern=r"^[^\x00]+$", description="The id of the record.")
]


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
    """Refuse what a query model does not see: one value given twice, and stray parameters.

    Raises:
        RequestValidationError: of several values all but the last would have been dropped, or
            a parameter was given to a route that takes none.
    """
    known = parameters(request)
    given = request.query_params
    faults = [
        _fault("repeated_parameter", name, ", ".join(given.getlist(name)))
        for name in given
        if name in known and not _is_list(known[name]) and len(given.getlist(name)) > 1
    ]
    faults += [_fault("extra_forbidden", name, given[name]) for name in given if not known]
    if faults:
        raise RequestValidationError(faults)


def _is_list(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is list


def _fault(kind: str, name: str, value: object) -> dict[str, object]:
    return {"type": kind, "loc": ("query", name), "msg": "", "input": value}
