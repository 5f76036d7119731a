"""Made-up meetings are the same for the same seed, and as varied as real ones."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from app.errors import NotEmpty
from app.models import Document, Version
from seeds.generate import generate
from seeds.load import load
from tests.databases import Backend

# What is made up does not hang on where it is stored.
pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)

NUMBER = 500


def made_up(database: Database) -> list[dict[str, Any]]:
    with database.read() as session:
        found = session.scalars(select(Document.json).order_by(Document.meeting_id))
        return [json.loads(document) for document in found]


def without_time(meetings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [meeting | {"updated_at": None} for meeting in meetings]


@pytest.fixture(scope="module")
def meetings(backend: Backend) -> Iterator[list[dict[str, Any]]]:
    """Some made-up meetings."""
    database = backend.migrated()
    assert list(generate(database, NUMBER)) == [NUMBER]
    yield made_up(database)
    backend.remove(database)


def test_there_are_as_many_as_were_asked_for(meetings: list[dict[str, Any]]) -> None:
    assert len(meetings) == NUMBER


@pytest.mark.slow
def test_the_same_seed_makes_the_same_meetings_and_another_one_others(
    meetings: list[dict[str, Any]], backend: Backend
) -> None:
    again, other = backend.migrated(), backend.migrated()
    list(generate(again, NUMBER))
    list(generate(other, NUMBER, seed=2))
    assert without_time(made_up(again)) == without_time(meetings)
    assert without_time(made_up(other)) != without_time(meetings)
    backend.remove(again)
    backend.remove(other)


def test_they_are_as_varied_as_real_ones(meetings: list[dict[str, Any]]) -> None:
    assert {one["date"]["precision"] for one in meetings} == {"day", "range", "month", "year"}
    assert {"in_person", "video", "phone"} <= {one["mode"] for one in meetings}
    assert {"reported", "confirmed", "retracted"} == {one["status"] for one in meetings}
    bases = {theme["basis"] for one in meetings for theme in one["themes"]}
    assert bases == {"stated", "grouped", "inferred"}
    assert max(len(one["countries"]) for one in meetings) > 5
    assert any(one["disputed"] for one in meetings)
    years = {one["date"]["earliest"][:4] for one in meetings}
    assert len(years) == 30


def test_few_countries_meet_often_and_a_frequent_pair_never(
    meetings: list[dict[str, Any]],
) -> None:
    counted = Counter(code for one in meetings for code in one["countries"])
    frequent = [code for code, _ in counted.most_common(5)]
    assert counted[frequent[0]] > 5 * counted.most_common(25)[-1][1]
    together = Counter(
        pair
        for one in meetings
        for pair in combinations(sorted(set(frequent) & set(one["countries"])), 2)
    )
    assert len(together) == len(list(combinations(frequent, 2))) - 1


def test_made_up_meetings_do_not_mix_with_others(seeded: Database) -> None:
    with pytest.raises(NotEmpty, match="empty database only"):
        next(generate(seeded, 1))
    assert len(made_up(seeded)) == 9


def test_seeding_afterwards_changes_nothing_made_up(database: Database) -> None:
    list(generate(database, 1))
    with database.read() as session:
        before = {
            (one.type, one.record_id): one.version for one in session.scalars(select(Version))
        }
    report = load(database)
    assert report.changed.total() == 0
    assert report.created["organizations"] == 9
    with database.read() as session:
        after = {(one.type, one.record_id): one.version for one in session.scalars(select(Version))}
    assert before.items() <= after.items()
