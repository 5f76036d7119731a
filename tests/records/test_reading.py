"""A record is read as it is written, or as it is given to readers; what follows must be right."""

import re
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.database import Database, Snapshot
from app.models import Document
from app.queries import encounters
from app.queries.events import EVENTS
from app.queries.sources import SOURCES
from app.queries.themes import THEMES
from app.records.claims import verify
from app.records.kinds import kind_named
from app.records.reading import read
from tests.given import both

NAYPYIDAW = "2023-10-31-naypyidaw-min-aung-hlaing"
GIVEN: dict[str, Any] = {
    "person": (encounters.person, "wang-xiaohong"),
    "organization": (encounters.organization, "my-government"),
    "country": (encounters.country, "CN"),
    "theme": (THEMES.one, "bri-security"),
    "event": (EVENTS.one, "lianyungang-forum-2023"),
    "source": (SOURCES.one, "zhengzhi-2023-12-05"),
}
WRONG: dict[str, tuple[list[str | int], Any, str]] = {
    "host": (["host"], "RU", "host: is 'RU', but follows from the rest .+ makes it 'MM'"),
    "latest": (["date", "latest"], "2023-11-01", "date.latest: is '2023-11-01'"),
    "disputed": (["disputed"], ["date"], r"disputed: is \['date'\]"),
    "name": (
        ["participants", 0, "person", "name"],
        {"en": "W.", "zh": "王"},
        r"participants\[0\].person.name: .+ in the person “min-aung-hlaing”: edit that record",
    ),
    "place": (["place", "country"], "CN", "place.country: is 'CN', but 'MM' in the place"),
    "label": (["themes", 0, "label"], {"en": "x", "zh": "y"}, r"themes\[0\].label: .+ the theme"),
    "member": (["place", "height"], 3, "place.height: there is no such member"),
    "stranger": (["colour"], "red", "colour: "),
    "version": (["version"], 0, "version: "),
}


def document(session: Snapshot) -> Any:
    found = select(Document.json).where(Document.meeting_id == NAYPYIDAW)
    return orjson.loads(session.scalars(found).one())


def flaws(session: Snapshot, kind: str, raw: Any) -> list[str]:
    reading = read(kind_named(kind), raw, "")
    return [str(flaw) for flaw in (*reading.flaws, *verify(session, reading.claims))]


def test_a_meeting_as_readers_get_it_is_the_meeting(seeded: Database) -> None:
    with seeded.read() as session:
        raw = document(session)
        reading = read(kind_named("meeting"), raw, "")
        assert not flaws(session, "meeting", raw)
    assert reading.incoming
    assert reading.incoming.kept
    assert reading.incoming.kept.version == 1


@pytest.mark.parametrize("kind", GIVEN)
def test_a_record_as_readers_get_it_is_the_record(seeded: Database, kind: str) -> None:
    given, record_id = GIVEN[kind]
    with seeded.read() as session:
        raw = given(session, record_id).model_dump(mode="json", by_alias=True)
        assert not flaws(session, kind, raw)


@pytest.mark.parametrize("name", WRONG)
def test_what_follows_from_other_members_or_records_cannot_be_said_otherwise(
    seeded: Database, name: str
) -> None:
    path, value, expected = WRONG[name]
    with seeded.read() as session:
        raw = document(session)
        inner = raw
        for step in path[:-1]:
            inner = inner[step]
        inner[path[-1]] = value
        (found,) = flaws(session, "meeting", raw)
    assert re.match(expected, found)


@pytest.mark.parametrize("raw", [None, 3, "text", ["list"]])
def test_what_is_no_object_is_no_record(raw: Any) -> None:
    (flaw,) = read(kind_named("person"), raw, "file, line 3").flaws
    assert str(flaw) == "file, line 3: must be an object, the record of a person"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": "Bob"}, "name: must be an object with en and zh (given: 'Bob')"),
        ({"nmae": 1}, "nmae: there is no such member (given: 1); did you mean name?"),
        ({"colour": 1}, "colour: there is no such member (given: 1); there are: id, name, note,"),
        ({"aliases": "Bob"}, "aliases: must be a list (given: 'Bob')"),
        ({"aliases": [3]}, "aliases[0]: must be an object with text, language and kind (given: 3)"),
        ({"name": {"en": "A\x01", "zh": 3}}, "name.en: has a control character (given: 'A\\x01')"),
        ({"name": {"en": " ", "zh": "安"}}, "name.en: must not be empty (given: ' ')"),
        ({"name": {"en": "Ann"}}, "name.zh: is missing"),
    ],
)
def test_what_is_wrong_with_a_record_is_said_in_words_of_its_own(change: Any, message: str) -> None:
    flaw, *_ = read(kind_named("person"), {"id": "ann", "name": both("Ann")} | change, "").flaws
    assert str(flaw).startswith(message)


@pytest.mark.parametrize(
    ("at", "message"),
    [
        ("2023-12-05T09:30:00", "updated_at: must have a time zone, such as the Z of"),
        ("2023-12-35T09:30:00Z", "updated_at: must be a moment that exists, such as"),
    ],
)
def test_a_moment_that_cannot_be_is_told_how_it_is_written(at: str, message: str) -> None:
    raw = {"id": "ann", "name": both("Ann"), "version": 1, "updated_at": at}
    (flaw,) = read(kind_named("person"), raw, "").flaws
    assert str(flaw).startswith(message)
