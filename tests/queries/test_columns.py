"""Cross-tabs are the same in however many parts they are counted, and wherever sets come from."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise, permutations
from typing import Any

import pytest
from pyroaring import BitMap
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.database import Database
from app.queries.columns import count, of_sets
from app.queries.counts import cross_tab, in_parts
from app.queries.tallies import Numbers, Tally
from app.schemas.counts import CountQuestion, Counts, CountTable
from tests.queries import world
from tests.queries.conftest import MadeUp

Row = tuple[Any, ...]

QUESTIONS: dict[str, dict[str, Any]] = {
    "two": {"by": ["country", "person"]},
    "three": {"by": ["organization", "theme", "month"], "theme_basis": ["stated", "inferred"]},
    "themes beside themes": {"by": ["theme", "with_theme"], "rollup": True},
    "themes apart from each other": {"by": ["with_theme", "country", "theme"], "anchor": "AA"},
    "the other side": {"by": ["subregion", "person", "organization_kind"], "anchor": "BB"},
    "some days": {"by": ["person", "country"], "date_from": "2020-05", "date_to": "2020-07"},
    "retracted": {"by": ["person", "place", "year"], "status": "retracted"},
    "one": {"by": ["person"], "country": ["AA"]},
    "nothing": {"by": ["country", "theme"], "place": "void"},
}

every = pytest.mark.parametrize("name", QUESTIONS)


def table(made_up: MadeUp, name: str) -> Counts:
    with made_up.database.read() as session:
        return cross_tab(session, CountTable.model_validate(QUESTIONS[name]))


def rows(counts: Counts) -> list[Row]:
    return [tuple(row.values()) for row in counts.data]


def by_value(row: Row) -> Any:
    return [(value is None, value) for value in row[:-1]]


def by_meetings(row: Row) -> Any:
    return -row[-1], by_value(row)


@pytest.mark.slow
@every
@pytest.mark.parametrize("most_places", [0, 1_000_000], ids=["sorted", "in a table"])
def test_parts_add_up_to_the_whole(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, name: str, most_places: int
) -> None:
    whole = table(made_up, name)
    monkeypatch.setattr("app.queries.cells._ROWS", 7)
    monkeypatch.setattr("app.queries.columns._FEW", 0)
    monkeypatch.setattr("app.queries.sets.MANY", 0)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)
    monkeypatch.setattr("app.queries.tallies._AT_ONCE", 11)
    monkeypatch.setattr("app.queries.tallies._MOST_PLACES", most_places)
    assert table(made_up, name) == whole


@pytest.mark.slow
@every
def test_what_is_kept_of_whole_blocks_adds_up_to_the_same(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    whole = table(made_up, name)
    for module in ("cells", "sets"):
        monkeypatch.setattr(f"app.queries.{module}.MANY", 0)
    monkeypatch.setattr("app.queries.cells._MOST_BLOCKS", 1_000)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)
    monkeypatch.setattr("app.queries.columns._FEW", 3)
    assert [table(made_up, name) for _ in range(2)] == [whole, whole]


@every
def test_rows_that_are_written_out_in_parts_are_all_rows(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    whole = table(made_up, name)
    monkeypatch.setattr("app.queries.counts._AT_ONCE", 7)
    asked = CountTable.model_validate(QUESTIONS[name])
    with made_up.database.read() as session:
        parts = list(in_parts(session, asked))
    assert [row for part in parts for row in rows(part)] == rows(whole)
    assert {(part.meetings_total, part.rows_total) for part in parts} <= {
        (whole.meetings_total, whole.rows_total)
    }
    for part in parts:
        assert len(part.data) <= 7
        for dimension, labels in part.labels.items():
            assert labels.items() <= whole.labels[dimension].items()
            found = {row[dimension] for row in part.data} & whole.labels[dimension].keys()
            assert found == labels.keys()


@pytest.mark.slow
@pytest.mark.parametrize("status", ["reported", "retracted"])
@pytest.mark.parametrize("anchor", [None, "AA", "BB"])
def test_a_few_meetings_tell_what_lists_tell(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, anchor: str | None, status: str
) -> None:
    mine = [
        one["id"]
        for one in made_up.meetings
        if one["status"] == status and anchor in {None, *one["countries"]}
    ]
    asked = CountTable.model_validate(
        {"by": ["place"], "anchor": anchor, "status": status, "id": mine[::4][:4]}
    )
    with made_up.database.read() as session, monkeypatch.context() as patch:
        of_lists = cross_tab(session, asked)
        patch.setattr("app.queries.sets._FEW", 0)
        patch.setattr("app.queries.sets._MEETINGS", 3)
        with noted(made_up.database) as statements:
            assert cross_tab(session, asked) == of_lists
    assert of_lists.meetings_total == 4
    assert any("documents.terms" in statement for statement in statements)


def test_very_many_combinations_are_made_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    sets, made = [BitMap(range(3))] * 400, 0

    def look(_: object) -> None:
        looks.append(made)

    def add(_: Tally, keys: Numbers) -> None:
        nonlocal made
        made += len(keys)

    monkeypatch.setattr("app.queries.columns.check_time", look)
    monkeypatch.setattr(Tally, "add", add)
    columns = [of_sets(sets), of_sets([*sets])]
    count(Session(), BitMap(range(3)), columns)
    assert made == 3 * 400**2
    assert max(after - before for before, after in pairwise([*looks, made])) <= 1 << 15


@contextmanager
def noted(database: Database) -> Iterator[list[str]]:
    """Note the statements that are executed."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    event.listen(database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(database.engine, "before_cursor_execute", note)


