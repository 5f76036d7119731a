"""How SQLite answers: every list is read in its order, and from the place where the page begins."""

from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, event

from app.database import Database
from app.queries.meetings import page
from app.schemas.filters import MeetingQuestion
from tests.queries.conftest import MadeUp

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

PROBING = "a person, a place and not a country"
QUESTIONS: dict[str, dict[str, Any]] = {
    "no filter": {},
    "a country": {"country": ["BB"]},
    "several countries": {"country": ["BB", "CC", "DD"]},
    "a theme": {"theme": ["law"]},
    "a country and a theme": {"country": ["BB"], "theme": ["law"]},
    "a country, a theme and dates": {
        "country": ["AA"],
        "theme": ["law"],
        "date_from": "2020-02",
        "date_to": "2021",
    },
    "dates": {"date_from": "2020-02", "date_to": "2021"},
    "a person": {"person": ["ann"]},
    PROBING: {"person": ["ann"], "place": "town", "country_not": ["BB"]},
    "a person on the other side": {"anchor": "AA", "person": ["ann"]},
}
# Whatever they walk is shown, so that each page is the same work.
DENSE = [name for name in QUESTIONS if name not in {"a person on the other side", PROBING}]
directions = pytest.mark.parametrize("sort", ["date", "-date"])


class Step(NamedTuple):
    """A line of a plan: what is done, and within which other step."""

    id: int
    within: int
    rest: int
    what: str


class Page(NamedTuple):
    """How SQLite plans each statement of a page, and what it does for the last one."""

    plans: list[list[Step]]
    instructions: int
    next_cursor: str | None


def read(database: Database, question: MeetingQuestion) -> Page:
    statements: list[tuple[str, Any]] = []
    instructions: list[None] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        statements.append((statement, values))
        instructions.clear()

    with database.read() as session:
        connection = session.connection()
        driver: Any = connection.connection.dbapi_connection
        driver.set_progress_handler(lambda: instructions.append(None), 1)
        event.listen(database.engine, "before_cursor_execute", note)
        cursor = page(session, question).next_cursor
        event.remove(database.engine, "before_cursor_execute", note)
        driver.set_progress_handler(None, 1)
        return Page([_plan(connection, *one) for one in statements], len(instructions), cursor)


def _plan(connection: Connection, statement: str, values: Any) -> list[Step]:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [Step(*row) for row in rows]


def pages(database: Database, asked: dict[str, Any], sort: str) -> Iterator[Page]:
    """Follow an answer to its end."""
    question = MeetingQuestion.model_validate(asked | {"sort": sort, "limit": 10, "total": "none"})
    found = read(database, question)
    yield found
    while found.next_cursor:
        found = read(database, question.model_copy(update={"cursor": found.next_cursor}))
        yield found


@directions
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_list_is_searched_and_read_in_its_order(
    made_up: MadeUp, name: str, sort: str
) -> None:
    for found in islice(pages(made_up.database, QUESTIONS[name], sort), 2):
        plan = found.plans[-1]
        lists = [step for step in plan if "postings" in step.what]
        assert lists
        assert not [step for step in lists if step.what.startswith("SCAN")]
        sorting = {step.within for step in plan if step.what == "USE TEMP B-TREE FOR ORDER BY"}
        assert not [step for step in lists if step.within in sorting]


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_else_must_hold_is_looked_up_by_key(made_up: MadeUp, name: str) -> None:
    first = next(pages(made_up.database, QUESTIONS[name], "-date"))
    steps = [step.what for plan in first.plans for step in plan]
    keys = {"SEARCH terms ": "value=?", "SEARCH participants ": "meeting_id=?"}
    assert not [step for step in steps if step.startswith(("SCAN terms", "SCAN participants"))]
    for table, key in keys.items():
        assert not [step for step in steps if step.startswith(table) and key not in step]


@pytest.mark.parametrize("name", ["dates", "a country, a theme and dates"])
def test_what_began_before_a_range_is_looked_for_among_dates_longer_than_a_day(
    made_up: MadeUp, name: str
) -> None:
    first = next(pages(made_up.database, QUESTIONS[name], "-date"))
    assert [step for step in first.plans[-1] if "ix_postings_longer_than_a_day" in step.what]


@directions
@pytest.mark.parametrize("name", DENSE)
def test_the_deepest_page_is_as_little_work_as_the_first(
    made_up: MadeUp, name: str, sort: str
) -> None:
    work = [found.instructions for found in pages(made_up.database, QUESTIONS[name], sort)]
    assert len(work) > 5
    # Those who share a day with the last of the page before are read once more.
    assert max(work) < 2 * work[0]
