"""How a date may be written, and which days it covers."""

import calendar
import re
from datetime import date, datetime, timedelta
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from app.enumerations import Precision
from app.spelling import shortened

LONGEST = timedelta(days=366)
"""A date covers at most a year: what lasts longer is an event or several meetings.

Queries by date range rely on it: what began earlier than this cannot reach into the range."""

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Span(NamedTuple):
    """The first and the last day that a written date covers, and how exactly it was written."""

    earliest: date
    latest: date
    precision: Precision


def partial_date(text: str) -> Span:
    """Read `2023`, `2023-06` or `2023-06-08`.

    Raises:
        ValueError: it is written otherwise, or no such day exists.
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, *rest = (int(part) for part in match.groups() if part)
    if not rest:
        return Span(date(year, 1, 1), date(year, 12, 31), "year")
    if len(rest) == 1:
        last = calendar.monthrange(year, rest[0])[1]
        return Span(date(year, rest[0], 1), date(year, rest[0], last), "month")
    exact = date(year, *rest)
    return Span(exact, exact, "day")


def span(text: str) -> Span:
    """Read a partial date, or a range of days such as `2023-03-06/2023-03-10`.

    Raises:
        ValueError: it is neither, no such days exist, or they are in the wrong order.
    """
    first, slash, last = text.partition("/")
    if not slash:
        return partial_date(text)
    start, end = partial_date(first), partial_date(last)
    if (start.precision, end.precision) != ("day", "day") or start.earliest >= end.latest:
        raise ValueError(text)
    if end.latest - start.earliest >= LONGEST:
        raise ValueError(text)
    return Span(start.earliest, end.latest, "range")


def _must_be_partial(text: str) -> str:
    try:
        partial_date(text)
    except ValueError:
        raise PydanticCustomError(
            "invalid_date",
            "“{value}” is not a date; write 2023, 2023-06 or 2023-06-08",
            {"value": shortened(text)},
        ) from None
    return text


def _must_be_span(text: str) -> str:
    try:
        span(text)
    except ValueError:
        raise PydanticCustomError(
            "invalid_date",
            "“{value}” is not a date; write 2023, 2023-06, 2023-06-08 or, for several days of at"
            " most a year, 2023-06-08/2023-06-10",
            {"value": shortened(text)},
        ) from None
    return text


PartialDate = Annotated[
    str,
    AfterValidator(_must_be_partial),
    Field(json_schema_extra={"pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"}),
]
WrittenDate = Annotated[str, AfterValidator(_must_be_span)]


def _is_a_day(value: object) -> object:
    # Pydantic would read a number as seconds since 1970, and a moment as its day.
    written = value.isoformat() if isinstance(value, date) else value
    if not isinstance(written, str) or not _DAY.fullmatch(written):
        raise ValueError(f"is {shortened(repr(value))}; write a day as 2023-12-05")
    return value


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
Day = Annotated[date, BeforeValidator(_is_a_day)]
"""One day, as `2023-12-05`."""


def _is_a_moment(value: object) -> object:
    # Here, too, Pydantic would read a number, and a day as its first moment.
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.match(value)):
        return value
    raise ValueError(f"is {shortened(repr(value))}; write a moment as 2023-12-05T09:30:00Z")


_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:", re.ASCII)
Moment = Annotated[AwareDatetime, BeforeValidator(_is_a_moment)]
"""A moment, as `2023-12-05T09:30:00Z`."""