@every
@pytest.mark.parametrize("sort", ["-meetings", "by"])
def test_the_first_rows_are_those_that_all_rows_begin_with(
    made_up: MadeUp, name: str, sort: str
) -> None:
    asked = {**QUESTIONS[name], "sort": sort}
    with made_up.database.read() as session:
        whole = rows(cross_tab(session, CountTable.model_validate(asked)))
        for limit in {1, len(whole) // 3 or 1, len(whole) or 1, 10_000}:
            question = CountQuestion.model_validate(asked | {"limit": limit})
            assert rows(cross_tab(session, question)) == whole[:limit]
    assert whole == sorted(whole, key=by_value if sort == "by" else by_meetings)


def broader(theme: str | None) -> set[str]:
    found = set()
    while theme:
        found.add(theme)
        theme = world.PARENTS[theme]
    return found


def themes(meeting: dict[str, Any], question: CountTable) -> set[Any]:
    stated = {one["id"] for one in meeting["themes"] if one["basis"] == "stated"}
    return {above for one in stated for above in broader(one)} if question.rollup else stated


def beside(theme: str | None, every: set[str], question: CountTable) -> set[Any]:
    """Give the other themes, in plain Python, or if there are none the unknown one."""
    others = every - {theme}
    if question.rollup:
        others = {one for one in others if theme not in broader(one) | {one}} - broader(theme)
    return others or {None}


def by_hand(meeting: dict[str, Any], question: CountTable) -> set[Row]:
    every = themes(meeting, question)
    codes = {one["country"] for one in meeting["participants"]} - {None} or {None}
    found = [
        {"theme": theme, "with_theme": other, "country": code}
        for theme in every or {None}
        for other in beside(theme, every, question)
        for code in codes
    ]
    return {tuple(values[name] for name in question.by) for values in found}


@pytest.mark.parametrize("rollup", [False, True])
@pytest.mark.parametrize("by", [*permutations(["theme", "with_theme", "country"])])
def test_themes_beside_themes_are_as_counted_by_hand(
    made_up: MadeUp, by: Sequence[str], *, rollup: bool
) -> None:
    question = CountTable.model_validate({"by": [*by], "rollup": rollup})
    expected = Counter(
        row
        for meeting in made_up.meetings
        if meeting["status"] != "retracted"
        for row in by_hand(meeting, question)
    )
    with made_up.database.read() as session:
        counted = cross_tab(session, question)
    assert {row[:-1]: row[-1] for row in rows(counted)} == expected
    assert counted.rows_total == len(expected)
