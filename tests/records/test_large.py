"""However much stands in one record or cell, it is dealt with in no time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

import pytest
from pydantic import ValidationError

from app.database import Database
from app.errors import InvalidRecords
from app.queries.differences import differences
from app.queries.history import history
from app.records.kinds import kind_named
from app.records.lines import lines
from app.records.log import Why
from app.records.merge import merge
from app.records.sheets.cells import MOST_FAULTS
from app.records.sheets.written import without_country
from app.records.spreadsheet import Sheet, read_sheet
from app.schemas.theme import MOST_LEVELS
from tests.given import WORLD, chain, meeting, store, theme, touched

THEMES = 4000

MOST_SECONDS = 2
"""Of work, which takes some tenths of one if it grows no faster than what is given."""


@contextmanager
def in_no_time() -> Iterator[None]:
    """Make sure that the block works for a second or so, also where all cores are busy."""
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


def themes(of: str, many: int = THEMES) -> list[dict[str, Any]]:
    return [touched("trade") | {"locator": f"{of} {number}"} for number in range(many)]


def test_a_meeting_of_very_many_themes_is_read_in_no_time() -> None:
    with in_no_time():
        meeting("one", themes=themes("P"))


def test_one_of_very_many_themes_may_not_be_said_twice() -> None:
    with in_no_time(), pytest.raises(ValidationError, match="trade is asserted twice"):
        meeting("one", themes=[*themes("P"), *themes("P")])


def test_very_many_items_are_compared_in_no_time() -> None:
    before = themes("P", 4 * THEMES)
    after = [dict(reversed(one.items())) for one in before[:-1]]
    with in_no_time():
        found = differences({"themes": before}, {"themes": [*after, touched("trade")]})
    last = f"/themes/{len(after)}"
    assert [(one.pointer, one.before, one.after) for one in found] == [
        (last, before[-1], None),
        (last, None, touched("trade")),
    ]


@pytest.mark.slow
def test_meetings_of_very_many_themes_become_one_in_no_time(database: Database) -> None:
    kind = kind_named("meeting")
    store(database, *WORLD, theme("trade"))
    store(database, meeting("one", themes=themes("P")), meeting("two", themes=themes("Q")[1:]))
    store(database, meeting("two", themes=[*themes("Q"), *themes("P")[1:]]))
    with database.write() as session, in_no_time():
        merge(session, kind, "one", "two", Why("The same."))
    with database.read() as session, in_no_time():
        newest, *_ = history(session, kind, "two").data
    assert [one.after for one in newest.changes] == [
        touched("trade") | {"locator": "P 0", "raised_by": None, "wording": None}
    ]


@pytest.mark.parametrize("item", ["", "nowhere-{}"])
def test_the_first_mistakes_of_a_row_are_told_in_no_time(database: Database, item: str) -> None:
    store(database, *WORLD)
    countries = ";".join(item.format(number) for number in range(10_000))
    table = f"date,countries\n2020-01-01,{countries}\n2020-01-01,AA;BB;ZZ\n"
    with database.read() as session, in_no_time():
        sheet = read_sheet(session, lines(BytesIO(table.encode())), Sheet(source="gazette"))
        first, second = ([one.message for one in row.faults] for row in sheet)
    assert len(first) == MOST_FAULTS
    assert all(len(message) < 200 for message in first)
    assert len(second) == 1


def test_themes_one_below_the_other_are_refused_in_no_time(database: Database) -> None:
    themes = chain("t", THEMES)
    with in_no_time(), pytest.raises(InvalidRecords) as caught:
        store(database, *reversed(themes))
    assert len(caught.value.flaws) == THEMES - MOST_LEVELS


def test_themes_in_very_many_circles_are_left_out_in_no_time(database: Database) -> None:
    pairs = ((f"a{number}", f"b{number}") for number in range(THEMES // 2))
    themes = [theme(*pair) for one in pairs for pair in (one, one[::-1])]
    with in_no_time(), pytest.raises(InvalidRecords) as caught:
        store(database, *themes)
    assert len(caught.value.flaws) == THEMES
