"""The benchmark asks what can be answered, copies what is equal, and judges rightly."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from app.database import Database
from app.models import Base
from seeds.generate import generate
from tests.benchmarks import __main__, alone, files, questions, rival
from tests.benchmarks.asking import AGAIN, ALONE
from tests.benchmarks.report import report
from tests.benchmarks.results import Key, Results, Turn
from tests.benchmarks.servers import FLOOR, SQLITE, TOTAL
from tests.benchmarks.targets import LARGE, SMALL, targets
from tests.databases import Backend, Postgres, Sqlite
from tests.given import meeting, store
from tests.pouring import pour
from tests.queries.frequent import frequent
from tests.records.travelling import exported
from tests.serving import serving


@pytest.fixture
def of_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Backend:
    """Where files are made."""
    return Sqlite(tmp_path_factory.mktemp("benchmark"))


@pytest.fixture
def copy(postgres_server: str) -> Iterator[Database]:
    """An empty database in Postgres."""
    backend = Postgres(postgres_server, "benchmark")
    database = backend.migrated()
    yield database
    backend.remove(database)


def generated(backend: Backend, meetings: int) -> Database:
    database = backend.migrated()
    list(generate(database, meetings))
    return database


def rows(database: Database) -> dict[str, list[str]]:
    with database.read() as session:
        return {
            table.name: sorted(map(repr, session.execute(table.select())))
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.slow
def test_a_copy_in_postgres_is_equal_and_can_be_written_to(
    of_sqlite: Backend, copy: Database
) -> None:
    file = generated(of_sqlite, 200)
    assert list(pour(file, copy)) == [table.name for table in Base.metadata.sorted_tables]
    assert rows(copy) == rows(file)
    assert exported(copy) == exported(file)
    with copy.read() as session:
        first = alone.since(copy, 100)
        found = session.execute(text(alone.rows(copy, first).sql)).all()
    assert 90 < len(found) <= 110
    countries = [{"country": code, "role": "participant"} for code in ("RU", "CN")]
    source = {"source": "gazette-1", "stance": "supports", "fields": ["date"]}
    store(copy, meeting("written-later", participants=countries, citations=[source]))
    assert b"written-later" in exported(copy)


@pytest.mark.slow
def test_all_that_is_asked_is_answered(of_sqlite: Backend) -> None:
    database = generated(of_sqlite, 1_000)
    most = frequent(database)
    with serving(database.url) as served:
        asked = questions.cases(served.client, most)
        paths = [case.path for case in asked]
        paths += [f"/v1/{file.path}date_from=2024-06" for file in files.FILES.values()]
        for path in paths:
            assert served.client.get(path).status_code == 200, path
        [known] = [case for case in asked if case.is_known]
        headers = known.headers(served.client)
        assert served.client.get(known.path, headers=headers).status_code == 304
        [strangers] = [case for case in asked if case.name == questions.STRANGERS]
        assert served.client.get(strangers.path).json()["data"] == []
        beside = {case.beside for case in (*asked, *rival.cases(database, most)) if case.beside}
        assert beside == {questions.FIRST_PAGE, questions.FILTERED}
        assert beside <= {case.name for case in asked}
    with database.read() as session:
        for sql in (alone.rows(database, alone.EVER).sql, rival.statement(rival.conditions(most))):
            assert session.execute(text(sql)).first()


Measured = tuple[int, str, str, str, list[float]]


def measured(*figures: Measured) -> Results:
    results = Results([SMALL, LARGE], imported=SMALL)
    for size, system, case, unit, rounds in figures:
        for number, value in enumerate(rounds):
            results.turn = Turn(number // 2, number % 2)
            results.add(size, system, case, unit, value)
    return results


@pytest.mark.parametrize(
    ("noises", "counted"),
    [
        ([1.0, 1.1, 1.2, 1.0], 25),
        ([1.0, 1.1, 1.2, 1.9], 20),
        ([1.9, 1.0, 1.8, 1.6], 30),
        ([1.9, 1.0], 15),
    ],
)
def test_what_is_measured_in_noise_counts_only_where_there_is_little_else(
    noises: list[float], counted: float
) -> None:
    results = Results([SMALL], imported=SMALL)
    key, other = Key(SMALL, SQLITE, "country", "ms"), Key(SMALL, SQLITE, "theme", "ms")
    for number, noise in enumerate(noises):
        results.turn, results.noise = Turn(number, 0), noise
        results.add(*key, 10 * (number + 1))
        results.noise = 1.0
        results.add(*other, 2)
    assert results.get(*key) == (counted, 10, 10 * len(noises))
    assert results.ratio(key, other) == counted / 2
    assert results.quiet_share == (sum(noise <= 1.2 for noise in noises) / len(noises) + 1) / 2


def verdicts(results: Results, beginning: str) -> list[str]:
    return [one.verdict for one in targets(results) if one.what.startswith(beginning)]


@pytest.mark.parametrize(
    ("rounds", "verdict"),
    [([51, 26, 5_100], "yes"), ([51, 26, 0], "yes"), ([49, 26, 0], "**no**"), ([24, 26], "**no**")],
)
def test_a_target_is_held_to_the_median_of_the_ratios_of_each_turn(
    rounds: list[float], verdict: str
) -> None:
    page = questions.FIRST_PAGE
    results = measured(
        (LARGE, FLOOR, page, AGAIN.rate, [100, 50, 10_000]),
        (LARGE, SQLITE, page, AGAIN.rate, rounds),
    )
    assert verdicts(results, "a page that was asked for before") == [verdict, "not measured"]


@pytest.mark.parametrize(("total", "verdict"), [(1000, "**no**"), (900, "yes")])
def test_a_page_that_counts_more_is_not_held_to_its_growth(total: int, verdict: str) -> None:
    def found(case: str, size: int, counted: int, took: float) -> list[Measured]:
        return [
            (size, SQLITE, case, TOTAL, [counted]),
            (size, SQLITE, case, ALONE.p50, [took]),
        ]

    results = measured(
        *found("country", SMALL, 1000, 1.0),
        *found("country", LARGE, 1000, 1.2),
        *found("person", SMALL, total, 1.0),
        *found("person", LARGE, 1000, 1.4),
    )
    assert verdicts(results, "p50 of the page that slows most")[0] == verdict


@pytest.mark.parametrize(
    ("asking", "tasks", "turns"),
    [
        (1, 0, [1, 1, 2, 2, 2]),
        (1, 4, [1, 1, 1, 1, 1]),
        (2, 1, [1, 1, 1, 1, 1]),
        (3, 0, [1, 1, 1, 1, 1]),
        (5, 0, [1, 1, 1]),
        (18, 0, [1]),
        (30, 0, [1]),
    ],
)
def test_there_are_as_many_turns_as_there_is_time_for_and_no_round_that_would_not_end(
    monkeypatch: pytest.MonkeyPatch, asking: int, tasks: int, turns: list[int]
) -> None:
    now = 1_000.0
    monkeypatch.setattr(__main__, "monotonic", lambda: now)
    begun = []
    for number, times in __main__.rounds(now, __main__.OF_ALL):
        begun.append(times)
        now += 60 * (asking * times + (tasks if number % 2 == 0 else 0))
    assert begun == turns


def test_a_report_has_a_row_of_everything() -> None:
    results = measured((SMALL, SQLITE, "country", ALONE.p50, [1.0, 3.0, 2.0]))
    told = report(results, {"cores": "2"})
    [row] = [line for line in told.splitlines() if line.startswith("| country ")]
    assert "2.00 (1.00–3.00)" in row
