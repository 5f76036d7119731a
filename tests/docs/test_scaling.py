"""What the page for those with many readers says of Parley and of Postgres is so."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from app.database import Database
from app.errors import Remedy
from app.records.audit import audit
from app.records.read_model.publish import rebuild
from app.settings import Settings
from tests.given import WORLD, meeting, store
from tests.serving import serving

PAGE = (Path(__file__).parent.parent.parent / "docs" / "scaling.md").read_text("utf-8")
QUESTIONS = (
    "/v1/meetings?country=RU",
    "/v1/meetings?date_from=2023-06&date_to=2023-10&sort=date",
    "/v1/meetings?theme=bri-security&limit=2",
    "/v1/counts?by=month",
    "/v1/dyads?as_of=2024-01-01",
    "/v1/dataset",
)

only_postgres = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_is_served(api: httpx.Client) -> None:
    assert "<h1>More readers</h1>" in api.get("/scaling").text


def test_its_settings_of_parley_are_taken() -> None:
    named = re.findall(r"^PARLEY_(\w+)='?(\S+?)'?$", "".join(blocks("sh")), re.MULTILINE)
    assert [name for name, _ in named] == ["DATABASE_URL", "REPLICA_URL", "DATABASE_URL"]
    (_, one), (_, two), (_, several) = named
    assert len(Settings(database_url=one, replica_url=two).replicas) == 2
    assert Database(several).engine.url.query["target_session_attrs"] == "read-write"


@only_postgres
def test_its_settings_of_postgres_exist(database: Database) -> None:
    named = re.findall(r"`(\w+)(?: = [^`]*)?`", PAGE)
    with database.engine.connect() as connection:
        known = set(connection.scalars(text("SELECT name FROM pg_settings")))
    assert set(named) & known == {
        "hot_standby_feedback",
        "max_connections",
        "max_wal_senders",
        "synchronous_standby_names",
        "wal_level",
    }


@only_postgres
def test_its_connections_are_as_many_as_it_says(seeded: Database) -> None:
    pool = seeded.engine.pool
    assert (pool.size() + pool._max_overflow, 4 * 15 + 1) == (15, 61)  # type: ignore[attr-defined]
    assert "at most 15 connections" in PAGE
    assert "at least 61" in PAGE


@only_postgres
def test_partitions_change_no_answer(seeded: Database) -> None:
    store(seeded, *WORLD, *(meeting(f"in-{year}", str(year)) for year in (2021, 2022, 2024)))
    with serving(seeded.url) as served:
        before = [served.client.get(question).json() for question in QUESTIONS]
    _, statements = blocks("sql")
    with seeded.engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(statements)
    with serving(seeded.url) as served:
        assert [served.client.get(question).json() for question in QUESTIONS] == before
        store(seeded, meeting("long-ago", "1850"), meeting("lately", "2024-02"))
        found = served.client.get("/v1/meetings?country=AA").json()["data"]
        assert [one["id"] for one in found] == [
            "lately",
            "in-2024",
            "in-2022",
            "in-2021",
            "long-ago",
        ]
    with seeded.write() as session:
        rebuild(session)
    with seeded.read() as session:
        assert [found for found in audit(session) if found.remedy != Remedy.CITE] == []
        partitions = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'documents'::regclass"
        assert session.scalar(text(partitions)) == 4
