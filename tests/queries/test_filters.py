"""Any question about the made-up world is answered as plain Python answers it."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain, islice
from math import ceil
from typing import Any
from unittest.mock import patch

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.database import Database
from app.models import Document
from app.queries import conditions, meetings
from app.queries.candidates import Candidates, Found, candidates
from app.queries.meetings import page
from app.queries.resolve import resolve
from app.records.read_model.terms import MOST_IN_PAIRS
from app.schemas.filters import MeetingFilters
from app.schemas.listing import Total
from app.schemas.questions import MeetingQuestion
from tests.given import WORLD, country, meeting, participant, store
from tests.queries import naive, world
from tests.queries.conftest import MadeUp
from tests.queries.questions import ALONE, OF_THE_OTHER_SIDE, questions

SOME = settings(max_examples=100, deadline=None, derandomize=True, database=None)
FEW = settings(SOME, max_examples=25)
THOUSANDS = settings(max_examples=3000, deadline=None, database=None)

PAGES = 6
"""How many pages of an answer are followed; with the larger limits, they are all of it."""
# Often so small that a page ends within a day, or among what began before the range of days.
limits = st.integers(1, 3) | st.integers(4, 60)
counted = st.sampled_from(["bounded", "exact", "none"])


def walk(
    made_up: MadeUp, question: MeetingQuestion, most: int
) -> tuple[list[str], list[Total | None]]:
    """Follow the pages of an answer; collect the ids, and the total on each page."""
    ids: list[str] = []
    totals: list[Total | None] = []
    cursor: str | None = None
    with made_up.database.read() as session:
        while not totals or (cursor and len(totals) < most):
            listed = meetings.page(session, question.model_copy(update={"cursor": cursor}))
            ids += [orjson.loads(document)["id"] for document in listed.items]
            totals.append(listed.total)
            cursor = listed.next_cursor
            assert cursor is None or len(listed.items) == question.limit
    return ids, totals


def assert_answered_as_in_plain_python(
    made_up: MadeUp,
    asked: MeetingFilters,
    limit: int = 1000,
    counted: str = "exact",
    most: int = PAGES,
) -> None:
    expected = naive.answer(made_up.meetings, asked, world.FACTS)
    pages = min(most, ceil(len(expected) / limit) or 1)
    total = None if counted == "none" else Total(value=len(expected), relation="eq")
    for sort, in_order in (("date", expected), ("-date", expected[::-1])):
        how = {"sort": sort, "limit": limit, "total": counted}
        question = MeetingQuestion.model_validate(asked.model_dump() | how)
        ids, totals = walk(made_up, question, most)
        assert ids == in_order[: pages * limit]
        assert totals == [total] + [None] * (pages - 1)


@pytest.mark.parametrize("name", ALONE)
def test_every_value_of_a_filter_finds_what_plain_python_finds(made_up: MadeUp, name: str) -> None:
    for value in ALONE[name]:
        assert_answered_as_in_plain_python(made_up, MeetingFilters.model_validate({name: value}))


@pytest.mark.parametrize("name", OF_THE_OTHER_SIDE)
def test_every_value_of_the_other_side_finds_what_plain_python_finds(
    made_up: MadeUp, name: str
) -> None:
    for value in ALONE[name]:
        if value != ["AA"]:  # An anchor may not be asked for a second time.
            asked = MeetingFilters.model_validate({name: value, "anchor": "AA"})
            assert_answered_as_in_plain_python(made_up, asked)


@given(asked=questions(), limit=limits, counted=counted)
@SOME
def test_every_question_is_answered_as_in_plain_python(
    made_up: MadeUp, asked: MeetingFilters, limit: int, counted: str
) -> None:
    assert_answered_as_in_plain_python(made_up, asked, limit, counted)


@pytest.mark.slow
@given(asked=questions(), limit=limits, counted=counted)
@THOUSANDS
def test_thousands_of_questions_are_answered_as_in_plain_python(
    made_up: MadeUp, asked: MeetingFilters, limit: int, counted: str
) -> None:
    assert_answered_as_in_plain_python(made_up, asked, limit, counted)


@given(asked=questions())
@FEW
def test_whichever_list_is_walked_the_answer_is_the_same(
    made_up: MadeUp, asked: MeetingFilters
) -> None:
    expected = naive.answer(made_up.meetings, asked, world.FACTS)[:10]
    with made_up.database.read() as session:
        matching = candidates(session, resolve(session, asked))
        for walked in range(len(matching.all_of)):
            shown = _with_the_shortest(walked, matching).walk(expected=1, newest_first=False)
            numbers = list(islice(chain.from_iterable(shown), 10))
            ids = select(Document.meeting_id).where(Document.number.in_(numbers))
            assert session.scalars(ids.order_by(Document.number)).all() == expected


def _with_the_shortest(walked: int, matching: Candidates) -> Candidates:
    """Pretend that this one of the lists has no meetings, and all others have some."""
    lists: Sequence[Sequence[Found]] = [
        [found._replace(meetings=int(number != walked)) for found in group]
        for number, group in enumerate(matching.all_of)
    ]
    return replace(matching, all_of=lists)


@given(asked=questions(), ids=st.sets(st.sampled_from(world.ids()), min_size=40, max_size=50))
@FEW
def test_ids_narrow_any_question_down(
    made_up: MadeUp, asked: MeetingFilters, ids: set[str]
) -> None:
    narrowed = asked.model_copy(update={"id": sorted(ids)})
    assert_answered_as_in_plain_python(made_up, narrowed)


@given(asked=questions())
@FEW
def test_pairs_of_country_and_theme_find_what_both_lists_find(
    made_up: MadeUp, asked: MeetingFilters
) -> None:
    with patch.object(conditions, "_MOST_PAIRS", 0):
        assert_answered_as_in_plain_python(made_up, asked)


@pytest.mark.parametrize(
    ("bound", "counted", "total"),
    [
        (267, "bounded", {"value": 267, "relation": "eq"}),
        (266, "bounded", {"value": 266, "relation": "gte"}),
        (266, "exact", {"value": 267, "relation": "eq"}),
    ],
)
def test_a_total_is_counted_up_to_its_bound_unless_all_are_to_be_counted(
    made_up: MadeUp, bound: int, counted: str, total: dict[str, Any]
) -> None:
    question = MeetingQuestion.model_validate({"total": counted})
    with patch.object(meetings, "BOUND", bound), made_up.database.read() as session:
        assert meetings.page(session, question).total == Total.model_validate(total)


def test_the_longest_dates_are_found_on_their_first_and_last_days(made_up: MadeUp) -> None:
    dates = [meeting["date"] for meeting in made_up.meetings]
    spans = [(one["earliest"], one["latest"]) for one in dates]
    longest = [span for span in spans if _days(*span) == 366]
    assert longest
    for day in {day for span in longest for day in span}:
        asked = MeetingFilters.model_validate({"date_from": day, "date_to": day})
        assert_answered_as_in_plain_python(made_up, asked)


def test_a_page_may_end_before_within_and_after_a_day_of_several_meetings(made_up: MadeUp) -> None:
    days = Counter(meeting["date"]["value"] for meeting in made_up.meetings)
    busy = [day for day, number in days.items() if len(day) == 10 and number > 3]
    assert busy
    for ends in ({"date_from"}, {"date_to"}, {"date_from", "date_to"}):
        asked = MeetingFilters.model_validate({"country": ["BB"]} | dict.fromkeys(ends, busy[0]))
        assert_answered_as_in_plain_python(made_up, asked, limit=1, most=1000)


def _days(first: str, last: str) -> int:
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


@pytest.mark.parametrize("first", ["0001", "0001-12", "0002-01-01", "9999-12-31"])
def test_a_range_may_begin_on_any_day_of_the_calendar(made_up: MadeUp, first: str) -> None:
    for match in ("overlaps", "within"):
        asked = MeetingFilters.model_validate({"date_from": first, "date_match": match})
        assert_answered_as_in_plain_python(made_up, asked)


@pytest.mark.parametrize("others", [1, MOST_IN_PAIRS - 1, MOST_IN_PAIRS])
def test_countries_are_found_together_however_many_meet(database: Database, others: int) -> None:
    codes = [f"X{chr(65 + number)}" for number in range(others)]
    crowd = [participant(code) for code in ("AA", *codes)]
    store(database, *WORLD, *(country(code) for code in codes))
    store(database, meeting("crowd", participants=crowd), meeting("pair"))
    for asked, found in (
        ({"country_all": ["AA", codes[-1]]}, ["crowd"]),
        ({"anchor": "AA", "country": [codes[0], "BB"]}, ["pair", "crowd"]),
        ({"country_all": ["AA", "BB"]}, ["pair"]),
        ({"country": ["AA"], "country_all": ["AA"]}, ["pair", "crowd"]),
        ({"country_all": ["BB", codes[0]]}, []),
    ):
        with database.read() as session:
            answer = page(session, MeetingQuestion.model_validate(asked))
        assert [json.loads(one)["id"] for one in answer.items] == found
