"""How JSON is read that people write: strictly, and with errors that name the place."""

import json
import re
from collections import Counter
from math import isinf
from typing import Any, NoReturn

from app.errors import Flaw, InvalidRecords
from app.spelling import shortened

Member = tuple[str | int, ...]

_MOST_DIGITS = 18
"""Of a whole number: so that 64 bits hold it."""
_LONGEST_NAME = 200
"""Characters of a member's name; each fault of it repeats that."""


def parse(text: str | bytes, origin: str) -> Any:
    """Read one JSON value.

    Raises:
        InvalidRecords: it is none, has a member twice, of which one would be lost, a number that
            JSON does not know, or none that everybody can read, or a text that cannot be kept.
    """
    member: Member = ()
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_finite,
        )
        if "\\u" in text if isinstance(text, str) else b"\\u" in text:
            _check_texts(value, ())
    except json.JSONDecodeError as error:
        what = f"not JSON: {error.msg}, at line {error.lineno}, column {error.colno}"
    except UnicodeDecodeError as error:
        what = f"not UTF-8: {error.reason}, at byte {error.start + 1}"
    except _TooLarge as error:
        whole = text if isinstance(text, str) else text.decode()
        what = _too_large(whole, str(error))
    except RecursionError:
        what = "nested too deeply"
    except _NotKept as error:
        what, member = error.what, error.member
    except ValueError as error:
        what = str(error)
    else:
        return value
    # A name of a member that is repeated may have half a character, too.
    what = what.encode(errors="backslashreplace").decode()
    raise InvalidRecords([Flaw(origin, member, what, code="malformed_value")])


class _NotKept(Exception):
    """A text that JSON can write with backslashes and no database can keep."""

    def __init__(self, member: Member, what: str) -> None:
        self.member, self.what = member, what


def _check_texts(value: Any, member: Member) -> None:
    if isinstance(value, str):
        _check_text(value, member)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name, member)
            _check_texts(one, (*member, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            _check_texts(one, (*member, number))


def _check_text(text: str, member: Member) -> None:
    if "\0" in text:
        raise _NotKept(member, "a text has the character NUL")
    try:
        text.encode()
    except UnicodeEncodeError:
        what = "a text has half a character: \\ud800 to \\udfff come in pairs"
        raise _NotKept(member, what) from None


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
