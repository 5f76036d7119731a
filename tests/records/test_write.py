"""Records are stored all or none, only where they differ, and each change is numbered."""

from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import Database
from app.errors import InvalidRecords
from app.models import Change, Country, Dataset, Meeting, Theme, Version
from app.schemas.theme import MOST_LEVELS
from tests.given import (
    WORLD,
    both,
    chain,
    country,
    incoming,
    meeting,
    participant,
    person,
    store,
    theme,
    touched,
)


def revision(database: Database) -> int:
    with database.read() as session:
        return session.scalars(select(Dataset.revision)).one()


def test_a_record_is_created_then_left_alone_then_changed(database: Database) -> None:
    assert store(database, person("ann")).created["people"] == 1
    assert store(database, person("ann")).unchanged["people"] == 1
    renamed = incoming("person", id="ann", name=both("Anne"))
    assert store(database, renamed).changed["people"] == 1
    with database.read() as session:
        changes = session.execute(
            select(Change.seq, Change.operation, Change.record_id, Change.version)
        ).all()
        versions = session.execute(select(Version.version, Version.record)).all()
    assert changes == [(1, "upsert", "ann", 1), (2, "upsert", "ann", 2)]
    assert [(number, record["name"]) for number, record in versions] == [
        (1, both("ann")),
        (2, both("Anne")),
    ]
    assert revision(database) == 2


def test_a_part_that_is_gone_from_a_record_is_gone_from_the_database(database: Database) -> None:
    store(database, *WORLD, meeting("one", participants=[participant("AA"), participant("BB")]))
    report = store(database, meeting("one", participants=[participant("AA")]))
    assert report.changed["meetings"] == 1
    with database.read() as session:
        assert session.scalars(select(Meeting.version)).one() == 2
    assert store(database, meeting("one", participants=[participant("AA")])).unchanged.total() == 1


def test_one_bad_record_keeps_the_whole_batch_out(database: Database) -> None:
    with pytest.raises(InvalidRecords, match="there is no person “nobody”"):
        store(database, *WORLD, meeting("one", participants=[participant(person="nobody")]))
    assert revision(database) == 0


def test_an_id_may_not_stand_twice_in_a_batch(database: Database) -> None:
    with pytest.raises(InvalidRecords, match="“ann” is used by more than one person"):
        store(database, person("ann"), person("ann"))


def test_themes_may_stand_in_any_order_but_not_in_a_circle(database: Database) -> None:
    store(database, theme("narrow", parent="broad"), theme("broad"))
    with pytest.raises(InvalidRecords, match="the parents run in a circle"):
        store(database, theme("broad", parent="narrow"))
    assert revision(database) == 2


@pytest.mark.parametrize(
    ("member", "message"),
    [
        ({"place": "nowhere"}, "test: place: there is no place “nowhere”"),
        ({"event": "nothing"}, "test: event: there is no event “nothing”"),
        ({"themes": [touched("unheard")]}, r"test: themes\[0\].id: there is no theme “unheard”"),
        ({"participants": [participant("ZZ")]}, r"participants\[0\].country: there is no country"),
    ],
)
def test_each_reference_is_checked(
    database: Database, member: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRecords, match=message):
        store(database, *WORLD, meeting("one", **member))


def test_a_batch_larger_than_a_chunk_is_stored_whole(database: Database) -> None:
    people = [person(f"person-{number}") for number in range(1201)]
    assert store(database, *people).created["people"] == 1201
    assert store(database, *people).unchanged["people"] == 1201


def test_regions_may_not_run_in_a_circle_either(database: Database) -> None:
    wide = incoming("region", id="001", name=both("Wide"), parent="002")
    narrow = incoming("region", id="002", name=both("Narrow"), parent="001")
    with pytest.raises(InvalidRecords, match="test: parent: the parents run in a circle"):
        store(database, wide, narrow)
    assert revision(database) == 0


