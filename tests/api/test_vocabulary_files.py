"""Vocabularies come as files that have what the lists have, in their order."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pandas as pd
import pytest

from app.database import Database
from app.formats.vocabularies import COLUMNS
from app.queries import listing
from app.records.incoming import Incoming
from app.schemas.theme import MOST_LEVELS
from tests.api.asking import VOCABULARIES, pages
from tests.databases import Backend
from tests.given import both, country, incoming, store
from tests.serving import Served, serving

ASKED = ("", "has_meetings=true", "has_meetings=false")
SOME = 1200
"""Records: several times as many as are read together."""


def whole(api: httpx.Client, path: str, question: str = "") -> list[dict[str, Any]]:
    """Give the records on all pages of a list."""
    return [one for page in pages(api, f"{path}?limit=100&{question}") for one in page["data"]]


def table(api: httpx.Client, path: str, question: str = "") -> list[dict[str, str]]:
    content = api.get(f"{path}.csv?{question}").text
    return list(csv.DictReader(io.StringIO(content, newline="")))


def row(api: httpx.Client, path: str, record: str) -> dict[str, str]:
    (found,) = [one for one in table(api, path) if one["id"] == record]
    return found


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("path", VOCABULARIES)
def test_a_line_is_a_record_of_the_list(api: httpx.Client, path: str, question: str) -> None:
    content = api.get(f"{path}.ndjson?{question}").content
    listed = api.get(f"{path}?limit=1000&{question}").content
    assert b"[" + b",".join(content.splitlines()) + b"]" in listed
    assert content == b"" or content.endswith(b"\n")


@pytest.mark.parametrize("question", ASKED)
@pytest.mark.parametrize("path", VOCABULARIES)
def test_a_row_is_a_record_of_the_list(api: httpx.Client, path: str, question: str) -> None:
    listed = whole(api, path, question)
    content = io.BytesIO(api.get(f"{path}.csv?{question}").content)
    # Namibia's code is NA.
    frame = pd.read_csv(content, keep_default_na=False)
    assert list(frame["id"]) == [one["id"] for one in listed]
    assert list(frame["meetings"]) == [one["meetings"] for one in listed]
    assert list(frame.columns) == list(COLUMNS[path.removeprefix("/v1/")])


@pytest.mark.parametrize("path", VOCABULARIES)
def test_every_cell_says_what_the_record_says(api: httpx.Client, path: str) -> None:
    for cells, record in zip(table(api, path), whole(api, path), strict=True):
        for member in cells.keys() & record.keys() - {"date", "place", "published"}:
            value = record[member]
            if isinstance(value, dict):
                assert cells[member] == value["id"]
            elif isinstance(value, list):
                words = [one if isinstance(one, str) else one["text"] for one in value]
                assert cells[member] == ";".join(words)
            else:
                assert cells[member] == ("" if value is None else str(value))


@pytest.mark.parametrize("path", VOCABULARIES)
def test_every_text_has_a_column_for_each_language(api: httpx.Client, path: str) -> None:
    for cells, record in zip(table(api, path), whole(api, path), strict=True):
        for member, value in record.items():
            text = value.get("name", value) if isinstance(value, dict) else {}
            for language in text.keys() & {"en", "zh"}:
                assert cells[f"{member}_{language}"] == text[language]


def test_no_member_of_a_record_is_left_out(api: httpx.Client) -> None:
    shown = {"links", "supplied", "participants", "citations"}
    for path in VOCABULARIES:
        columns = COLUMNS[path.removeprefix("/v1/")]
        for member in whole(api, path)[0].keys() - shown:
            assert {member, f"{member}_en"} & set(columns), (path, member)


def test_an_event_says_when_it_was_and_who_was_there(api: httpx.Client) -> None:
    cells = row(api, "/v1/events", "cybersecurity-conference-2023")
    said = ("date", "earliest", "latest", "precision", "place", "place_zh")
    assert [cells[name] for name in said] == [
        *("2023-07-14/2023-07-15", "2023-07-14", "2023-07-15", "range", "beijing", "北京")
    ]
    assert (cells["people"], cells["countries"]) == ("wang-xiaohong", "CN")
    assert cells["organizations"] == "cn-ministry-of-public-security"
    assert cells["sources"] == "zhengzhi-2023-12-05"


def test_a_source_says_when_it_was_published(api: httpx.Client) -> None:
    cells = row(api, "/v1/sources", "zhengzhi-2023-12-05")
    assert cells["published"] == "2023-12-05/2023-12-31"
    assert (cells["published_earliest"], cells["published_latest"]) == ("2023-12-05", "2023-12-31")
    assert row(api, "/v1/sources", "xinhua-english")["published"] == ""


@pytest.fixture(scope="module")
def empty(backend: Backend) -> Iterator[httpx.Client]:
    """A client of a server without records."""
    database = backend.migrated()
    with serving(database.url) as running:
        yield running.client
    backend.remove(database)


@pytest.mark.parametrize("path", VOCABULARIES)
def test_what_finds_nothing_has_a_header_still(empty: httpx.Client, path: str) -> None:
    header = ",".join(COLUMNS[path.removeprefix("/v1/")]) + "\r\n"
    assert empty.get(f"{path}.csv").text == header
    assert empty.get(f"{path}.csv?bom=true").content == b"\xef\xbb\xbf" + header.encode()
    assert empty.get(f"{path}.ndjson").content == b""


def many() -> Iterator[Incoming]:
    """Give people with other names and notes, and themes, most of which have another below them."""
    for number in range(SOME):
        alias = {"text": f"P {number}", "language": "en", "kind": "variant"}
        yield incoming("person", id=f"p{number}", name=both(f"{number}"), aliases=[alias])
    for number in range(SOME):
        above = {"parent": f"t{number - 1}", "parent_basis": "supplied"}
        above = above if number % MOST_LEVELS else {}
        yield incoming("theme", id=f"t{number}", label=both(f"{number}"), **above)


@pytest.fixture(scope="module")
def filled(backend: Backend) -> Iterator[Served]:
    """A server of very many people and themes."""
    database = backend.migrated()
    store(database, *many())
    with serving(database.url) as running:
        yield running
    backend.remove(database)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/v1/people", "/v1/themes"])
def test_very_many_come_in_parts_and_in_order(filled: Served, path: str) -> None:
    listed = whole(filled.client, path)
    assert len(listed) == SOME
    lines = filled.client.get(f"{path}.ndjson").content.splitlines()
    assert [orjson.loads(line) for line in lines] == listed
    assert [one["id"] for one in table(filled.client, path)] == [one["id"] for one in listed]


@pytest.mark.slow
@pytest.mark.parametrize("together", [500, 600, 1000])
@pytest.mark.parametrize("path", ["/v1/people.csv", "/v1/themes.ndjson"])
def test_each_part_costs_the_same(
    filled: Served, path: str, together: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_AT_ONCE", together)
    full, more = divmod(SOME, together)
    # That a full part is the last is seen by what follows it alone.
    assert filled.cost(path) == 2 + 3 * full + (3 if more else 1)


def test_no_text_is_a_formula(database: Database) -> None:
    aliases = [
        {"text": text, "language": "en", "kind": "variant"} for text in ("@SUM(A1)", "1;2", "-1")
    ]
    names = {"en": "=1+1", "zh": "-1;\n“二”"}
    south = {"country": "CN", "latitude": -1.5, "longitude": -2.0}
    store(
        database,
        country("CN"),
        incoming("person", id="tried", name=names, aliases=aliases),
        incoming("place", id="south", name=both("South"), **south),
    )
    with serving(database.url) as served:
        cells = row(served.client, "/v1/people", "tried")
        assert (cells["name_en"], cells["name_zh"]) == ("'=1+1", "'-1;\n“二”")
        assert cells["aliases"] == "'@SUM(A1);1,2;'-1"
        place = row(served.client, "/v1/places", "south")
        assert (place["latitude"], place["longitude"]) == ("-1.5", "-2.0")
