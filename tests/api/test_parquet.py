"""Meetings come as Parquet, with the rows of the CSV and with types, where it is installed."""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.database import Database
from app.formats import parquet
from app.formats.meetings import COLUMNS
from app.queries import meetings
from tests.api.asking import ask, problem, walk
from tests.given import WORLD, meeting, store
from tests.serving import serving

ASKED = ("", "sort=date", "country=RU", "theme=bri-security&theme_match=exact", "q=禁毒")
NAMED = ("people", "organizations", "themes")
GORODOV = "2023-09-20-lianyungang-gorodov"


def read(content: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(content)).to_pylist()
    return rows


def table(api: httpx.Client, question: str = "") -> list[dict[str, Any]]:
    return read(api.get(f"/v1/meetings.parquet?{question}").content)


@pytest.mark.parametrize("question", ASKED)
def test_it_has_what_the_pages_have_in_their_order(api: httpx.Client, question: str) -> None:
    listed = walk(api, f"/v1/meetings?limit=2&{question}")
    assert [row["id"] for row in table(api, question)] == listed
    assert listed


def test_its_columns_have_types(api: httpx.Client) -> None:
    schema = pq.read_schema(io.BytesIO(api.get("/v1/meetings.parquet").content))
    assert schema.names == list(COLUMNS["meeting"])
    assert schema.field("earliest").type == schema.field("latest").type == pa.date32()
    assert schema.field("updated_at").type == pa.timestamp("us", tz="UTC")
    assert schema.field("latitude").type == pa.float64()
    assert schema.field("version").type == pa.int32()
    named = [f"{name}{end}" for name in NAMED for end in ("", "_en", "_zh")]
    lists = {field.name for field in schema if field.type == pa.list_(pa.string())}
    assert lists == {"countries", "sources", "disputed", *named}


def test_a_row_says_what_a_meeting_says(api: httpx.Client) -> None:
    (row,) = table(api, f"id={GORODOV}")
    said = ask(api, f"/v1/meetings/{GORODOV}")
    assert (row["date"], row["earliest"]) == ("2023-09-20", date(2023, 9, 20))
    assert row["title_zh"] == said["title"]["zh"]
    assert row["countries"] == ["CN", "RU"]
    assert row["people"] == ["wang-xiaohong", "petr-gorodov"]
    assert row["themes"] == list(dict.fromkeys(one["id"] for one in said["themes"]))
    assert row["disputed"] == ["date"]
    assert (row["latitude"], row["version"]) == (said["place"]["latitude"], 1)
    assert row["updated_at"] == datetime.fromisoformat(said["updated_at"]).astimezone(UTC)
    (unknown,) = table(api, "host=none")
    assert (unknown["host"], unknown["place"], unknown["longitude"]) == (None, None, None)
    assert unknown["disputed"] == []


def test_a_row_may_be_a_participant(api: httpx.Client) -> None:
    rows = table(api, "rows=participant&sort=date")
    assert list(rows[0]) == list(COLUMNS["participant"])
    assert [(row["meeting"], row["participant"], row["country"]) for row in rows] == [
        (one["id"], number, part["country"])
        for one in ask(api, "/v1/meetings?sort=date")["data"]
        for number, part in enumerate(one["participants"], 1)
    ]


@pytest.mark.parametrize("kind", COLUMNS)
def test_what_finds_nothing_has_columns_still(api: httpx.Client, kind: str) -> None:
    content = api.get(f"/v1/meetings.parquet?country=BR&rows={kind}").content
    found = pq.read_table(io.BytesIO(content))
    assert found.column_names == list(COLUMNS[kind])  # type: ignore[index]
    assert found.num_rows == 0


def test_texts_and_days_are_as_they_were_written(database: Database) -> None:
    formula = {"en": "=1+1", "zh": "-1;\n“二”"}
    first, last = meeting("first", "0001", title=formula), meeting("last", "9999-12-31")
    store(database, *WORLD, first, last)
    with serving(database.url) as served:
        rows = table(served.client, "sort=date")
    assert [(row["id"], row["earliest"]) for row in rows] == [
        *(("first", date.min), ("last", date.max))
    ]
    assert (rows[0]["title_en"], rows[0]["title_zh"]) == (formula["en"], formula["zh"])


def test_many_come_in_groups_whatever_is_read_together(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = table(api)
    monkeypatch.setattr(meetings, "_AT_ONCE", 3)
    monkeypatch.setattr(parquet, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(parquet, "_PARTS_OF_A_GROUP", 2)
    content = api.get("/v1/meetings.parquet?sort=-date").content
    file = pq.ParquetFile(io.BytesIO(content))
    sizes = [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)]
    assert sizes == [4, 4, 1]
    assert read(content) == whole


def test_a_group_is_sent_before_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS_AT_ONCE", 2)
    monkeypatch.setattr(parquet, "_PARTS_OF_A_GROUP", 1)
    asked: list[int] = []

    def batches() -> Iterator[list[dict[str, Any]]]:
        for number in range(3):
            asked.append(number)
            yield [{"id": f"{number}"}] * 2

    parts = parquet.table({"id": "text"}, batches())
    assert asked == []
    written = b""
    for number in range(3):
        part = next(parts)
        assert part
        assert asked == list(range(number + 1))
        written += part
    assert [row["id"] for row in read(written + b"".join(parts))] == [*"001122"]


def test_without_the_library_it_says_what_to_install(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = problem(api.get("/v1/meetings.parquet"), 501)
    assert said["code"] == "not_installed"
    assert "parley[parquet]" in said["detail"]
    # A mistake is said first, and all else goes on.
    problem(api.get("/v1/meetings.parquet?country=Atlantis"), 422)
    assert api.get("/v1/meetings.csv").status_code == 200