def test_a_reader_cannot_write(database: Database) -> None:
    with (
        pytest.raises(Exception, match=r"(?i)read.?only|cannot be written"),
        database.read() as session,
    ):
        session.execute(update(Dataset).values(revision=7))
    assert revision(database) == 0


def test_regions_have_two_levels(database: Database) -> None:
    names = ("001", None), ("002", "001"), ("003", "002")
    levels = [incoming("region", id=one, name=both(one), parent=above) for one, above in names]
    too_deep = "test: parent: “003” would be on level 3, and regions have at most 2 levels"
    with pytest.raises(InvalidRecords, match=too_deep):
        store(database, *levels)
    store(database, levels[0], incoming("region", id="002", name=both("002")), levels[2])
    with pytest.raises(InvalidRecords, match=too_deep):
        store(database, levels[1])


def test_themes_have_a_hundred_levels(database: Database) -> None:
    store(database, *chain("t", MOST_LEVELS))
    too_deep = "test: parent: “low” would be on level 101, and themes have at most 100 levels"
    with pytest.raises(InvalidRecords, match=too_deep) as caught:
        store(database, theme("lowest", "low"), theme("low", f"t{MOST_LEVELS - 1}"))
    assert [flaw.what[:8] for flaw in caught.value.flaws] == ["“lowest”", "“low” wo"]


def test_themes_may_not_be_moved_where_those_below_them_would_be_too_deep(
    database: Database,
) -> None:
    store(database, *chain("a", 60), *chain("b", 60), *chain("c", 40))
    store(database, theme("c0", "a59"))
    with pytest.raises(InvalidRecords) as caught:
        store(database, theme("b0", "a59"), theme("c0"))
    assert [str(flaw) for flaw in caught.value.flaws] == [
        "test: parent: “b40” would be on level 101, and themes have at most 100 levels"
    ]


def test_themes_that_are_too_deep_keep_nobody_from_writing_others(database: Database) -> None:
    store(database, *chain("a", 60), *chain("b", 60), theme("other"))
    with database.write() as session:
        below = {"parent_id": "a59", "parent_basis": "supplied"}
        session.execute(update(Theme).where(Theme.id == "b0").values(below))
    assert store(database, theme("other", "a58")).changed["themes"] == 1
    assert store(database, theme("b0", "a39")).changed["themes"] == 1


def test_a_code_that_a_stored_country_has_is_refused(database: Database) -> None:
    store(database, *WORLD)
    again = incoming("country", id="ZZ", alpha_3="AAX", name=both("ZZ"), kind="state")
    with pytest.raises(InvalidRecords, match="alpha_3: “AAX” is that of country AA"):
        store(database, again)


def test_countries_may_pass_their_codes_on_to_each_other(database: Database) -> None:
    store(database, country("AA", numeric="001"), country("BB", numeric="002"))
    members = {"kind": "state", "name": both("x")}
    store(
        database,
        incoming("country", id="CC", alpha_3="AAX", numeric="001", **members),
        incoming("country", id="AA", alpha_3="BBX", numeric="002", **members),
        incoming("country", id="BB", alpha_3="BBY", **members),
    )
    with database.read() as session:
        codes = session.execute(select(Country.id, Country.alpha_3, Country.numeric)).all()
    assert {tuple(row) for row in codes} == {
        ("AA", "BBX", "002"),
        ("BB", "BBY", None),
        ("CC", "AAX", "001"),
    }


def test_what_only_the_database_refuses_is_said_in_a_sentence(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two codes that change places are taken, row by row, where nobody gives them up before.
    monkeypatch.setattr("app.records.write.vacate", lambda *_: None)
    store(database, *WORLD)
    swapped = [
        incoming("country", id=code, alpha_3=other, name=both(code), kind="state")
        for code, other in (("AA", "BBX"), ("BB", "AAX"))
    ]
    before = revision(database)
    with pytest.raises(InvalidRecords, match="The database refuses a record"):
        store(database, *swapped)
    assert revision(database) == before
