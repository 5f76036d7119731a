"""Counts are of the meetings that the list finds, by whatever they are counted."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.database import Database
from app.queries.candidates import candidates
from app.queries.counts import cross_tab
from app.queries.resolve import resolve
from app.schemas.counts import CountQuestion, Counts
from app.schemas.filters import MeetingFilters
from tests.given import WORLD, country, incoming, meeting, participant, store, theme, touched
from tests.queries import naive, world
from tests.queries.conftest import MadeUp
from tests.queries.questions import questions
from tests.queries.test_columns import noted

SOME = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def count(database: Database, **asked: Any) -> Counts:
    with database.read() as session:
        return cross_tab(session, CountQuestion.model_validate(asked))


def rows(database: Database, **asked: Any) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in count(database, **asked).data]


@given(asked=questions())
@SOME
def test_what_is_counted_is_what_the_list_finds(made_up: MadeUp, asked: MeetingFilters) -> None:
    expected = naive.answer(made_up.meetings, asked, world.FACTS)
    with made_up.database.read() as session:
        assert len(candidates(session, resolve(session, asked)).every()) == len(expected)


def by_hand(meeting: dict[str, Any], name: str, asked: MeetingFilters) -> set[Any]:
    """Tell which values a rendered meeting has, in plain Python."""
    first, last = (meeting["date"][end] for end in ("earliest", "latest"))
    sides = [
        part
        for part in meeting["participants"]
        if asked.anchor is None or part["country"] != asked.anchor
    ]
    values: dict[str, Any] = {
        "country": [part["country"] for part in sides],
        "person": [part["person"] and part["person"]["id"] for part in sides],
        "organization": [part["organization"] and part["organization"]["id"] for part in sides],
        "organization_kind": [
            part["organization"] and part["organization"]["kind"] for part in sides
        ],
        "theme": [one["id"] for one in meeting["themes"] if one["basis"] in asked.theme_basis],
        "host": {part["country"] for part in meeting["participants"] if part["role"] == "host"},
        "place": [meeting["place"] and meeting["place"]["id"]],
        "place_country": [meeting["place"] and meeting["place"]["country"]],
        "event": [meeting["event"] and meeting["event"]["id"]],
        "mode": [meeting["mode"]],
        "status": [meeting["status"]],
        "source": [citation["source"] for citation in meeting["citations"]],
        "year": [int(first[:4])] if first[:4] == last[:4] else [],
        "month": [first[:7]] if first[:7] == last[:7] else [],
        "quarter": {quarter(first), quarter(last)} if quarter(first) == quarter(last) else [],
    }
    return {value for value in values[name] if value is not None} or {None}


def quarter(day: str) -> str:
    return f"{day[:4]}-Q{(int(day[5:7]) - 1) // 3 + 1}"


DIMENSIONS = (
    *("country", "person", "organization", "organization_kind", "theme", "host", "place"),
    *("place_country", "event", "mode", "status", "source", "year", "month", "quarter"),
)


@pytest.mark.slow
@given(
    asked=questions(),
    by=st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=3, unique=True),
)
@SOME
def test_every_cross_tab_is_as_counted_by_hand(
    made_up: MadeUp, asked: MeetingFilters, by: list[str]
) -> None:
    ids = set(naive.answer(made_up.meetings, asked, world.FACTS))
    expected: Counter[tuple[Any, ...]] = Counter()
    for one in made_up.meetings:
        if one["id"] in ids:
            keys: list[tuple[Any, ...]] = [()]
            for name in by:
                keys = [(*key, value) for key in keys for value in by_hand(one, name, asked)]
            expected.update(keys)
    given_filters = asked.model_dump(exclude_defaults=True) | {"by": by, "limit": 10_000}
    counted = count(made_up.database, **given_filters)
    assert counted.meetings_total == len(ids)
    assert {tuple(row[name] for name in by): row["meetings"] for row in counted.data} == expected


SEED: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
    "themes": (
        {"by": ["theme"]},
        [
            ("transnational-crime", 7),
            ("law-enforcement-capacity-building", 5),
            ("bri-security", 4),
            ("counter-narcotics", 3),
        ],
    ),
    "themes, rolled up": (
        {"by": ["theme"], "rollup": True},
        [
            ("transnational-crime", 8),
            ("law-enforcement-security-cooperation", 6),
            ("protective-security", 6),
            ("bri-security", 5),
        ],
    ),
    "months": (
        {"by": ["month"], "sort": "by"},
        [
            ("2023-04", 1),
            ("2023-05", 1),
            ("2023-06", 1),
            ("2023-07", 1),
            ("2023-09", 1),
            ("2023-10", 1),
            ("2023-11", 2),
            ("2023-12", 1),
        ],
    ),
    "quarters": (
        {"by": ["quarter"], "sort": "by"},
        [("2023-Q2", 3), ("2023-Q3", 2), ("2023-Q4", 4)],
    ),
    "regions seen from China": (
        {"by": ["region"], "anchor": "CN"},
        [("002", 3), ("150", 3), ("142", 2), ("019", 1)],
    ),
    "sub-regions seen from China": (
        {"by": ["subregion"], "anchor": "CN", "limit": 2},
        [("151", 3), ("014", 2)],
    ),
    "hosts, of which one is unknown": (
        {"by": ["host"]},
        [("CN", 6), ("MM", 1), ("MY", 1), (None, 1)],
    ),
    "kinds of counterparts": (
        {"by": ["organization_kind"], "anchor": "CN"},
        [("ministry", 4), ("government", 2), ("prosecution", 2), ("police", 1)],
    ),
    "who spoke of drugs, and when": (
        {"by": ["country", "month"], "theme": ["counter-narcotics"], "anchor": "CN", "sort": "by"},
        [("MM", "2023-10", 1), ("MY", "2023-11", 1), ("RU", "2023-12", 1)],
    ),
    "what goes together with cybersecurity": (
        {"by": ["with_theme"], "theme": ["cybersecurity"], "sort": "by"},
        [
            ("counter-narcotics", 1),
            ("law-enforcement-capacity-building", 1),
            ("transnational-crime", 1),
        ],
    ),
    "years are numbers": ({"by": ["year"]}, [(2023, 9)]),
    "sources": ({"by": ["source"]}, [("zhengzhi-2023-12-05", 9), ("xinhua-english", 1)]),
}


@pytest.mark.parametrize("name", SEED)
def test_the_seed_has(seeded: Database, name: str) -> None:
    asked, expected = SEED[name]
    assert rows(seeded, **asked)[: len(expected)] == expected
    if name not in {"themes", "themes, rolled up"}:
        assert len(rows(seeded, **asked)) == len(expected)


def test_a_theme_does_not_go_together_with_itself(seeded: Database) -> None:
    pairs = count(seeded, by=["theme", "with_theme"]).data
    assert pairs
    assert not [pair for pair in pairs if pair["theme"] == pair["with_theme"]]
    found = {(pair["theme"], pair["with_theme"]): pair["meetings"] for pair in pairs}
    assert all(found[other, one] == number for (one, other), number in found.items())


@pytest.fixture
def fraud(database: Database) -> Database:
    """Meetings of a theme, a narrower and another one; of two; of one alone; and of none."""
    both_of_crime = [touched("crime"), touched("fraud")]
    store(
        database,
        *WORLD,
        *(theme("crime"), theme("fraud", "crime"), theme("law")),
        meeting("all", themes=[*both_of_crime, touched("law")]),
        meeting("crime", themes=both_of_crime),
        meeting("fraud", themes=[touched("fraud")]),
        meeting("none"),
    )
    return database


def test_a_theme_raised_alone_goes_together_with_nothing(fraud: Database) -> None:
    assert sorted(rows(fraud, by=["theme", "with_theme"]), key=str) == [
        ("crime", "fraud", 2),
        ("crime", "law", 1),
        ("fraud", "crime", 2),
        ("fraud", "law", 1),
        ("fraud", None, 1),
        ("law", "crime", 1),
        ("law", "fraud", 1),
        (None, None, 1),
    ]
    assert rows(fraud, by=["with_theme"], theme=["fraud"]) == [
        ("crime", 2),
        ("law", 1),
        (None, 1),
    ]


def test_the_theme_is_the_one_that_was_raised_whichever_is_named_first(fraud: Database) -> None:
    asked = rows(fraud, by=["theme", "year", "with_theme"])
    turned = rows(fraud, by=["with_theme", "theme", "year"], sort="by")
    assert ("fraud", 2020, None, 1) in asked
    assert {(theme, year, other, often) for other, theme, year, often in turned} == {*asked}
    assert [row[0] for row in turned] == sorted((row[0] for row in turned), key=nulls_last)


def nulls_last(value: str | None) -> tuple[bool, str]:
    return value is None, value or ""


def test_what_a_theme_implies_is_no_companion_of_it(fraud: Database) -> None:
    assert sorted(rows(fraud, by=["theme", "with_theme"], rollup=True), key=str) == [
        ("crime", "law", 1),
        ("crime", None, 2),
        ("fraud", "law", 1),
        ("fraud", None, 2),
        ("law", "crime", 1),
        ("law", "fraud", 1),
        (None, None, 1),
    ]
    assert rows(fraud, by=["with_theme"], theme=["crime"]) == [(None, 2), ("law", 1)]
    exactly = {"theme": ["crime"], "theme_match": "exact"}
    assert rows(fraud, by=["with_theme"], **exactly) == [("fraud", 2), ("law", 1)]
    assert rows(fraud, by=["with_theme"], theme=["fraud"], rollup=True) == [(None, 2), ("law", 1)]


def test_labels_are_given_for_what_occurs(seeded: Database) -> None:
    labels = count(seeded, by=["host", "theme"], country=["MM"]).labels
    assert labels["host"]["MM"].zh == "缅甸"
    assert set(labels["host"]) == {"MM"}
    assert labels["theme"]["counter-narcotics"].en == "Counter-narcotics"
    assert count(seeded, by=["mode"]).labels == {"mode": {}}


def test_rows_beyond_the_limit_are_counted(seeded: Database) -> None:
    counted = count(seeded, by=["theme"], limit=2)
    assert (len(counted.data), counted.rows_total, counted.meetings_total) == (2, 19, 9)


def test_a_date_that_spans_two_buckets_is_in_neither(database: Database) -> None:
    spans = ["2020-03-31/2020-04-01", "2020-02-28/2020-03-01", "2019-12-31/2020-01-01", "2020"]
    store(database, *WORLD, *(meeting(f"m{i}", span) for i, span in enumerate(spans)))
    assert rows(database, by=["month"]) == [(None, 4)]
    assert rows(database, by=["quarter"]) == [(None, 3), ("2020-Q1", 1)]
    assert rows(database, by=["year"]) == [(2020, 3), (None, 1)]


def test_retracted_meetings_are_counted_when_asked_for_alone(database: Database) -> None:
    store(database, *WORLD, meeting("one"), meeting("two", status="retracted"))
    assert rows(database, by=["country"]) == [("AA", 1), ("BB", 1)]
    assert rows(database, by=["status"], status="retracted") == [("retracted", 1)]


def test_two_participants_of_one_country_are_one_meeting(database: Database) -> None:
    sides = [participant("AA"), participant("AA", role="chair"), participant("BB")]
    store(database, *WORLD, meeting("one", participants=sides))
    assert rows(database, by=["country"]) == [("AA", 1), ("BB", 1)]


def test_whoever_belongs_to_no_country_is_on_the_other_side(database: Database) -> None:
    club = incoming("organization", id="club", name={"en": "c", "zh": "c"}, kind="other")
    sides = [participant("AA"), participant(organization="club")]
    store(database, *WORLD, club, meeting("one", participants=sides))
    assert rows(database, by=["organization"], anchor="AA") == [("club", 1)]
    assert rows(database, by=["country"], anchor="AA") == [(None, 1)]


def test_counts_follow_every_change(database: Database) -> None:
    store(database, *WORLD, country("DD"), theme("law"), meeting("one", themes=[touched("law")]))
    store(database, meeting("one", "2021-05", participants=[participant("DD")]))
    assert rows(database, by=["country", "theme", "month"]) == [("DD", None, "2021-05", 1)]


def test_numbers_are_kept_beyond_one_block(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.records.read_model.numbering.APART", 40_000)
    store(database, *WORLD, *(meeting(f"m{number}") for number in range(7)))
    assert rows(database, by=["country"]) == [("AA", 7), ("BB", 7)]
    store(database, meeting("m3", participants=[participant("CC")]))
    assert rows(database, by=["country"]) == [("AA", 6), ("BB", 6), ("CC", 1)]


@pytest.mark.parametrize(
    ("asked", "most"),
    [
        ({"by": ["theme"]}, 5),
        ({"by": ["country", "theme", "month"], "country": ["RU"], "theme": ["cybersecurity"]}, 10),
        ({"by": ["person"], "anchor": "CN", "date_from": "2023"}, 11),
    ],
)
def test_the_number_of_statements_is_that_of_the_dimensions(
    seeded: Database, asked: dict[str, Any], most: int
) -> None:
    with noted(seeded) as statements:
        count(seeded, **asked)
    assert sum(one.startswith("SELECT") for one in statements) == most, statements
