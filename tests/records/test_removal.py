"""What is deleted, merged or erased is gone for readers, and never without a trace."""

from typing import Any

import pytest
from sqlalchemy import select

from app.database import Database
from app.errors import Gone, InvalidQuestion, InvalidRecords, Merged, NotFound, Refused
from app.models import Alias, Change, Document, Name, Participant, Term, Tombstone, Version
from app.records.audit import audit
from app.records.current import current, existing, version_of
from app.records.erase import erase
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.records.merge import merge
from app.records.removal import delete
from app.records.write import write
from tests.given import (
    WORLD,
    both,
    incoming,
    meeting,
    participant,
    person,
    source,
    store,
    theme,
    touched,
)

MEETING, PERSON, THEME = map(kind_named, ("meeting", "person", "theme"))
WHY = Why("Asked for by a test.")


def changes(database: Database) -> list[tuple[Any, ...]]:
    with database.read() as session:
        columns = (Change.seq, Change.operation, Change.type, Change.record_id, Change.version)
        return [tuple(row) for row in session.execute(select(*columns).order_by(Change.seq))]


def sound(database: Database) -> bool:
    """Tell whether nothing is wrong but citations that tests do not care for."""
    with database.read() as session:
        return not [what for what, _ in audit(session) if "no citation" not in what]


def people_of(database: Database, record_id: str) -> list[str | None]:
    with database.read() as session:
        return list(
            session.scalars(
                select(Participant.person_id)
                .where(Participant.meeting_id == record_id)
                .order_by(Participant.position)
            )
        )


@pytest.fixture
def world(database: Database) -> Database:
    """Two people who may be one, and meetings of each."""
    ann = incoming(
        "person",
        id="ann",
        name={"en": "Ann Lee", "zh": "李安"},
        aliases=[{"text": "A. Lee", "language": "en", "kind": "variant"}],
    )
    store(database, *WORLD, ann, person("anne"), theme("law"), theme("drugs"), source("herald"))
    store(
        database,
        meeting("one", participants=[participant("AA", person="ann"), participant("BB")]),
        meeting(
            "two",
            participants=[participant("AA", person="anne")],
            themes=[touched("law") | {"raised_by": "ann"}],
        ),
    )
    return database


def test_a_deleted_meeting_is_gone_and_its_history_stays(world: Database) -> None:
    with world.write() as session:
        left = delete(session, MEETING, "one", WHY)
    assert (left.version, left.into, left.reason) == (2, None, "Asked for by a test.")
    assert changes(world)[-1][1:] == ("delete", "meeting", "one", 2)
    with world.read() as session:
        assert session.scalars(select(Document.meeting_id)).all() == ["two"]
        assert session.get(Version, ("meeting", "one", 1))
        with pytest.raises(Gone, match=r"“one” was deleted on .+: Asked for by a test"):
            existing(session, MEETING, "one")
    assert sound(world)


def test_what_is_referred_to_stays_and_it_is_said_by_whom(world: Database) -> None:
    with (
        world.write() as session,
        pytest.raises(Refused, match="referred to by meeting one, meeting two; change"),
    ):
        delete(session, PERSON, "ann", WHY)
    with world.write() as session, pytest.raises(NotFound):
        delete(session, PERSON, "nobody", WHY)
    assert sound(world)


def test_the_id_of_a_deleted_record_is_not_given_again_but_to_itself(world: Database) -> None:
    with world.write() as session:
        delete(session, MEETING, "one", WHY)
    with pytest.raises(InvalidRecords, match=r"“one” was deleted .+ never given again"):
        store(world, meeting("one"))
    again = meeting("one")
    with world.write() as session:
        write(session, [Incoming(again.kind, again.record, "", restores=True)], WHY)
    with world.read() as session:
        assert version_of(session, MEETING, "one") == 3
        assert not session.scalars(select(Tombstone)).all()
    assert sound(world)


def test_people_merge_and_every_meeting_follows(world: Database) -> None:
    with world.write() as session:
        left = merge(session, PERSON, "ann", "anne", WHY)
    assert (left.into, left.version) == ("anne", 2)
    assert people_of(world, "one") == ["anne", None]
    assert [change[1:4] for change in changes(world)[-4:]] == [
        ("upsert", "person", "anne"),
        ("upsert", "meeting", "one"),
        ("upsert", "meeting", "two"),
        ("merge", "person", "ann"),
    ]
    with world.read() as session:
        assert set(session.scalars(select(Alias.text).where(Alias.person_id == "anne"))) == {
            *("A. Lee", "Ann Lee", "李安"),
        }
        assert session.scalars(select(Name.record_id).where(Name.text == "ann lee")).all() == [
            "anne"
        ]
        two: Any = current(session, MEETING, ["two"])["two"]
        assert two.themes[0].raised_by == "anne"
        with pytest.raises(Merged, match="merged into “anne”"):
            existing(session, PERSON, "ann")
    assert sound(world)


def test_meetings_merge_with_their_citations_and_themes(world: Database) -> None:
    cited = [{"source": "herald", "stance": "supports", "fields": ["date"]}]
    themes = [touched("drugs") | {"source": "herald"}]
    store(world, meeting("one-again", citations=cited, themes=themes))
    with world.write() as session:
        merge(session, MEETING, "one-again", "one", WHY)
    with world.read() as session:
        one: Any = current(session, MEETING, ["one"])["one"]
    assert [citation.source for citation in one.citations] == ["gazette", "herald"]
    assert [theme.id for theme in one.themes] == ["drugs"]
    assert sound(world)


