"""What counts and pairs are made of is kept until it is written anew, and no longer."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.database import Database
from app.models.read_model import mark_of_block, mark_of_terms
from app.queries import kept
from app.queries.counts import cross_tab
from app.queries.dyads import dyads
from app.records.erase import erase
from app.records.incoming import Incoming
from app.records.kinds import kind_named
from app.records.log import Why
from app.schemas.counts import CountQuestion
from app.schemas.dyads import DyadQuestion
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
from tests.queries.test_columns import noted

COUNTS = [["country", "theme"], ["theme", "with_theme", "year"], ["person", "month"], ["person"]]
EARLIER, LATER = 16_383, 16_384
"""The blocks of the numbers before that of the first meeting of all, and from it on."""
PAIRS: list[dict[str, str]] = [
    *({}, {"level": "person", "sort": "last"}, {"level": "person", "sort": "-meetings"}),
    *({"level": "person", "same_side": "true"}, {"anchor": "AA"}),
]


@pytest.fixture(autouse=True)
def of_few_as_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is kept for questions about very many meetings be kept for all."""
    for module in ("cells", "pairs", "sets", "spans"):
        monkeypatch.setattr(f"app.queries.{module}.MANY", 0)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)


@pytest.fixture
def world(database: Database) -> Database:
    """Two people who met once."""
    store(database, *WORLD, theme("drugs"), theme("trade"), person("ann"), person("ben"))
    store(database, between("one", "2020-02-01", "drugs", "trade"))
    return database


def between(name: str, day: str, *themes: str) -> Incoming:
    parts = [participant("AA", person="ann"), participant("BB", person="ben")]
    return meeting(name, day, participants=parts, themes=[touched(one) for one in themes])


def answers(session: Session) -> Iterator[BaseModel]:
    for by in COUNTS:
        yield cross_tab(session, CountQuestion.model_validate({"by": by}))
    for how in PAIRS:
        yield dyads(session, DyadQuestion.model_validate({"as_of": "2022-01-01"} | how))


def reads(statements: list[str], table: str) -> int:
    return sum(f"FROM {table}" in statement for statement in statements)


def test_answers_are_the_same_again_for_fewer_statements(world: Database) -> None:
    with noted(world) as first, world.read() as session:
        before = list(answers(session))
    with noted(world) as again, world.read() as session:
        assert list(answers(session)) == before
    assert {*again} < {*first}
    assert any("attendance" in statement for statement in first)
    for table in ("attendance", "calendar"):
        assert reads(again, table) == 0


@pytest.mark.parametrize(("day", "block"), [("2018-02-01", EARLIER), ("2021-02-01", LATER)])
def test_only_the_block_that_was_written_is_read_again(
    world: Database, day: str, block: int
) -> None:
    for name, other in (("second", "2020-03-01"), ("third", "2020-04-01"), ("early", "2019-02-01")):
        store(world, between(name, other, "drugs"))
    with noted(world) as first, world.read() as session:
        list(answers(session))
    before = marks(world)
    store(world, between("new", day, "trade"))
    changed = {part for part, mark in marks(world).items() if mark != before.get(part)}
    assert [one for one in changed if one.startswith("block")] == [mark_of_block(block)]
    assert mark_of_terms("person") in before.keys() - changed
    with noted(world) as again, world.read() as session:
        found = list(answers(session))
    assert (reads(first, "attendance"), reads(again, "attendance")) == (2, 1)
    kept._pieces.clear()
    with world.read() as session:
        assert list(answers(session)) == found


def test_what_was_written_is_counted_at_once(world: Database) -> None:
    with world.read() as session:
        list(answers(session))
    store(world, person("cai"), between("two", "2021-03-01", "trade"))
    with world.read() as session:
        counted = cross_tab(session, CountQuestion.model_validate({"by": ["theme"], "sort": "by"}))
        (pair,) = dyads(session, DyadQuestion(level="person")).data
    assert [row["meetings"] for row in counted.data] == [1, 2]
    assert (pair.meetings, str(pair.last)) == (2, "2021-03-01")


def test_who_still_reads_what_was_before_is_told_that(world: Database) -> None:
    with world.read() as reader:
        before = list(answers(reader))
        store(world, between("two", "2021-03-01", "trade"))
        with world.read() as session:
            after = list(answers(session))
        assert list(answers(reader)) == before
    assert all(one != other for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("anchor", [None, "CC"])
def test_a_region_that_goes_below_another_one_is_counted_as_that(
    database: Database, anchor: str | None
) -> None:
    regions = [incoming("region", id=one, name=both(one)) for one in ("001", "002")]
    codes = {"AA": "001", "BB": "002", "CC": None, "DD": "002"}
    countries = [country(code, subregion=region) for code, region in codes.items()]
    store(database, *regions, source(), *countries)
    store(database, meeting("all", participants=[participant(code) for code in codes]))
    of_none = [participant("CC"), participant("CC", role="chair")]
    store(database, *(meeting(f"one-{n}", participants=of_none) for n in range(9)))

    def counted() -> Any:
        by = {"by": ["region", "year"], "anchor": anchor}
        with database.read() as session:
            return cross_tab(session, CountQuestion.model_validate(by)).data

    before = counted()
    store(database, incoming("region", id="001", name=both("001"), parent="002"))
    after = counted()
    kept._pieces.clear()
    assert counted() == after != before


def test_who_still_reads_of_somebody_who_is_erased_counts_them(world: Database) -> None:
    store(world, person("cai"), person("zoe"))
    for name, other in (("second", "cai"), ("third", "zoe"), ("fourth", "zoe")):
        parts = [participant("AA", person="ann"), participant("BB", person=other)]
        store(world, meeting(name, participants=parts))
    with world.read() as reader:
        before = list(answers(reader))
    kept._pieces.clear()
    with world.read() as reader:
        kept._marks(reader)  # The snapshot is taken before the first one is looked at.
        store(world, meeting("second"))
        with world.write() as session:
            erase(session, kind_named("person"), "cai", Why("They have asked for it."))
        with world.read() as session:
            after = list(answers(session))
        assert list(answers(reader)) == before
    assert before != after


def test_a_thing_is_made_once_for_each_state(world: Database) -> None:
    with world.read() as session:
        assert kept.kept(session, "thing", lambda: [1], len) == [1]
    with world.read() as session:
        assert kept.kept(session, "thing", lambda: [2], len) == [1]
    store(world, between("two", "2021-03-01"))
    with world.read() as session:
        assert kept.kept(session, "thing", lambda: [2], len) == [2]


def test_no_more_is_kept_than_is_allowed(world: Database) -> None:
    made: list[str] = []

    def thing(name: str, size: int) -> str:
        def make() -> str:
            made.append(name)
            return name

        with world.read() as session:
            return kept.kept(session, name, make, lambda _: size)

    thing("half", kept.MOST // 2)
    thing("other half", kept.MOST // 2)
    thing("half", 0)
    assert made == ["half", "other half"]
    thing("a bit", 1)
    thing("half", 0)
    assert made == ["half", "other half", "a bit"]
    thing("other half", 0)
    assert made == ["half", "other half", "a bit", "other half"]
    for _ in range(2):
        assert thing("too much", kept.MOST + 1) == "too much"
    assert made[-2:] == ["too much", "too much"]
