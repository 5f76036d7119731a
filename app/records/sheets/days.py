"""How people write dates, and what that is in the form that records have."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from app.errors import Flaw, InvalidRecords
from app.records.sheets.cells import quoted
from app.schemas.dates import LONGEST, span

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
_ISO = "%Y-%m-%d"
_BETWEEN = ("/", " - ", "–", "—", "至", "-")
_SEPARATED = re.compile(r"%(\w)([^%\w]+)%(\w)\2%(\w)")
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

    With a form, days are written in it alone: 2023-10-11 would else be read in two ways. Months
    may be written in it too, without the day.

    Raises:
        ValueError: it is neither.
    """
    found = text if form is None else next(_readings(text, form), None)
    precision = span(found or text).precision
    if found is None and precision in {"day", "range"}:
        raise ValueError(text)
    return found or text


def fault(text: str, form: str | None) -> tuple[str, str | None]:
    """Say what is wrong with a date that cannot be read, and what may be meant."""
    days = next(_ranges(text, form or _ISO), None)
    if days and (wrong := _misfit(*days, form or _ISO)):
        return f"{quoted(text)} {wrong[0]}", wrong[1]
    meant = None if form else guess(text)
    hint = f"; did you mean {meant}?" if meant else ""
    return f"{quoted(text)} is not a date: {right(form)}{hint}", meant


def _misfit(start: date, end: date, form: str) -> tuple[str, str | None] | None:
    """Say why these are not the first and the last day of a date."""
    first, last = start.strftime(form), end.strftime(form)
    if start == end:
        return f"begins and ends on the same day: write {first}", first
    if start > end:
        between = next(one for one in _BETWEEN if one not in form)
        near = f"{last}{between}{first}"
        return f"ends before it begins; did you mean {near}?", near
    if end - start >= LONGEST:
        return "is longer than a year: write several rows, or a year alone", None
    return None


def right(form: str | None) -> str:
    """Say how a date would be right."""
    if form is None:
        return "write 2023, 2023-10, 2023-10-31 or, for several days, 2023-03-06/2023-03-10"
    day = datetime(2023, 10, 31, tzinfo=UTC).date()
    month = day.strftime(_of_months(form) or "%Y-%m")
    return f"write days as {day.strftime(form)} for {_cut(day, form)}, and else {month} or 2023"


def guess(text: str) -> str | None:
    """Tell which day somebody may have meant, if it can be only one."""
    found = {day for form in _GUESSES for day in _days(text, form)}
    return found.pop().isoformat() if len(found) == 1 else None


def _readings(text: str, form: str) -> Iterator[str]:
    for one in filter(None, (form, _of_months(form))):
        yield from (_cut(day, one) for day in _days(text, one))
    yield from (f"{start}/{end}" for start, end in _ranges(text, form))


def _of_months(form: str) -> str | None:
    """Leave the day out of a form such as `%d.%m.%Y`, if nothing else goes with it."""
    match = _SEPARATED.fullmatch(form)
    if match is None:
        return None
    first, between, *others = match.groups()
    letters = [one for one in (first, *others) if one != "d"]
    is_month = len(letters) == 2 and "Y" in letters and set(letters) & set("mbB")
    return between.join(f"%{one}" for one in letters) if is_month else None


def _ranges(text: str, form: str) -> Iterator[tuple[date, date]]:
    """Read two days and what stands between them."""
    for between in _BETWEEN:
        first, found, last = text.partition(between)
        if found and between not in form and _has_days(form):
            for start in _days(first.strip(), form):
                yield from ((start, end) for end in _days(last.strip(), form))


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
    if _has_days(form):
        return day.isoformat()
    has_months = set(_DIRECTIVES.findall(form)) & set("mbB")
    return day.isoformat()[:7] if has_months else day.isoformat()[:4]


def _has_days(form: str) -> bool:
    return bool(set(_DIRECTIVES.findall(form)) & set("djxc"))
