"""Whatever refers to a record of any kind follows it into another one."""

from typing import Any

import pytest

from app.database import Database
from app.errors import Refused
from app.records.audit import audit
from app.records.current import existing
from app.records.edit import Target, unite
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.preconditions import Precondition
from app.records.read_model.render import documents
from app.records.referring import referring
from tests.given import (
    WORLD,
    both,
    country,
    incoming,
    meeting,
    participant,
    person,
    source,
    store,
    theme,
    touched,
)

WHY = Why("Asked for by a test.")
NAMES = [{"text": "another", "language": "en", "kind": "variant"}]
WHOLE = (
    *(incoming("region", id=one, name=both(one)) for one in ("001", "002")),
    *(source(one) for one in ("gazette", "herald")),
    *(country(code, subregion="001") for code in ("AA", "BB")),
    *(person(one) for one in ("ann", "anne")),
    *(theme(one) for one in ("law", "laws")),
    incoming(
        "theme",
        id="drugs",
        label=both("drugs"),
        parent="law",
        parent_basis="stated",
        parent_source="gazette",
    ),
    *(
        incoming("organization", id=one, name=both(one), kind="other", country="AA", aliases=NAMES)
        for one in ("club", "klub")
    ),
    *(
        incoming("place", id=one, name=both(one), country="AA", aliases=NAMES)
        for one in ("town", "towne")
    ),
    *(
        incoming(
            "event",
            id=one,
            name=both(one),
            date={"value": "2020", "year_basis": "stated"},
            kind="forum",
            mode="in_person",
            place="town",
            participants=[{"country": "AA", "organization": "club", "role": "host"}],
            citations=[{"source": "gazette", "stance": "supports", "fields": ["date"]}],
        )
        for one in ("fair", "faire")
    ),
    *(
        meeting(
            one,
            place="town",
            event="fair",
            participants=[
                participant(
                    "AA",
                    person="ann",
                    organization="club",
                    said=both("So.") | {"source": "gazette"},
                ),
                participant("BB"),
            ],
            themes=[touched("law") | {"raised_by": "ann"}],
        )
        for one in ("one", "two")
    ),
)
PAIRS = {
    "country": ("AA", "BB"),
    "source": ("gazette", "herald"),
    "theme": ("law", "laws"),
    "organization": ("club", "klub"),
    "person": ("ann", "anne"),
    "place": ("town", "towne"),
    "event": ("fair", "faire"),
    "meeting": ("one", "two"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", PAIRS)
def test_whatever_refers_to_a_record_follows_it(database: Database, name: str) -> None:
    store(database, *WHOLE)
    kind, (record_id, into) = kind_named(name), PAIRS[name]
    with database.write() as session:
        referred = referring(session, kind, record_id)
        merge(session, kind, record_id, into, WHY)
    assert bool(referred) == (name != "meeting")
    with database.read() as session:
        assert referring(session, kind, record_id) == {}
        followed = referring(session, kind, into)
        assert all(ids - {into} <= followed[one] for one, ids in referred.items())
        assert not [what for what, _ in audit(session) if "no citation" not in what]


def merged(database: Database, name: str, record_id: str, into: str) -> None:
    with database.write() as session:
        merge(session, kind_named(name), record_id, into, WHY)


def served(database: Database, record_id: str) -> dict[str, Any]:
    with database.read() as session:
        return documents(session, [record_id])[record_id]


def minister(of: str, person_id: str) -> dict[str, Any]:
    title = both(f"Minister {person_id}")
    return participant(of, person=person_id, title=title, title_basis="stated")


def cited(source_id: str, locator: str) -> dict[str, Any]:
    fields = {"stance": "supports", "fields": ["date"]}
    return {"source": source_id, "locator": locator} | fields


def test_what_is_ours_of_a_participant_stays_with_them(database: Database) -> None:
    store(database, *WORLD, *map(person, ("ann", "ben", "cem", "dan")))
    two = [participant("AA", person=one) for one in ("ann", "ben")]
    four = [*two, minister("BB", "cem"), minister("BB", "dan")]
    ours = ["title", "participants[1].role", "participants[02].title.en", "participants[7].role"]
    store(database, meeting("one", participants=four, supplied=ours))
    merged(database, "person", "ann", "ben")
    one = served(database, "one")
    assert [part["person"]["id"] for part in one["participants"]] == ["ben", "cem", "dan"]
    assert one["supplied"] == ["title", "participants[0].role", "participants[1].title.en"]


@pytest.mark.parametrize(
    ("name", "record_id", "into", "left"),
    [("person", "ann", "ben", "ben AA, BB, BB"), ("country", "AA", "BB", "ann BB, BB, BB")],
)
def test_participants_that_were_the_same_before_stay_as_many(
    database: Database, name: str, record_id: str, into: str, left: str
) -> None:
    store(database, *WORLD, person("ann"), person("ben"))
    parts = [participant("AA", person="ann"), participant("BB"), participant("BB")]
    store(database, meeting("one", participants=parts))
    merged(database, name, record_id, into)
    found = served(database, "one")["participants"]
    people = (f"{part['person']['id']} " if part["person"] else "" for part in found)
    named = [who + part["country"] for who, part in zip(people, found, strict=True)]
    assert ", ".join(named) == left


def test_of_those_that_become_the_same_as_many_stay_as_of_either(database: Database) -> None:
    store(database, *WORLD)
    parts = [participant("AA"), participant("BB"), participant("BB"), participant("CC")]
    ours = [f"participants[{number}].role" for number in (0, 2, 3)]
    store(database, meeting("one", participants=parts, supplied=ours))
    merged(database, "country", "AA", "BB")
    one = served(database, "one")
    assert [part["country"] for part in one["participants"]] == ["BB", "BB", "CC"]
    assert one["supplied"] == [f"participants[{number}].role" for number in (0, 1, 2)]


def test_what_is_ours_of_a_citation_or_theme_stays_with_it_in_another_order(
    database: Database,
) -> None:
    store(database, *WORLD, source("herald"), source("times"), theme("law"), theme("arms"))
    store(
        database,
        meeting(
            "one",
            citations=[cited("herald", "P2"), cited("gazette", "P1")],
            themes=[touched("law") | {"wording": "law"}, touched("arms") | {"wording": "arms"}],
            supplied=["citations[0].locator", "citations.fields", "themes[0].wording"],
        ),
    )
    one = served(database, "one")
    assert [part["locator"] for part in one["citations"]] == ["P1", "P2"]
    assert [part["id"] for part in one["themes"]] == ["arms", "law"]
    assert one["supplied"] == ["citations[1].locator", "citations.fields", "themes[1].wording"]
    merged(database, "source", "gazette", "times")
    one = served(database, "one")
    assert [part["locator"] for part in one["citations"]] == ["P2", "P1"]
    assert one["supplied"] == ["citations[0].locator", "citations.fields", "themes[1].wording"]


def test_what_is_ours_goes_over_with_what_another_meeting_gains(database: Database) -> None:
    store(database, *WORLD, source("herald"), theme("law"), theme("arms"))
    law, arms = (touched(one) | {"wording": one} for one in ("law", "arms"))
    kept = [cited("gazette", "P1"), cited("herald", "P2")]
    store(
        database,
        meeting("one", citations=kept, themes=[law], supplied=["themes[0].wording", "mode"]),
        meeting(
            "two",
            citations=[cited("herald", "P2"), cited("gazette", "P2")],
            themes=[arms],
            supplied=["title", "citations[1].locator", "themes[0].locator"],
        ),
    )
    merged(database, "meeting", "two", "one")
    one = served(database, "one")
    found = [(part["source"], part["locator"]) for part in one["citations"]]
    assert found == [("gazette", "P1"), ("gazette", "P2"), ("herald", "P2")]
    assert [part["id"] for part in one["themes"]] == ["arms", "law"]
    ours = {"mode", "citations[1].locator", "themes[0].locator", "themes[1].wording"}
    assert set(one["supplied"]) == ours


def test_names_that_are_ours_are_so_in_the_record_that_gains_them(database: Database) -> None:
    other = {"text": "A. Lee", "language": "en", "kind": "variant"}
    for who, names, ours in (
        ("ann", [*NAMES, other], ["aliases[1].text"]),
        ("anne", NAMES, ["name.en"]),
    ):
        name = both(who)
        store(database, incoming("person", id=who, name=name, aliases=names, supplied=ours))
    merged(database, "person", "ann", "anne")
    with database.read() as session:
        found: Any = existing(session, kind_named("person"), "anne")
    assert [one.text for one in found.aliases] == ["another", "A. Lee", "ann", "ann"]
    assert found.supplied == ["name.en", "aliases[1].text"]


@pytest.mark.parametrize(
    ("name", "record_id", "into"),
    [("source", "gazette", "herald"), ("person", "ann", "anne"), ("country", "CC", "DD")],
    ids=["that cite", "with a theme that was raised by", "at a place in"],
)
def test_meetings_that_only_refer_to_a_record_are_too_many_as_well(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str, record_id: str, into: str
) -> None:
    others = (source("herald"), country("DD"), person("ann"), person("anne"), theme("law"))
    place = incoming("place", id="town", name=both("town"), country="CC")
    raised = [touched("law") | {"raised_by": "ann"}]
    store(database, *WORLD, *others, place)
    store(database, *(meeting(one, place="town", themes=raised) for one in ("one", "two")))
    target = Target(kind_named(name), record_id)
    monkeypatch.setattr("app.records.read_model.dependants.MOST_DEPENDANTS", 1)
    with (
        database.write() as session,
        pytest.raises(Refused, match=f"2 meetings depend on {target}"),
    ):
        unite(session, target, into, Precondition(), WHY)
    monkeypatch.setattr("app.records.read_model.dependants.MOST_DEPENDANTS", 2)
    with database.write() as session:
        assert unite(session, target, into, Precondition(), WHY).into == into
