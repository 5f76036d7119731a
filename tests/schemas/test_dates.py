"""What is written as a date covers its first to its last day; what is no date is refused."""

from calendar import isleap
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from app.schemas.dates import PartialDate, Span, WrittenDate, partial_date, span

SHAPES: dict[str, TypeAdapter[str]] = {
    "partial": TypeAdapter(PartialDate),
    "written": TypeAdapter(WrittenDate),
}
reproducible = settings(derandomize=True, database=None, deadline=None)

PARTIAL = {
    "2023": ("2023-01-01", "2023-12-31", "year"),
    "0001": ("0001-01-01", "0001-12-31", "year"),
    "9999": ("9999-01-01", "9999-12-31", "year"),
    "2023-02": ("2023-02-01", "2023-02-28", "month"),
    "2024-02": ("2024-02-01", "2024-02-29", "month"),
    "1900-02": ("1900-02-01", "1900-02-28", "month"),
    "2000-02": ("2000-02-01", "2000-02-29", "month"),
    "2023-11": ("2023-11-01", "2023-11-30", "month"),
    "9999-12": ("9999-12-01", "9999-12-31", "month"),
    "2023-10-31": ("2023-10-31", "2023-10-31", "day"),
    "2024-02-29": ("2024-02-29", "2024-02-29", "day"),
    "0001-01-01": ("0001-01-01", "0001-01-01", "day"),
    "9999-12-31": ("9999-12-31", "9999-12-31", "day"),
}
RANGES = {
    "2023-03-06/2023-03-10": "a few days",
    "2023-03-06/2023-03-07": "two days",
    "2023-12-31/2024-01-01": "over the turn of a year",
    "2024-02-28/2024-03-01": "over a leap day",
    "2024-01-01/2024-12-31": "the 366 days of a leap year",
    "2023-01-01/2024-01-01": "366 days of two years",
    "9999-12-30/9999-12-31": "the last days of the calendar",
}
NO_DATES = {
    "": "nothing",
    " ": "a space",
    "0": "a number that could be a timestamp",
    "23": "two digits",
    "202": "three digits",
    "20230": "five digits",
    "-2023": "a negative year",
    "+2023": "a signed year",
    "0000": "a year that is not in the calendar",
    "0000-12": "a month of it",
    "0000-02-29": "a day of it",
    "10000-01": "a year after the calendar",
    "2023-": "a year with a hyphen",
    "2023-6": "a month of one digit",
    "2023-00": "month nought",
    "2023-13": "a thirteenth month",
    "2023-06-8": "a day of one digit",
    "2023-06-00": "day nought",
    "2023-06-31": "a day that June lacks",
    "2023-02-29": "a leap day of a common year",
    "1900-02-29": "a leap day of a century",
    "2023-06-08-": "a trailing hyphen",
    "2023-06-08T00:00": "a time",
    "2023-06-08 00:00:00": "a time as databases write it",
    "20230608": "a date without hyphens",
    "2023/06/08": "slashes",
    "2023-W23": "a week",
    "2023-W23-4": "a day of a week",
    "2023-159": "a day of the year",
    "2023–06": "a dash",
    "２０２３": "full-width digits",
    "٢٠٢٣-٠٦": "Arabic digits",
    "2023年6月": "Chinese",
    "June 2023": "English",
    " 2023": "a space in front",
    "2023 ": "a space behind",
    "2023-06\n": "a line break behind",
    "2023-06-08\x00": "a null behind",
}
NO_RANGES = {
    "/": "nothing to nothing",
    "2023-03-06/": "an open end",
    "/2023-03-10": "an open beginning",
    "../2023-03-10": "an open beginning as EDTF writes it",
    "2023-03-10/2023-03-06": "the wrong order",
    "2023-03-06/2023-03-06": "a single day",
    "2024-01-01/2025-01-01": "367 days",
    "2023-01-01/2024-01-02": "367 days of two years",
    "2022/2023": "years",
    "2023-03/2023-05": "months",
    "2023-03-06/2023-04": "a day to a month",
    "2023/2023-03-10": "a year to a day",
    "2023-03-06/10": "the second day alone",
    "2023-03-06/2023-02-29": "to no day",
    "2023-02-29/2023-03-06": "from no day",
    "2023-03-06 /2023-03-10": "a space before the slash",
    "2023-03-06/ 2023-03-10": "a space behind the slash",
    " 2023-03-06/2023-03-10": "a space in front",
    "2023-03-06//2023-03-10": "two slashes",
    "2023-03-06/2023-03-07/2023-03-08": "three days",
    "2023-03-06--2023-03-10": "two hyphens",
}

