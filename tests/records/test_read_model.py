"""The read model says what the truth says, after every kind of write and after a rebuild."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from pyroaring import BitMap
from sqlalchemy import delete, select, text

from app.database import Database
from app.models import Attendance, Calendar, Document, Mark, Meeting, Members, Term
from app.models.attendance import read_parts
from app.records.incoming import Incoming
from app.records.read_model.publish import rebuild
from app.records.read_model.stale import stale
from app.schemas.meeting import Meeting as MeetingShape
from tests.given import (
    WORLD,
    both,
    country,
    incoming,
    marks,
    meeting,
    participant,
    person,
    source,
    store,
    theme,
    touched,
)

Model = tuple[dict[str, Any], set[tuple[Any, ...]], dict[Any, int], list[tuple[Any, ...]]]


def model(database: Database) -> Model:
    """Documents, the meetings of each term by its name, counts of terms, and who took part."""
    with database.read() as session:
        terms = {term.id: term for term in session.scalars(select(Term))}
        rows = {row.number: row for row in session.scalars(select(Document))}
        documents = {row.meeting_id: row.json for row in rows.values()}
        lists = {
            (name(terms[row.term_id]), rows[number].meeting_id)
            for row in session.scalars(select(Members))
            for number in BitMap.deserialize(row.numbers)
        }
        blocks = session.scalars(select(Attendance.parts).order_by(Attendance.block))
        parts = [
            (rows[number].meeting_id, *(term and name(terms[term]) for term in those))
            for number, *those in read_parts(b"".join(blocks)).tolist()
        ]
    return (
        documents,
        lists,
        {name(term): term.meetings for term in terms.values() if term.meetings},
        parts,
    )


def name(term: Term) -> tuple[bool, str, str]:
    return term.retracted, term.facet, term.value


def assert_equal_to_a_rebuilt_one(database: Database) -> None:
    kept = model(database)
    with database.write() as session:
        rebuild(session)
    assert model(database) == kept
    assert Counter(term for term, _ in kept[1]) == kept[2]
    with database.read() as session:
        assert not list(stale(session))


def test_the_seed_is_rendered_as_a_rebuild_renders_it(seeded: Database) -> None:
    assert_equal_to_a_rebuilt_one(seeded)


def test_a_rebuild_needs_nothing_of_what_was_there(seeded: Database) -> None:
    before = model(seeded)
    with seeded.write() as session:
        for table in (Attendance, Calendar, Document, Mark, Members, Term):
            session.execute(delete(table))
    with seeded.write() as session:
        assert rebuild(session) == 9
    assert model(seeded) == before


def test_a_rebuild_leaves_no_mark_as_it_was(seeded: Database) -> None:
    before = marks(seeded)
    with seeded.write() as session:
        rebuild(session)
    after = marks(seeded)
    assert after.keys() == before.keys()
    assert not after.items() & before.items()


@pytest.mark.parametrize("most_waiting", [0, 3_000_000])
def test_only_what_may_be_counted_otherwise_has_another_mark(
    database: Database, monkeypatch: pytest.MonkeyPatch, most_waiting: int
) -> None:
    monkeypatch.setattr("app.records.read_model.lists._MOST_WAITING", most_waiting)
    region = incoming("region", id="021", name=both("Half"))
    others = [meeting(one, participants=[participant("CC")]) for one in ("second", "third")]
    store(database, *WORLD, region, meeting("first"), *others)
    (block,) = (part for part in marks(database) if part.startswith("block/"))
    for change, is_another in (
        (person("nobody-who-met"), False),
        (meeting("first", title=both("Of other words")), False),
        (country("AA", aliases=[{"text": "Aaland", "language": "en", "kind": "variant"}]), False),
        (country("AA", subregion="021"), True),
        (meeting("first", participants=[participant("BB")]), True),
    ):
        before = marks(database)
        store(database, change)
        assert (marks(database)[block] != before[block]) is is_another


def test_what_changes_may_be_written_bit_by_bit(
    seeded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = model(seeded)
    monkeypatch.setattr("app.records.read_model.publish._AT_ONCE", 2)
    monkeypatch.setattr("app.records.read_model.lists._MOST_WAITING", 10)
    monkeypatch.setattr("app.records.read_model.lists._MOST_KNOWN", 5)
    with seeded.write() as session:
        rebuild(session)
    assert model(seeded) == before
    store(seeded, person("wang-xiaohong"))
    with seeded.read() as session:
        assert not list(stale(session))


@pytest.mark.slow
@pytest.mark.parametrize("apart", [1, 2, 30_000])
@pytest.mark.parametrize("at_once", [1, 7])
def test_meetings_may_come_in_any_order_and_move(
    database: Database, monkeypatch: pytest.MonkeyPatch, apart: int, at_once: int
) -> None:
    monkeypatch.setattr("app.records.read_model.numbering.APART", apart)
    days = [date(2020, 1, 1) + timedelta(number % 23) for number in range(60)]
    meetings = [meeting(f"m{number:02}", str(day)) for number, day in enumerate(days)]
    Random(1).shuffle(meetings)
    store(database, *WORLD, *meetings[:20])
    for start in range(20, len(meetings), at_once):
        store(database, *meetings[start : start + at_once])
    moved = [meeting(f"m{number:02}", "2020-01-12") for number in range(0, 60, 3)]
    store(database, *moved)
    with database.read() as session:
        assert not list(stale(session))
        order = select(Document.meeting_id).order_by(Document.number)
        by_day = select(Meeting.id).order_by(Meeting.starts_on, Meeting.id)
        assert session.scalars(order).all() == session.scalars(by_day).all()


def test_every_document_has_the_declared_shape(seeded: Database) -> None:
    for document in model(seeded)[0].values():
        assert MeetingShape.model_validate_json(document).model_dump_json()


SIDES = [participant("AA", person="ann", role="host"), participant("BB", organization="club")]
THINGS = (
    *WORLD,
    incoming("region", id="001", name=both("World")),
    incoming("region", id="002", name=both("Half"), parent="001"),
    person("ann"),
    incoming("organization", id="club", name=both("club"), kind="other"),
    incoming("place", id="town", name=both("town"), country="CC"),
    incoming(
        "event",
        id="fair",
        name=both("fair"),
        date={"value": "2020", "year_basis": "stated"},
        kind="forum",
        mode="in_person",
        citations=[{"source": "gazette", "stance": "supports", "fields": ["date"]}],
    ),
    theme("broad"),
    theme("narrow", parent="broad"),
    meeting("one", place="town", event="fair", participants=SIDES, themes=[touched("narrow")]),
    meeting("two", themes=[touched("narrow", "inferred")]),
)
CHANGES: dict[str, Callable[[], Incoming]] = {
    "a person's name": lambda: incoming("person", id="ann", name=both("Anne")),
    "an organization's kind": lambda: incoming(
        "organization", id="club", name=both("club"), kind="party"
    ),
    "a place's country": lambda: incoming("place", id="town", name=both("town"), country="BB"),
    "an event's name": lambda: incoming(
        "event",
        id="fair",
        name=both("fête"),
        date={"value": "2020", "year_basis": "stated"},
        kind="forum",
        mode="in_person",
        citations=[{"source": "gazette", "stance": "supports", "fields": ["date"]}],
    ),
    "a theme's label": lambda: incoming("theme", id="narrow", label=both("Narrower")),
    "the place of a theme in the tree": lambda: theme("narrow"),
    "the place of a broader theme": lambda: theme("broad", parent="other"),
    "a country's region": lambda: country("AA", subregion="002"),
    "a meeting's date": lambda: meeting("one", "2021-05", participants=SIDES),
    "a retraction": lambda: meeting("one", status="retracted", participants=SIDES),
    "a source": source,
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_reaches_every_meeting_that_shows_it(database: Database, change: str) -> None:
    store(database, theme("other"), *THINGS)
    store(database, CHANGES[change]())
    assert_equal_to_a_rebuilt_one(database)


def test_a_country_moves_with_its_region(database: Database) -> None:
    store(database, *THINGS)
    store(database, country("AA", subregion="002"))
    store(database, incoming("region", id="002", name=both("Half")))
    assert_equal_to_a_rebuilt_one(database)


def test_a_retracted_meeting_is_in_no_list_but_the_retracted(database: Database) -> None:
    store(database, *THINGS)
    store(database, meeting("one", status="retracted"))
    terms = {term for term, meeting in model(database)[1] if meeting == "one"}
    assert {retracted for retracted, _, _ in terms} == {True}


def test_a_change_of_a_label_leaves_the_version_of_the_meeting(database: Database) -> None:
    store(database, *THINGS)
    store(database, incoming("person", id="ann", name=both("Anne")))
    document = model(database)[0]["one"]
    assert '"Anne"' in document
    assert '"version":1' in document


def test_the_database_refuses_what_the_shapes_refuse(seeded: Database) -> None:
    for statement in (
        "UPDATE meetings SET mode = 'by_pigeon'",
        "UPDATE meetings SET ends_on = '2000-01-01'",
        "UPDATE participants SET person_id = 'nobody'",
        "UPDATE participants SET person_id = NULL, organization_id = NULL, country_id = NULL",
        "UPDATE themes SET parent_id = id, parent_basis = 'supplied'",
        "UPDATE citations SET event_id = 'lianyungang-forum-2023' WHERE meeting_id IS NOT NULL",
        "UPDATE places SET latitude = 91",
        "UPDATE dataset SET id = 2",
        "DELETE FROM people",
    ):
        with pytest.raises(Exception, match=r"(?i)constraint"), seeded.write() as session:
            session.execute(text(statement))