def test_an_id_that_was_merged_twice_leads_to_the_last(world: Database) -> None:
    store(world, person("anna"))
    for one, into in (("ann", "anne"), ("anne", "anna")):
        with world.write() as session:
            merge(session, PERSON, one, into, WHY)
    with world.read() as session, pytest.raises(Merged) as caught:
        existing(session, PERSON, "ann")
    assert caught.value.into == "anna"
    assert people_of(world, "one") == ["anna", None]


def test_meetings_on_other_days_are_not_one(world: Database) -> None:
    store(world, meeting("later", "2020-01-02"))
    with world.write() as session, pytest.raises(InvalidQuestion, match="were on other days"):
        merge(session, MEETING, "later", "one", WHY)


def test_no_word_of_what_was_erased_is_left(world: Database) -> None:
    store(world, meeting("one", title=both("Zzyzx")))
    with world.write() as session:
        erase(session, MEETING, "one", WHY)
    with world.write() as session, pytest.raises(Gone, match="was erased"):
        erase(session, MEETING, "one", WHY)
    with world.read() as session:
        assert not session.scalars(select(Term).where(Term.value == "zzyzx")).all()
    assert sound(world)


@pytest.mark.parametrize("into", ["ann", "nobody"])
def test_there_must_be_another_record_to_merge_into(world: Database, into: str) -> None:
    with world.write() as session, pytest.raises(InvalidQuestion):
        merge(session, PERSON, "ann", into, WHY)


def test_a_theme_cannot_be_merged_into_one_below_it(world: Database) -> None:
    store(world, theme("fraud", "law"))
    with (
        world.write() as session,
        pytest.raises(InvalidRecords, match=r"theme fraud: .*parent is the theme itself"),
    ):
        merge(session, THEME, "law", "fraud", WHY)


def test_what_is_erased_leaves_a_reason_and_nothing_else(world: Database) -> None:
    store(world, incoming("person", id="secret", name=both("Somebody Secret")))
    seen = [participant("AA", person="secret"), participant("BB")]
    store(world, meeting("one", participants=seen))
    store(world, meeting("one", participants=[participant("AA"), participant("BB")]))
    with world.write() as session:
        others = erase(session, PERSON, "secret", Why("By order of a court."))
    assert others == ["meeting one"]
    with world.read() as session:
        for model in (Version, Change, Name, Document):
            texts = [str(vars(row)) for row in session.scalars(select(model))]
            assert not [text for text in texts if "Somebody" in text or "'secret'" in text] or (
                model is Change
            )
        stone = session.get_one(Tombstone, ("person", "secret"))
        assert (stone.erased, stone.reason) == (True, "By order of a court.")
        of_secret = select(Change.reason).where(Change.record_id == "secret")
        assert set(session.scalars(of_secret)) == {"By order of a court."}
    with pytest.raises(InvalidRecords, match="was erased"):
        store(world, person("secret"))
    assert sound(world)


def test_what_was_deleted_or_merged_before_can_be_erased(world: Database) -> None:
    with world.write() as session:
        merge(session, PERSON, "ann", "anne", WHY)
    store(world, meeting("two"), meeting("one"))
    with world.write() as session:
        delete(session, PERSON, "anne", WHY)
    with world.write() as session:
        erase(session, PERSON, "anne", WHY)
    with world.read() as session:
        left = session.scalars(select(Version.record_id).where(Version.type == "person"))
        assert not left.all()
        stones = session.execute(select(Tombstone.record_id, Tombstone.into_id, Tombstone.erased))
        assert {tuple(row) for row in stones} == {("ann", None, True), ("anne", None, True)}
    assert sound(world)


def test_what_was_merged_and_is_erased_with_another_record_leads_nowhere(world: Database) -> None:
    store(world, person("cem"), meeting("zero"))
    for who in ("cem", "anne"):
        store(world, meeting("one", participants=[participant("AA", person=who)]))
    for one, into in (("zero", "one"), ("one", "two")):
        with world.write() as session:
            merge(session, MEETING, one, into, WHY)
    with world.write() as session:
        assert erase(session, PERSON, "cem", WHY) == ["meeting one"]
    with world.read() as session:
        stones = session.execute(select(Tombstone.record_id, Tombstone.into_id, Tombstone.erased))
        assert {tuple(row) for row in stones} == {
            ("cem", None, True),
            ("one", None, True),
            ("zero", "two", False),
        }
    assert sound(world)


def test_what_named_an_erased_record_in_many_versions_is_erased_once(world: Database) -> None:
    store(world, person("cem"))
    for title in ("a", "b", "c"):
        sides = [participant("AA", person="cem"), participant("BB")]
        store(world, meeting("one", title=both(title), participants=sides))
    with world.write() as session:
        delete(session, MEETING, "one", WHY)
        erase(session, PERSON, "cem", WHY)
    assert [change[1:] for change in changes(world)[-2:]] == [
        ("delete", "person", "cem", 3),
        ("delete", "meeting", "one", 6),
    ]
    assert sound(world)


def test_with_a_deleted_record_goes_what_was_merged_into_it(world: Database) -> None:
    store(world, person("cem"), meeting("zero"))
    store(world, meeting("one", participants=[participant("AA", person="cem")]))
    with world.write() as session:
        merge(session, MEETING, "zero", "one", WHY)
        delete(session, MEETING, "one", WHY)
        assert erase(session, PERSON, "cem", WHY) == ["meeting one", "meeting zero"]
    with world.read() as session:
        assert set(session.scalars(select(Tombstone.into_id))) == {None}
        assert set(session.scalars(select(Tombstone.erased))) == {True}
    assert sound(world)
