"""How a question is answered: by reading blocks of lists, from where the page begins."""

import pytest

from app.database import Database
from app.limits import MOST_RECORDS
from app.schemas.questions import MeetingQuestion
from tests.queries.conftest import Generated
from tests.queries.frequent import NO_PAIR, NO_THEME, OVERLAP, QUESTIONS
from tests.queries.plans import Done, from_place, statements

pytestmark = pytest.mark.slow

LARGE = {"documents", "meetings", "members", "participants", "people", "terms"}
"""Tables that grow with the meetings; countries, themes and regions are a few hundred at most."""
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


def assert_searched(done: list[Done]) -> None:
    assert not set[str]().union(*(one.whole for one in done)) & LARGE


@pytest.mark.parametrize("state", ["as_loaded", "analyzed"])
@directions
@questions
def test_no_table_that_grows_is_read_whole(
    generated: Generated, name: str, sort: str, state: str
) -> None:
    database: Database = getattr(generated, state)
    assert_searched(statements(database, ask(generated, name, sort)))


@places
@directions
@found
def test_a_deep_page_is_as_little_work_as_the_first(
    generated: Generated, name: str, sort: str, share: float
) -> None:
    first = ask(generated, name, sort)
    deep = statements(generated.analyzed, from_place(generated.analyzed, first, share))
    assert_searched(deep)
    # What began before a range of days is looked up on the last page, or on the first one.
    either = (ask(generated, name, one) for one in ("date", "-date"))
    assert sum(done.work for done in deep) < 2 * max(
        work(generated.analyzed, one) for one in either
    )


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
def test_the_total_is_counted_with_no_more_work_than_the_longest_page(
    generated: Generated, name: str
) -> None:
    counted = work(generated.analyzed, ask(generated, name, total="bounded"))
    assert counted <= work(generated.analyzed, ask(generated, name, limit=MOST_RECORDS))


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
    # The other way round they come last, and a full page does not need them.
    done = statements(generated.analyzed, ask(generated, name, "date"))
    assert any("ix_documents_longer_than_a_day" in one.indexes for one in done)
