"""The dataset tells what it is, what it covers, and how to cite it."""

from typing import Any

import httpx
import pytest

from app.database import Database
from app.records.files import read_folder
from seeds.load import FOLDER
from tests.api.asking import VOCABULARIES, ask
from tests.serving import serving


@pytest.fixture
def dataset(api: httpx.Client) -> Any:
    """The dataset of the seed."""
    return ask(api, "/v1/dataset")


def test_it_names_its_licence_and_how_to_cite_it(dataset: Any) -> None:
    assert dataset["licence"] == "CC-BY-4.0"
    for part in ("Parley", dataset["epoch"], str(dataset["revision"]), "CC BY 4.0"):
        assert part in dataset["citation"]
    assert set(dataset["title"]) == {"en", "zh"}
    assert any("position" in note["en"] and "立场" in note["zh"] for note in dataset["notes"])


def test_it_says_what_it_covers_and_that_this_is_not_complete(dataset: Any) -> None:
    [coverage] = dataset["coverage"]
    assert (coverage["date_from"], coverage["date_to"]) == ("2023", "2023")
    assert coverage["completeness"] == "selected"
    assert "not a complete list" in coverage["note"]["en"]
    assert "并不完整" in coverage["note"]["zh"]


def test_it_counts_its_records(api: httpx.Client, dataset: Any) -> None:
    totals = dataset["totals"]
    assert totals["meetings"] == ask(api, "/v1/meetings")["total"]["value"] == 9
    assert totals["countries"] == 8
    for path in VOCABULARIES[1:]:
        counted = ask(api, f"{path}?limit=1")["total"]["value"]
        assert totals[path.removeprefix("/v1/")] == counted


def test_its_period_is_from_the_first_meeting_to_the_last(dataset: Any) -> None:
    assert dataset["period"] == {"earliest": "2023-04-13", "latest": "2023-12-05"}


def test_its_revision_counts_the_changes(dataset: Any) -> None:
    assert dataset["revision"] == len(read_folder(FOLDER))


def test_without_records_it_has_no_period_and_counts_nothing(database: Database) -> None:
    with serving(database.url) as served:
        dataset = ask(served.client, "/v1/dataset")
        assert ask(served.client, "/v1/meetings") == {
            "data": [],
            "next": None,
            "total": {"value": 0, "relation": "eq"},
            "revision": 0,
        }
        assert ask(served.client, "/v1/theme-tree") == {"data": [], "revision": 0}
    assert dataset["period"] is None
    assert dataset["coverage"] == []
    assert dataset["revision"] == 0
    assert set(dataset["totals"].values()) == {0}


def test_another_database_has_another_epoch(dataset: Any, database: Database) -> None:
    with serving(database.url) as served:
        assert ask(served.client, "/v1/dataset")["epoch"] != dataset["epoch"]
