"""Files of records are taken in over HTTP: all or nothing, with a report, up to a size."""

import json
from typing import Any

import httpx
import pytest

from tests.api.asking import ask, problem

ANN = '{"type": "person", "id": "ann", "name": {"en": "Ann", "zh": "安"}}'
WRONG = '{"type": "person", "id": "ben", "name": {"en": "Ben"}}'
SHEET = "Datum;Ort;Leute;countries\n24.12.2023;Beijing;Wang Xiaohong;CN\n"
OF_SHEET = {
    "column": ["Datum=date", "Ort=place", "Leute=people"],
    "date_format": "%d.%m.%Y",
    "source": "xinhua-english",
}


def imported(
    client: httpx.Client, content: str | bytes, media: str = "application/x-ndjson", **more: Any
) -> httpx.Response:
    return client.post(
        "/v1/imports",
        content=content.encode() if isinstance(content, str) else content,
        headers={"Content-Type": media},
        params={"reason": "Tried by a test."} | more,
    )


def test_a_file_is_taken_in(curator: httpx.Client) -> None:
    report = imported(curator, f"{ANN}\n").json()
    assert (report["written"], report["counts"]["people"]["created"]) == (True, 1)
    assert ask(curator, "/v1/people/ann")["name"]["zh"] == "安"
    again = imported(curator, f"{ANN}\n").json()
    assert again["counts"]["people"] == {"created": 0, "changed": 0, "unchanged": 1}
    assert again["revision"] == report["revision"]


def test_what_the_form_begins_with_is_taken_in(curator: httpx.Client) -> None:
    operation = ask(curator, "/openapi.json")["paths"]["/v1/imports"]["post"]
    for media, body in operation["requestBody"]["content"].items():
        report = imported(curator, body["example"], media, dry_run=True).json()
        assert report["errors"] == [], media
        assert sum(count["created"] for count in report["counts"].values()) == 1, media


def test_a_sheet_is_taken_in(curator: httpx.Client) -> None:
    report = imported(curator, SHEET, "text/csv; charset=utf-8", **OF_SHEET).json()
    assert report["counts"]["meetings"]["created"] == 1
    (found,) = ask(curator, "/v1/meetings?date_from=2023-12-24")["data"]
    assert (found["place"]["id"], found["countries"]) == ("beijing", ["CN"])


def test_one_bad_record_keeps_the_whole_file_out(at_hand: httpx.Client) -> None:
    (fault,) = problem(imported(at_hand, f"{ANN}\n{WRONG}\n"), 422)["errors"]
    assert (fault["origin"], fault["pointer"]) == ("line 2", "/name/zh")
    assert (fault["in"], fault["code"]) == ("body", "missing_member")
    assert at_hand.get("/v1/people/ann").status_code == 404


def test_a_fault_of_a_sheet_names_the_line_and_the_column(at_hand: httpx.Client) -> None:
    sheet = "date,countries,source\n2023-12-24,CN;MM,xinhua-english\nsomeday,CN;MM,xinhua-english\n"
    (fault,) = problem(imported(at_hand, sheet, "text/csv"), 422)["errors"]
    assert (fault["origin"], fault["pointer"]) == ("line 3", "/date")


def test_a_source_of_all_rows_of_which_only_a_part_is_written_is_told_whole(
    at_hand: httpx.Client,
) -> None:
    sheet = "date,countries\n2023-12-24,CN;MM\n"
    (fault,) = problem(imported(at_hand, sheet, "text/csv", source="zhengzhi"), 422)["errors"]
    assert (fault["origin"], fault["suggestion"]) == ("source", "zhengzhi-2023-12-05")
    said = problem(imported(at_hand, sheet, "text/csv"), 422)["detail"]
    assert "the column source, or the option source for all rows" in said


def test_of_very_many_faults_the_first_are_told_and_how_many_there_are(
    at_hand: httpx.Client,
) -> None:
    sheet = "date,countries,source\n" + "someday,China;Myanmar,xinhua-english\n" * 2_000
    said = problem(imported(at_hand, sheet, "text/csv"), 422)
    assert len(said["errors"]) == 50
    assert said["detail"].endswith("; and 1950 more")


def test_a_dry_run_tells_and_writes_nothing(at_hand: httpx.Client) -> None:
    report = imported(at_hand, f"{ANN}\n{WRONG}\n", dry_run=True).json()
    assert (report["written"], report["errors_total"]) == (False, 1)
    assert report["counts"]["people"]["created"] == 1
    (fault,) = report["errors"]
    assert (fault["origin"], fault["pointer"]) == ("line 2", "/name/zh")
    assert at_hand.get("/v1/people/ann").status_code == 404


@pytest.mark.parametrize(
    ("media", "content", "status", "words"),
    [
        ("application/json", ANN, 422, "Content-Type is “application/json”; it may be"),
        ("application/x-ndjson", "{", 422, "line 1"),
        ("application/x-ndjson", b"\xff\xfe", 422, "line 1"),
        ("text/csv", "colour\nred\n", 422, "colour"),
        ("application/x-ndjson", b" " * 10_000_001, 413, "parley import FILE"),
    ],
)
def test_what_cannot_be_read_is_refused(
    at_hand: httpx.Client, media: str, content: str | bytes, status: int, words: str
) -> None:
    assert words in problem(imported(at_hand, content, media), status)["detail"]


def test_nobody_imports_without_a_key(at_hand: httpx.Client) -> None:
    with httpx.Client(base_url=at_hand.base_url) as stranger:
        problem(imported(stranger, ANN), 401)


def test_no_history_is_taken_away_for_good(curator: httpx.Client) -> None:
    gone = {
        "type": "tombstone",
        "of": "meeting",
        "id": "2023-11-02-putrajaya-anwar",
        "version": 2,
        "deleted_at": "2001-01-01T00:00:00Z",
        "reason": "A mistake.",
        "erased": True,
    }
    (fault,) = problem(imported(curator, json.dumps(gone)), 422)["errors"]
    assert (fault["pointer"], "only `parley import`" in fault["message"]) == ("/erased", True)
    deleted = json.dumps(gone | {"erased": False})
    assert imported(curator, deleted).json()["written"]
    problem(imported(curator, json.dumps(gone | {"version": 3})), 422)
    history = ask(curator, "/v1/meetings/2023-11-02-putrajaya-anwar/history")["data"]
    assert [one["version"] for one in history] == [2, 1]
    # What is not here loses nothing.
    assert imported(curator, json.dumps(gone | {"id": "never-here"})).json()["written"]
    assert ask(curator, "/v1/changes?limit=1000")["data"][-1]["made_at"] > "2026"


def test_too_many_meetings_are_not_rendered_while_a_client_waits(
    at_hand: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.records.read_model.dependants.MOST_DEPENDANTS", 8)
    renamed = ask(at_hand, "/v1/people/wang-xiaohong") | {"type": "person"}
    renamed["name"] = {"en": "Wang", "zh": "王"}
    said = problem(imported(at_hand, json.dumps(renamed)), 409)
    assert (said["code"], "parley import" in said["detail"]) == ("too_many_dependants", True)
    assert ask(at_hand, "/v1/people/wang-xiaohong")["version"] == 1
