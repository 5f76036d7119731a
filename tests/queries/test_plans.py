"""How a question is answered: by reading lists in their order, from where the page begins."""

import pytest

from app.database import Database
from app.schemas.questions import MOST_RECORDS, MeetingQuestion
from tests.queries.conftest import Generated
from tests.queries.frequent import NO_PAIR, NO_THEME, OVERLAP, QUESTIONS
from tests.queries.plans import Done, from_place, statements

pytestmark = pytest.mark.slow

LARGE = {"documents", "meetings", "participants", "people", "postings", "terms"}
"""Tables that grow with the meetings; countries, themes and regions are a few hundred at most."""
MOST_LISTS = 8
"""From so many lists a page is merged here: four values, each in two ranges of days."""
FOUND = [name for name in QUESTIONS if name not in {NO_PAIR, NO_THEME}]
LIMIT = 10

questions = pytest.mark.parametrize("name", QUESTIONS)
found = pytest.mark.parametrize("name", FOUND)
directions = pytest.mark.parametrize("sort", ["date", "-date"])
places = pytest.mark.parametrize("share", [0.5, 1], ids=["in the middle", "at the end"])


def ask(
    generated: Generated, name: str, sort: str = "-date", limit: int = LIMIT, total: str = "none"
) -> MeetingQuestion:
    parameters = QUESTIONS[name](generated.frequent)
    return MeetingQuestion.model_validate(
        parameters | {"sort": sort, "limit": limit, "total": total}
    )


def work(database: Database, question: MeetingQuestion) -> float:
    return sum(done.work for done in statements(database, question))


def assert_in_order(done: list[Done], limit: int) -> None:
    assert not set[str]().union(*(one.whole for one in done)) & LARGE
    assert max(one.sorted for one in done) <= MOST_LISTS * (limit + 1)


@pytest.mark.parametrize("state", ["as_loaded", "analyzed"])
@directions
@questions
def test_every_list_is_searched_and_read_in_its_order(
    generated: Generated, name: str, sort: str, state: str
) -> None:
    database: Database = getattr(generated, state)
    assert_in_order(statements(database, ask(generated, name, sort)), LIMIT)


@places
@directions
@found
def test_a_deep_page_is_read_in_its_order_and_as_little_work_as_the_first(
    generated: Generated, name: str, sort: str, share: float
) -> None:
    first = ask(generated, name, sort)
    deep = statements(generated.analyzed, from_place(generated.analyzed, first, share))
    assert_in_order(deep, LIMIT)
    # Those who share a day with the last of the page before are read once more.
    assert sum(done.work for done in deep) < 2 * work(generated.analyzed, first)


@directions
@questions
def test_ten_times_the_meetings_are_no_more_work(
    generated: Generated, name: str, sort: str
) -> None:
    question = ask(generated, name, sort)
    assert work(generated.analyzed, question) < 2 * work(generated.few, question)


@directions
@found
def test_the_longest_page_is_no_more_work_for_each_meeting_than_a_short_one(
    generated: Generated, name: str, sort: str
) -> None:
    short, longest = (ask(generated, name, sort, limit) for limit in (LIMIT, MOST_RECORDS))
    times = MOST_RECORDS / LIMIT
    assert work(generated.analyzed, longest) < 2 * times * work(generated.analyzed, short)


@questions
def test_the_total_is_counted_in_order_and_no_further_than_the_longest_page(
    generated: Generated, name: str
) -> None:
    *_, total = statements(generated.analyzed, ask(generated, name, total="bounded"))
    longest = work(generated.analyzed, ask(generated, name, limit=MOST_RECORDS))
    assert_in_order([total], MOST_RECORDS)
    assert total.work <= longest


def test_a_rare_country_beside_a_frequent_one_is_no_more_work_than_alone(
    generated: Generated,
) -> None:
    frequent, *_, rare = generated.frequent.countries
    both = MeetingQuestion(country_all=[frequent, rare], limit=MOST_RECORDS, total="none")
    alone = MeetingQuestion(country=[rare], limit=MOST_RECORDS, total="none")
    assert work(generated.analyzed, both) < 2 * work(generated.analyzed, alone)


@pytest.mark.parametrize("name", ["dates", "a country, a theme and dates", OVERLAP])
def test_what_began_before_a_range_is_looked_for_among_dates_longer_than_a_day(
    generated: Generated, name: str
) -> None:
    *_, shown = statements(generated.analyzed, ask(generated, name))
    assert "ix_postings_longer_than_a_day" in shown.indexes
