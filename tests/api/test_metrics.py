"""What Prometheus is told: of all workers, by routes, and nothing unless that is switched on."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.database import Database
from tests.processes import started
from tests.serving import Served, serving

PAGE = (Path(__file__).parent.parent.parent / "docs" / "monitoring.md").read_text("utf-8")
only_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def measured(seeded: Database) -> Iterator[Served]:
    """A server that measures."""
    with serving(seeded.url, metrics=True) as served:
        yield served


def values(client: httpx.Client, name: str) -> dict[tuple[str, ...], float]:
    """Read a metric: the values of its labels, in their order, and the number."""
    text = client.get("/metrics").raise_for_status().text
    return {
        tuple(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def test_answers_are_counted_by_their_routes(measured: Served) -> None:
    for path in ("/v1/meetings", "/v1/meetings?country=RU", "/v1/meetings/x", "/no", "/no/where"):
        measured.client.get(path)
    counted = values(measured.client, "parley_requests_total")
    assert counted["GET", "/v1/meetings", "200"] == 2
    assert counted["GET", "/v1/meetings/{id}", "404"] == 1
    assert counted["GET", "other", "404"] == 2
    assert values(measured.client, "parley_problems_total")["not_found",] == 3
    timed = values(measured.client, "parley_request_seconds_count")
    assert timed["GET", "/v1/meetings"] == 2


def test_whatever_is_asked_makes_no_new_series(measured: Served) -> None:
    for number in range(50):
        measured.client.get(f"/v1/people/nobody-{number}")
        measured.client.get(f"/{number}")
        measured.client.request("TRACE", "/")
    routes = {labels[1] for labels in values(measured.client, "parley_requests_total")}
    assert routes == {"/v1/people/{id}", "other", "/"}


def test_what_had_been_kept_is_told_from_what_is_worked_out(measured: Served) -> None:
    for _ in range(3):
        measured.client.get("/v1/meetings")
    assert values(measured.client, "parley_cache_total") == {("miss",): 1, ("hit",): 2}


def test_what_is_answered_to_head_or_is_no_request_is_counted_as_well(measured: Served) -> None:
    measured.client.head("/v1/meetings?foo=1")
    measured.client.head("/v1/meetings")
    measured.client.request("GRAB", "/")
    problems = values(measured.client, "parley_problems_total")
    assert problems["invalid_request",] == problems["bad_request",] == 1
    assert values(measured.client, "parley_cache_total") == {("hit",): 0, ("miss",): 0}
    assert values(measured.client, "parley_requests_total")["other", "other", "400"] == 1


@only_sqlite
def test_the_first_fault_is_seen_to_come(seeded: Database) -> None:
    with seeded.write() as session:
        session.connection().exec_driver_sql("UPDATE members SET numbers = x'00'")
    with serving(seeded.url, metrics=True) as served:
        assert values(served.client, "parley_problems_total")["internal_error",] == 0
        served.client.get("/v1/meetings", headers={"Connection": "close"})
        assert values(served.client, "parley_problems_total")["internal_error",] == 1


def test_statements_are_timed(measured: Served) -> None:
    before = values(measured.client, "parley_database_seconds_count")["primary",]
    measured.client.get("/v1/people/wang-xiaohong")
    assert values(measured.client, "parley_database_seconds_count")["primary",] > before


def test_it_tells_the_state_of_the_data(measured: Served) -> None:
    revision = measured.client.get("/v1/dataset").json()["revision"]
    assert values(measured.client, "parley_revision") == {("primary",): revision}
    assert values(measured.client, "parley_database_up") == {("primary",): 1}


@only_sqlite
def test_a_database_that_is_gone_is_told_as_well(seeded: Database) -> None:
    with serving(seeded.url, metrics=True) as served:
        served.client.get("/v1/meetings")
        Path(str(seeded.engine.url.database)).unlink()
        assert values(served.client, "parley_database_up") == {("primary",): 0}


def test_an_answer_that_breaks_off_is_counted(long: Served) -> None:
    url = long.engine.url.render_as_string(hide_password=False)
    with serving(url, metrics=True) as served:
        with served.client.stream(
            "GET", "/v1/meetings.ndjson", headers={"Accept-Encoding": "identity"}
        ) as answer:
            next(answer.iter_bytes(1000))
        deadline = time.monotonic() + 30
        broken: dict[tuple[str, ...], float] = {}
        while not broken and time.monotonic() < deadline:
            broken = values(served.client, "parley_answers_broken_off_total")
        assert broken == {("/v1/meetings.ndjson",): 1}


def test_a_file_that_is_not_taken_in_time_is_no_fault_of_ours(long: Served) -> None:
    url = long.engine.url.render_as_string(hide_password=False)
    as_it_is = {"Accept-Encoding": "identity"}
    with serving(url, metrics=True, export_time_limit=0.3) as served:
        with served.client.stream("GET", "/v1/meetings.ndjson", headers=as_it_is) as answer:
            time.sleep(1)
            with pytest.raises(httpx.TransportError):
                answer.read()
        told = values(served.client, "parley_problems_total")
        assert {code: many for (code,), many in told.items() if many} == {"too_slow": 1}
        broken = values(served.client, "parley_answers_broken_off_total")
        assert broken == {("/v1/meetings.ndjson",): 1}


def test_there_is_nothing_unless_it_is_switched_on(api: httpx.Client) -> None:
    assert api.get("/metrics").status_code == 404


@pytest.mark.slow
def test_several_workers_count_together(seeded: Database) -> None:
    with started(["parley", "serve", "--workers", "2"], seeded.url, PARLEY_METRICS="true") as (
        _,
        client,
    ):
        # Each connection is taken by one of them.
        for _ in range(40):
            answer = client.get("/v1/meetings", headers={"Connection": "close"})
            assert answer.status_code == 200
        told = {
            values(client, "parley_requests_total")["GET", "/v1/meetings", "200"] for _ in range(10)
        }
        assert told == {40}
        assert values(client, "parley_requests_in_progress") == {(): 1}
        assert values(client, "parley_revision")["primary",] > 0


def test_the_page_names_every_metric_and_no_other(measured: Served) -> None:
    measured.client.get("/v1/meetings")
    told = set(re.findall(r"^# TYPE (\S+)", measured.client.get("/metrics").text, re.MULTILINE))
    named = set(re.findall(r"^\| `(parley_\w+)`", PAGE, re.MULTILINE))
    assert {name for name in told if not name.endswith("_created")} == named
