"""Whether the process lives is one question, whether it can answer is another."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.database import Database
from tests.api.asking import ask, problem
from tests.databases import Backend
from tests.serving import serving

READING = ("/v1/meetings", "/v1/countries/RU", "/v1/themes", "/v1/dataset", "/v1/theme-tree")


@contextmanager
def unreachable(backend: Backend, folder: Path) -> Iterator[httpx.Client]:
    """Serve from where no database is."""
    urls = {
        "sqlite": f"sqlite:///{folder}/no-such-folder/parley.db",
        "postgresql": "postgresql://nobody@127.0.0.1:1/nowhere",
    }
    with serving(urls[backend.name]) as served:
        yield served.client


def assert_not_ready(api: httpx.Client, path: str) -> str:
    response = api.get(path)
    said = problem(response, 503)
    assert said["code"] == "not_ready"
    assert int(response.headers["Retry-After"]) > 0
    return str(said["detail"])


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_all_is_well(api: httpx.Client, path: str) -> None:
    assert ask(api, path) == {"status": "ok"}


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_whatever_a_probe_adds_to_its_question_is_ignored(api: httpx.Client, path: str) -> None:
    assert ask(api, f"{path}?now=1700000000") == {"status": "ok"}


def test_a_database_without_tables_is_not_ready(empty: Database) -> None:
    with serving(empty.url) as served:
        assert ask(served.client, "/healthz") == {"status": "ok"}
        assert "run `parley migrate`" in assert_not_ready(served.client, "/readyz")
        for path in READING:
            assert_not_ready(served.client, path)
        empty.migrate()
        assert ask(served.client, "/readyz") == {"status": "ok"}
        assert ask(served.client, "/v1/meetings")["data"] == []


def test_a_database_that_cannot_be_reached_is_not_ready(backend: Backend, tmp_path: Path) -> None:
    with unreachable(backend, tmp_path) as api:
        assert ask(api, "/healthz") == {"status": "ok"}
        for path in ("/readyz", *READING):
            assert "does not answer" in assert_not_ready(api, path)


def test_what_keeps_the_database_is_not_told_to_everybody(backend: Backend, tmp_path: Path) -> None:
    with unreachable(backend, tmp_path) as api:
        detail = assert_not_ready(api, "/readyz")
    for secret in ("sqlalche.me", "psycopg", "sqlite3.", str(tmp_path), "nobody"):
        assert secret not in detail
    assert "\n" not in detail