days = st.dates()
# Often nearly a date, so that what is refused is not merely noise.
texts = st.one_of(
    st.text(max_size=12),
    st.text("0123456789-/ T", max_size=22),
    st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}", fullmatch=True),
    st.from_regex(r"[0-9]{4}(-[0-3][0-9]){0,2}/[0-9]{4}(-[01][0-9]){0,2}", fullmatch=True),
)


def is_refused(read: Callable[[str], Span], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("text", PARTIAL)
def test_a_partial_date_covers_its_first_to_its_last_day(text: str) -> None:
    first, last, precision = PARTIAL[text]
    read = partial_date(text)
    assert (str(read.earliest), str(read.latest), read.precision) == (first, last, precision)
    assert span(text) == read


@pytest.mark.parametrize("text", RANGES, ids=RANGES.get)
def test_a_range_covers_the_days_that_it_names(text: str) -> None:
    first, last = map(date.fromisoformat, text.split("/"))
    assert span(text) == Span(first, last, "range")


@pytest.mark.parametrize("text", NO_DATES, ids=NO_DATES.get)
def test_what_is_no_date_is_refused(text: str) -> None:
    assert is_refused(partial_date, text)
    assert is_refused(span, text)


@pytest.mark.parametrize("text", NO_RANGES, ids=NO_RANGES.get)
def test_what_is_no_range_is_refused(text: str) -> None:
    assert is_refused(span, text)


@pytest.mark.parametrize("text", RANGES, ids=RANGES.get)
def test_a_range_is_no_partial_date(text: str) -> None:
    assert is_refused(partial_date, text)


@given(day=days)
@reproducible
def test_every_real_date_is_read_back_in_all_three_ways(day: date) -> None:
    text = day.isoformat()
    thirty_one_or_less = {2: 28 + isleap(day.year), 4: 30, 6: 30, 9: 30, 11: 30}.get(day.month, 31)
    assert partial_date(text) == Span(day, day, "day")
    assert partial_date(text[:7]) == Span(
        day.replace(day=1), day.replace(day=thirty_one_or_less), "month"
    )
    assert partial_date(text[:4]) == Span(
        day.replace(month=1, day=1), day.replace(month=12, day=31), "year"
    )


@given(first=st.dates(max_value=date(9998, 12, 30)), more=st.integers(1, 365))
@reproducible
def test_every_range_of_2_to_366_days_is_read_back(first: date, more: int) -> None:
    last = first + timedelta(days=more)
    assert span(f"{first}/{last}") == Span(first, last, "range")


@given(first=days, last=days)
@reproducible
def test_every_other_range_is_refused(first: date, last: date) -> None:
    if 1 <= (last - first).days <= 365:
        last = first
    assert is_refused(span, f"{first}/{last}")


@given(text=texts)
@settings(reproducible, max_examples=300)
def test_whatever_is_read_can_be_written_again_from_what_was_read(text: str) -> None:
    if is_refused(span, text):
        return
    read = span(text)
    first, last = read.earliest.isoformat(), read.latest.isoformat()
    written = {"year": first[:4], "month": first[:7], "day": first, "range": f"{first}/{last}"}
    assert written[read.precision] == text


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("text", NO_DATES, ids=NO_DATES.get)
def test_a_shape_says_what_to_write_instead_of_what_is_no_date(shape: str, text: str) -> None:
    with pytest.raises(ValidationError) as refused:
        SHAPES[shape].validate_python(text)
    (error,) = refused.value.errors()
    assert error["type"] == "invalid_date"
    assert error["msg"].startswith(f"“{text}” is not a date; write 2023, 2023-06")


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("value", [2023, 20230608, 0, 1686182400.0, date(2023, 6, 8), None, True])
def test_a_shape_takes_texts_only(shape: str, value: object) -> None:
    with pytest.raises(ValidationError, match="valid string"):
        SHAPES[shape].validate_python(value)
