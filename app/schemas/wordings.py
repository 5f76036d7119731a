"""In which words it is said why a shape refuses a value, where Pydantic has words of its own."""

from collections.abc import Mapping
from typing import Any


def wording(error: Mapping[str, Any]) -> str | None:
    """Say what would be right, of an error as Pydantic tells it; None where it has our words."""
    words = _WORDINGS.get(error["type"])
    return words and words.format(**error.get("ctx", {}))


_DAY = "must be a day that exists, such as 2023-12-05"
_MOMENT = "must be a moment that exists, such as 2023-12-05T09:30:00Z"
_OBJECT = "must be an object"
_SWITCH = "must be true or false"
_WHOLE = "must be a whole number"
_WORDINGS = {
    "bool_parsing": _SWITCH,
    "bool_type": _SWITCH,
    "date_from_datetime_parsing": _DAY,
    "date_parsing": _DAY,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_parsing": _MOMENT,
    "extra_forbidden": "there is no such member",
    "float_type": "must be a number",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_type": _WHOLE,
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "missing": "is missing",
    "model_type": _OBJECT,
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "string_type": "must be a text",
    "timezone_aware": "must have a time zone, such as the Z of 2023-12-05T09:30:00Z",
    "too_long": "must have at most {max_length} items",
    "too_short": "must not be empty",
}
