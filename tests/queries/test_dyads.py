"""Who met whom, in any question about the made-up world, is what plain Python finds."""

from itertools import combinations
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.database import Database
from app.queries import kept
from app.queries.dyads import dyads, in_parts
from app.queries.meetings import page
from app.records.read_model.terms import MOST_IN_PAIRS
from app.schemas.dyads import Dyad, DyadLinks, DyadQuestion, Dyads, Level
from app.schemas.filters import MOST_VALUES, MeetingFilters
from app.schemas.questions import MeetingQuestion
from tests.given import WORLD, country, meeting, participant, person, store
from tests.queries import world
from tests.queries.conftest import MadeUp
from tests.queries.pairs import expected, pairs
from tests.queries.questions import questions

SOME = settings(max_examples=80, deadline=None, derandomize=True, database=None)
FEW = settings(SOME, max_examples=20)

levels = st.sampled_from(["country", "person", "organization"])
sorts = st.sampled_from(["-meetings", "last", "-last"])
since = st.none() | st.sampled_from(["2020", "2020-06", "2021-03-05"])
# What the lists of two countries answer, and what they do not.
of_lists = st.fixed_dictionaries(
    {},
    optional={
        "anchor": st.sampled_from(sorted(world.SUBREGIONS)),
        "date_from": st.sampled_from(["2019", "2020-05", "2020-11-20"]),
        "date_to": st.sampled_from(["2021", "2021-05", "2020-12-01"]),
        "date_match": st.just("within"),
    },
).map(MeetingFilters.model_validate)


def told(row: Dyad) -> tuple[object, ...]:
    between = [row.longest_gap, row.shortest_gap]
    for gap in between:
        assert gap is None or (gap.to - gap.from_).days == gap.days
    days = [gap and gap.days for gap in between]
    return row.meetings, str(row.first), str(row.last), row.days_since_last, *days


def ask(made_up: MadeUp, filters: MeetingFilters, **how: object) -> tuple[DyadQuestion, Dyads]:
    asked = {"as_of": "2022-01-31", "limit": 1000} | how
    question = DyadQuestion.model_validate(filters.model_dump() | asked)
    with made_up.database.read() as session:
        return question, dyads(session, question)


def assert_answered_as_in_plain_python(
    made_up: MadeUp, filters: MeetingFilters, **how: object
) -> None:
    question, answer = ask(made_up, filters, **how)
    found, without = pairs(made_up.meetings, question)
    assert answer.without_pair == without
    rows = {pair: expected(meetings, "2022-01-31") for pair, meetings in found.items()}
    if question.silent_since:
        rows = {pair: row for pair, row in rows.items() if row[2] < str(question.silent_since)}
    assert {(row.a.id, row.b.id): told(row) for row in answer.data} == rows
    assert (answer.total, answer.truncated) == (len(rows), False)
    keys = [(key(row, question.sort), row.a.id, row.b.id) for row in answer.data]
    assert keys == sorted(keys)


def key(row: Dyad, sort: str) -> int:
    return {"-meetings": -row.meetings, "last": row.last.toordinal()}.get(
        sort, -row.last.toordinal()
    )


@given(filters=questions(), level=levels, same_side=st.booleans(), sort=sorts, not_met_since=since)
@SOME
def test_every_question_is_answered_as_in_plain_python(
    made_up: MadeUp, filters: MeetingFilters, **how: object
) -> None:
    assert_answered_as_in_plain_python(made_up, filters, **how)


@pytest.mark.slow
@given(filters=of_lists, level=levels, sort=sorts)
@SOME
def test_questions_that_lists_answer_are_answered_as_in_plain_python(
    made_up: MadeUp, filters: MeetingFilters, **how: object
) -> None:
    assert_answered_as_in_plain_python(made_up, filters, **how)


@pytest.mark.parametrize("how", [{}, {"status": "retracted"}, {"date_from": "2020-05"}], ids=str)
@pytest.mark.parametrize(
    "asked",
    [{"level": "person"}, {"level": "person", "same_side": True}, {"level": "organization"}],
    ids=str,
)
def test_pairs_of_whole_regions_are_kept_and_add_up_with_others(
    made_up: MadeUp,
    monkeypatch: pytest.MonkeyPatch,
    how: dict[str, str],
    asked: dict[str, Any],
) -> None:
    kept._pieces.clear()
    for module in ("pairs", "sets"):
        monkeypatch.setattr(f"app.queries.{module}.MANY", 0)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)
    filters = MeetingFilters.model_validate(how)
    for sort in ("-meetings", "last", "-last"):
        assert_answered_as_in_plain_python(made_up, filters, sort=sort, **asked)
    assert any("pairs" in str(name) for name in kept._pieces)


