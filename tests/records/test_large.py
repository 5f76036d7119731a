"""However much stands in one record or cell, it takes no time to read it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.records.sheets.written import without_country

MOST_SECONDS = 0.5
"""Of work, which takes some hundredths of a second if it grows no faster than what is given."""


@contextmanager
def in_no_time() -> Iterator[None]:
    """Make sure that the block works for a part of a second, also where all cores are busy."""
    begun = time.process_time()
    yield
    assert time.process_time() - begun < MOST_SECONDS


@pytest.mark.parametrize("inside", ["{spaces}x", "x{spaces}", "{spaces}x{spaces}", "{spaces}"])
@pytest.mark.parametrize("end", ["", ")", ") and more"])
def test_a_place_with_very_many_spaces_is_read_in_no_time(inside: str, end: str) -> None:
    text = f"a ({inside.format(spaces=' ' * 50_000)}{end}"
    with in_no_time():
        name, country = without_country(text)
    assert (name, country) == (("a", "x") if end == ")" and "x" in inside else (text, None))
