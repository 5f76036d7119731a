"""How a fault of a request is said: of its parameters, and of a record that it brings."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from app.errors import Fault, FaultCode, Flaw
from app.schemas.naming import meant, several
from app.schemas.pointer import pointer
from app.schemas.problem import ProblemPart
from app.schemas.wordings import wording
from app.spelling import nearest, shortened


def of_question(fault: Fault) -> ProblemPart:
    """Say what is wrong with a value that is no mistake of form."""
    return ProblemPart(
        location=fault.location,
        name=fault.field,
        pointer=None,
        code=fault.code,
        message=fault.message,
        suggestion=fault.suggestion,
    )


def of_record(flaw: Flaw) -> ProblemPart:
    """Say what is wrong with a member of a record."""
    return ProblemPart(
        location="body",
        name=None,
        origin=flaw.origin or None,
        pointer=pointer(flaw.member),
        code=flaw.code,
        message=str(flaw),
        suggestion=flaw.suggestion,
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


def of_parameter(error: Mapping[str, Any], known: Mapping[str, FieldInfo]) -> ProblemPart:
    """Say what is wrong with the form of a parameter, of which these are known."""
    where, *rest = error["loc"]
    name = str(rest[0]) if rest else error.get("ctx", {}).get("field")
    message, suggestion = _explain(error, name, known)
    return ProblemPart(
        location=where,
        name=name and shortened(name),
        pointer=None,
        code="empty_value"
        if _is_blank(error["input"]) and error["type"] != "extra_forbidden"
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
        hint, near = meant(str(name), known)
        return f"There is no parameter {shortened(str(name))} here{hint}", near
    if _is_blank(given):
        needed = name is not None and name in known and known[name].is_required()
        return f"{name} is empty; give it a value{'' if needed else ' or leave it out'}", None
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        is_listed = isinstance(error["loc"][-1], int)
        hint = several(given) if is_listed else ""
        return f"{name} is “{given}”; it may be {', '.join(allowed)}{hint}", nearest(given, allowed)
    if (words := wording(error)) and kind not in _SAID:
        return f"{name} is “{given}”; it {words}", None
    said = _SAID.get(kind, "{name} is “{given}”: {message}")
    message = error["msg"][:1].lower() + error["msg"][1:]
    limits = error.get("ctx", {})
    return said.format(**(limits | {"name": name, "given": given, "message": message})), None


# What is said of a parameter otherwise than of the member of a record.
_SAID = {
    "too_long": "{name} has {actual_length} values; it may have at most {max_length}",
    "string_pattern_mismatch": "{name} is “{given}”, which has characters that no value has",
    "missing": "{name} is missing; give it a value",
    "too_many_values": "{message}",
    "other_than_which": "{message}",
    "repeated_dimension": "{message}",
    "repeated_parameter": "{name} takes one value and was given several: {given}",
    "invalid_date": "{name}: {message}",
    "no_words": "{name}: {message}",
    "date_order": "{message}",
}
