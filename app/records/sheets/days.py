"""How people write dates, and what that is in the form that records have."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from app.errors import Flaw, InvalidRecords
from app.records.sheets.cells import quoted
from app.schemas.dates import span

_GUESSES = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y年%m月%d日",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
_BETWEEN = ("/", " - ", "–", "—", "至", "-")
_DIRECTIVES = re.compile(r"%(.)")


def check_format(form: str) -> None:
    """Make sure that dates can be written in this form.

    Raises:
        InvalidRecords: `strptime` does not know it, or it has no year.
    """
    if not set(_DIRECTIVES.findall(form)) & set("Yyxc"):
        raise InvalidRecords([Flaw("date format", (), f"{quoted(form)}: the year is missing, %Y")])
    try:
        _parse("", form)
    except ValueError as error:
        # This is what a right form says of no text at all.
        if not str(error).startswith("time data"):
            raise InvalidRecords([Flaw("date format", (), f"{quoted(form)}: {error}")]) from None


def read(text: str, form: str | None) -> str:
    """Read a date as a record has it, or as this form of `strptime` writes it.

    With a form, days are written in it alone: 2023-10-11 would else be read in two ways.

    Raises:
        ValueError: it is neither.
    """
    if form is None:
        span(text)
        return text
    for reading in _readings(text, form):
        span(reading)
        return reading
    if span(text).precision == "day":
        raise ValueError(text)
    return text


def right(form: str | None) -> str:
    """Say how a date would be right."""
    if form is None:
        return "write 2023, 2023-10, 2023-10-31 or, for several days, 2023-03-06/2023-03-10"
    example = _cut(datetime(2023, 10, 31, tzinfo=UTC).date(), form)
    shown = datetime(2023, 10, 31, tzinfo=UTC).strftime(form)
    return f"write days as {shown} for {example}, and else 2023-10 or 2023"


def guess(text: str) -> str | None:
    """Tell which day somebody may have meant, if it can be only one."""
    found = {day for form in _GUESSES for day in _days(text, form)}
    return found.pop().isoformat() if len(found) == 1 else None


def _readings(text: str, form: str) -> Iterator[str]:
    for day in _days(text, form):
        yield _cut(day, form)
    for between in _BETWEEN:
        first, found, last = text.partition(between)
        if found and between not in form:
            for start in _days(first.strip(), form):
                for end in _days(last.strip(), form):
                    yield f"{start}/{end}"


def _days(text: str, form: str) -> Iterator[date]:
    try:
        yield _parse(text, form)
    except ValueError:
        return


def _parse(text: str, form: str) -> date:
    try:
        return datetime.strptime(text, form).replace(tzinfo=UTC).date()
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from None


def _cut(day: date, form: str) -> str:
    """Leave out what the form does not say: without a day it is a month, or a year."""
    said = set(_DIRECTIVES.findall(form))
    if said & set("djxc"):
        return day.isoformat()
    return day.isoformat()[:7] if said & set("mbB") else day.isoformat()[:4]
