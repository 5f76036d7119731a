"""What the page for those who run Parley says is so."""

import os
import re
import subprocess
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from app import SERVING
from app.database import Database
from app.engines import SECONDS_TO_WAIT_FOR_A_LOCK
from app.errors import Remedy
from app.records.audit import audit
from tests.records.travelling import exported
from tests.replication import alone_with_seed
from tests.test_postgres_faults import MOST_SECONDS_WHILE_IT_HANGS

PAGE = (Path(__file__).parent.parent.parent / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_is_served(api: httpx.Client) -> None:
    assert "<h1>Operations</h1>" in api.get("/operations").text


def test_what_has_begun_has_as_long_as_it_says() -> None:
    assert f"within {SERVING['timeout_graceful_shutdown']} s; nothing new is taken" in PAGE


def test_what_hangs_is_given_up_as_soon_as_it_says() -> None:
    assert f"503 within {MOST_SECONDS_WHILE_IT_HANGS} s;" in PAGE


def test_who_waits_for_another_writer_waits_as_long_as_it_says() -> None:
    assert f"a write waits up to {SECONDS_TO_WAIT_FOR_A_LOCK} s, then 503" in PAGE
    assert f"it waits up to {SECONDS_TO_WAIT_FOR_A_LOCK} s, and then gives up" in PAGE


@pytest.mark.slow
def test_a_copy_of_a_postgres_comes_back_as_it_says(tmp_path: Path) -> None:
    [commands] = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    with alone_with_seed() as node:
        database = Database(node.url)
        path = f"{node.binaries}:{os.environ['PATH']}"
        environment = {"PATH": path, "PGHOST": f"{node.sockets}", "PGUSER": "postgres"}
        subprocess.run(["sh", "-ec", commands], env=environment, cwd=tmp_path, check=True)
        url = make_url(node.url).set(database="parley_restored")
        restored = Database(url.render_as_string(hide_password=False))
        restored.check_ready()
        assert exported(restored) == exported(database)
        with restored.read() as session:
            assert [one for one in audit(session) if one.remedy != Remedy.CITE] == []
        for one in (database, restored):
            one.engine.dispose()
