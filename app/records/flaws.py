"""How it is said what a shape finds wrong with a record."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from app.errors import FaultCode, Flaw
from app.records.sheets.cells import listed
from app.schemas.geography import ALPHA_3
from app.schemas.names import COUNTRY, LANGUAGE, REGION, SLUG, VISIBLE
from app.schemas.naming import meant
from app.schemas.source import DIGEST, URL
from app.schemas.wordings import wording
from app.spelling import nearest, shortened

_Steps = Sequence[str | int]


def flaws(origin: str, shape: type[BaseModel], error: ValidationError) -> list[Flaw]:
    """Say in our words what a shape finds wrong with a record."""
    return [_flaw(origin, shape, one) for one in error.errors()]


def _flaw(origin: str, shape: type[BaseModel], error: Any) -> Flaw:
    member, kind = tuple(error["loc"]), error["type"]
    given = shortened(repr(error["input"]))
    shown = f" (given: {given})" if member and kind != "missing" else ""
    hint, near = _hint(shape, error)
    what = f"{reason(shape, error)}{shown}{hint}"
    return Flaw(origin, member, what, near, _CODES.get(kind, "invalid_value"))


def reason(shape: type[BaseModel], error: Any) -> str:
    """Say why a shape refuses one value of a record."""
    if error["type"] == "string_pattern_mismatch":
        return _PATTERNS[error["ctx"]["pattern"]]
    if error["type"] == "literal_error":
        return f"must be {listed(_words(error))}"
    what = wording(error) or error["msg"].removeprefix("Value error, ")
    if error["type"] == "model_type":
        return f"{what} with {listed(_needed(shape, error['loc']), 'and')}"
    return what


def _hint(shape: type[BaseModel], error: Any) -> tuple[str, str | None]:
    """Say which word or which member may have been meant."""
    if error["type"] == "extra_forbidden":
        *inside, name = error["loc"]
        return meant(str(name), _members(shape, inside))
    near = None
    if error["type"] == "literal_error" and isinstance(error["input"], str):
        near = nearest(error["input"], _words(error))
    return (f"; did you mean {near}?" if near else ""), near


def _words(error: Any) -> list[str]:
    return re.findall(r"'([^']*)'", error["ctx"]["expected"])


def _members(shape: type[BaseModel], steps: _Steps) -> list[str]:
    return [name for one in _at(shape, steps) for name in one.model_fields]


def _needed(shape: type[BaseModel], steps: _Steps) -> list[str]:
    fields = [field for one in _at(shape, steps) for field in one.model_fields.items()]
    return [name for name, field in fields if field.is_required()]


def _at(shape: type[BaseModel], steps: _Steps) -> list[type[BaseModel]]:
    """Find the shapes of what stands at a place in a record."""
    here = [shape]
    for step in steps:
        if isinstance(step, str):
            fields = [one.model_fields[step] for one in here if step in one.model_fields]
            here = [inner for field in fields for inner in _shapes(field.annotation)]
    return here


def _shapes(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _shapes(inner)


_CODES: dict[str, FaultCode] = {
    "extra_forbidden": "unknown_member",
    "literal_error": "unknown_value",
    "missing": "missing_member",
}
_PATTERNS = {
    SLUG: "must be an id: lower-case letters, digits, and hyphens between them",
    COUNTRY: "must be a code of two capital letters",
    ALPHA_3: "must be a code of three capital letters",
    REGION: "must be a code of three digits",
    VISIBLE: "has a control character",
    LANGUAGE: "must be a BCP 47 tag, such as en or zh-Hant",
    URL: "must be an address that begins with http:// or https://",
    DIGEST: "must be sha256: and 64 hexadecimal digits",
}
