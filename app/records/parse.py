"""How JSON is read that people write: strictly, and with errors that name the place."""

import json
import re
from collections import Counter
from math import isinf
from typing import Any, NoReturn

from app.errors import Flaw, InvalidRecords
from app.spelling import shortened

_MOST_DIGITS = 18
"""Of a whole number: so that 64 bits hold it."""
_LONGEST_NAME = 200
"""Characters of a member's name; each fault of it repeats that."""


def parse(text: str | bytes, origin: str) -> Any:
    """Read one JSON value.

    Raises:
        InvalidRecords: it is none, has a member twice, of which one would be lost, or a number
            that JSON does not know, or none that everybody can read.
    """
    try:
        return json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
        )
    except json.JSONDecodeError as error:
        what = f"not JSON: {error.msg}, at line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        what = f"not UTF-8: {error.reason}, at byte {error.start + 1}"
    except _TooLarge as error:
        whole = text if isinstance(text, str) else text.decode()
        what = _too_large(whole, str(error))
    except RecursionError:
        what = "nested too deeply"
    except ValueError as error:
        what = str(error)
    raise InvalidRecords([Flaw(origin, (), what, code="malformed_value")])


class _TooLarge(ValueError):
    """A number, of which this is what was written."""


def _too_large(text: str, digits: str) -> str:
    """Say that a number is too large, and of which member."""
    found = re.search(rf'"([^"\\]{{1,{_LONGEST_NAME}}})"\s*:\s*{re.escape(digits)}', text)
    named = f"{found[1]}: " if found else ""
    return f"{named}{shortened(digits, _MOST_DIGITS)} is too large a number"


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(members)
    if len(record) < len(members):
        [(twice, _)] = Counter(name for name, _ in members).most_common(1)
        raise ValueError(f"the member {shortened(twice)} stands twice")
    if max(map(len, record), default=0) > _LONGEST_NAME:
        raise ValueError(f"the member {shortened(max(record, key=len))} has too long a name")
    return record


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number in JSON")


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _TooLarge(digits)
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if isinf(number):
        raise _TooLarge(digits)
    return number