@pytest.mark.parametrize("how", [{}, {"status": "retracted"}, {"date_from": "2020-05"}], ids=str)
@pytest.mark.parametrize("anchor", sorted(world.SUBREGIONS))
def test_whom_a_country_met_is_what_the_sets_of_countries_tell(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, anchor: str, how: dict[str, str]
) -> None:
    for module in ("pairs", "sets"):
        monkeypatch.setattr(f"app.queries.{module}.MANY", 0)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)
    filters = MeetingFilters.model_validate({"anchor": anchor} | how)
    for sort in ("-meetings", "last", "-last"):
        assert_answered_as_in_plain_python(made_up, filters, sort=sort)
    assert_answered_as_in_plain_python(made_up, filters, not_met_since="2020-06")


def test_a_country_that_met_nobody_has_no_pairs(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.queries.pairs.MANY", 0)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)
    store(database, *WORLD, meeting("alone", participants=[participant("AA")]))
    with database.read() as session:
        answer = dyads(session, DyadQuestion(anchor="AA"))
    assert (answer.data, answer.total, answer.without_pair) == ([], 0, 1)


def finds(made_up: MadeUp, link: str) -> list[str]:
    asked = parse_qs(urlsplit(link).query)
    fields = MeetingQuestion.model_fields
    one = {
        name: values
        if fields[name].get_default(call_default_factory=True) in ([], ["stated"])
        else values[0]
        for name, values in asked.items()
    }
    question = MeetingQuestion.model_validate(one | {"sort": "date", "limit": 1000})
    with made_up.database.read() as session:
        return [str(orjson.loads(document)["id"]) for document in page(session, question).items]


@given(filters=questions(), level=levels, same_side=st.booleans())
@FEW
def test_a_link_finds_exactly_the_meetings_of_its_pair(
    made_up: MadeUp, filters: MeetingFilters, **how: object
) -> None:
    question, answer = ask(made_up, filters, **how)
    found, _ = pairs(made_up.meetings, question)
    for row in answer.data[:5]:
        if row.links.meetings is None:
            assert question.level != "country"
        else:
            ids = [one["id"] for one in found[row.a.id, row.b.id]]
            assert finds(made_up, row.links.meetings) == ids


def test_a_limit_cuts_the_end_off(made_up: MadeUp) -> None:
    _, whole = ask(made_up, MeetingFilters())
    _, some = ask(made_up, MeetingFilters(), limit=3)
    assert some.data == whole.data[:3]
    assert (some.total, some.truncated) == (whole.total, True)


@pytest.mark.parametrize("level", ["country", "person"])
def test_many_at_one_table_make_a_pair_of_each_two(database: Database, level: str) -> None:
    many = MOST_IN_PAIRS + 1  # So many that the pairs have no lists.
    codes = [f"X{chr(65 + number)}" for number in range(many)]
    crowd = [participant(code, person=f"p{code.lower()}") for code in codes]
    store(database, *WORLD, *map(country, codes), *(person(f"p{one.lower()}") for one in codes))
    store(
        database,
        meeting("crowd", "2020-02-02", participants=crowd),
        meeting("before", "2020-01-01", participants=crowd[:2]),
        meeting("after", "2020-03", participants=crowd[:2]),
        meeting("alone", participants=crowd[:1]),
    )
    with database.read() as session:
        answer = dyads(session, DyadQuestion.model_validate({"level": level}))
        anchored = dyads(session, DyadQuestion.model_validate({"level": level, "anchor": "XA"}))
    assert (answer.total, answer.without_pair) == (many * (many - 1) // 2, 1)
    assert (anchored.total, anchored.without_pair) == (many - 1, 1)
    for row in (answer.data[0], anchored.data[0]):
        assert (row.meetings, str(row.first), str(row.last)) == (3, "2020-01-01", "2020-03-31")
        assert row.longest_gap
        assert row.longest_gap.days == 32
        assert row.shortest_gap
        assert row.shortest_gap.days == 28


def test_who_sat_on_one_side_is_no_pair_unless_asked_for(database: Database) -> None:
    store(database, *WORLD, person("one"), person("two"), person("three"))
    two = [participant("AA", person="one"), participant("AA", person="two")]
    store(database, meeting("home", participants=two))
    store(
        database, meeting("abroad", participants=[*two, participant(person="three", country="BB")])
    )
    with database.read() as session:
        apart = dyads(session, DyadQuestion(level="person"))
        together = dyads(session, DyadQuestion(level="person", same_side=True))
    assert [(row.a.id, row.b.id) for row in apart.data] == [("one", "three"), ("three", "two")]
    assert apart.without_pair == 1
    first = together.data[0]
    assert (first.a.id, first.b.id, first.meetings) == ("one", "two", 2)
    assert together.without_pair == 0


def test_a_pair_that_was_on_one_side_as_well_has_no_link(database: Database) -> None:
    store(database, *WORLD, person("one"), person("two"))
    store(
        database,
        *(
            meeting(
                f"with-{code.lower()}",
                participants=[participant("AA", person="one"), participant(code, person="two")],
            )
            for code in ("AA", "BB")
        ),
    )
    with database.read() as session:
        (row,) = dyads(session, DyadQuestion(level="person")).data
        assert (row.meetings, row.links.meetings) == (1, None)


def test_who_took_part_for_two_countries_met_whom_they_also_sat_beside(database: Database) -> None:
    store(database, *WORLD, person("one"), person("two"))
    parts = [participant("AA", person="one"), participant("AA", person="two")]
    store(database, meeting("both", participants=[*parts, participant("BB", person="one")]))
    with database.read() as session:
        answer = dyads(session, DyadQuestion(level="person"))
        ours = dyads(session, DyadQuestion(level="person", anchor="AA"))
    (row,) = answer.data
    assert (row.meetings, answer.without_pair) == (1, 0)
    assert row.links.meetings == "/v1/meetings?person_all=one&person_all=two"
    assert [(row.a.id, row.b.id) for row in ours.data] == [("two", "one")]


@pytest.mark.parametrize("sort", ["-meetings", "last", "-last"])
@pytest.mark.parametrize("level", ["country", "person", "organization"])
def test_pairs_of_parts_add_up_to_those_of_the_whole(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, level: Level, sort: str
) -> None:
    how: dict[str, Any] = {"level": level, "sort": sort}
    monkeypatch.setattr("app.queries.tallies._MOST_PLACES", 1_000_000)
    _, whole = ask(made_up, MeetingFilters(), **how)
    monkeypatch.setattr("app.queries.tallies._MOST_PLACES", 0)
    monkeypatch.setattr("app.queries.couples._AT_ONCE", 3)
    monkeypatch.setattr("app.queries.attendance._FEW", 0)
    monkeypatch.setattr("app.queries.attendance._MEETINGS", 5)
    assert ask(made_up, MeetingFilters(), **how)[1] == whole
    assert whole.data


@pytest.mark.parametrize("sort", ["-meetings", "last"])
def test_pairs_that_are_written_out_in_parts_are_all_pairs(
    made_up: MadeUp, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    how: dict[str, Any] = {"level": "person", "sort": sort}
    question, whole = ask(made_up, MeetingFilters(), **how)
    monkeypatch.setattr("app.queries.dyads._AT_ONCE", 7)
    with made_up.database.read() as session:
        parts = list(in_parts(session, question))
    unlinked = {"links": DyadLinks(meetings=None)}
    expected = [pair.model_copy(update=unlinked) for pair in whole.data]
    assert [pair for part in parts for pair in part.data] == expected
    assert len(parts) > 2


def test_no_link_asks_for_more_than_a_question_may_have(made_up: MadeUp) -> None:
    filters = MeetingFilters(id=world.ids()[:MOST_VALUES])
    _, answer = ask(made_up, filters)
    assert answer.data
    assert {row.links.meetings for row in answer.data} == {None}


def test_each_two_of_n_are_a_pair(database: Database) -> None:
    store(database, *WORLD)
    store(database, meeting("three", participants=[*map(participant, ("AA", "BB", "CC", "AA"))]))
    with database.read() as session:
        answer = dyads(session, DyadQuestion())
    assert [(row.a.id, row.b.id) for row in answer.data] == [*combinations(["AA", "BB", "CC"], 2)]
    assert {row.meetings for row in answer.data} == {1}
