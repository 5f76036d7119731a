"""What fails is said, costs nothing that was acknowledged, and mends itself in the end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import event, text

from app.database import Database
from app.records import keys
from app.records.audit import audit
from tests.api.conftest import LONG, writable
from tests.databases import Backend
from tests.processes import started
from tests.replication import Node, alone_with_seed
from tests.serving import serving
from tests.test_cli import environment

pytestmark = pytest.mark.slow

only_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
READ = ("/v1/meetings?country=RU", "/v1/people/wang-xiaohong", "/v1/counts?by=theme", "/v1/dataset")
WHY = {"reason": "Tried by a test."}
PERSON = {"name": {"en": "Somebody", "zh": "某人"}}


def until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def put(client: httpx.Client, name: str) -> httpx.Response:
    record = PERSON | {"id": name}
    return client.put(f"/v1/people/{name}", params=WHY, json=record, headers={"If-None-Match": "*"})


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A Postgres with the seed, which can be made to fail."""
    with alone_with_seed() as node:
        yield node


def test_a_postgres_that_is_lost_is_said_and_used_again_when_it_is_back(node: Node) -> None:
    database = Database(node.url)
    with database.write() as session:
        secret = keys.create(session, "ann")
    database.engine.dispose()
    with started(["parley", "serve"], node.url) as (_, client):
        client.headers["Authorization"] = f"Bearer {secret}"
        assert put(client, "before").status_code == 201
        node.crash()
        assert client.get("/healthz").status_code == 200
        for answer in (*map(client.get, ("/readyz", *READ)), put(client, "meanwhile")):
            assert answer.status_code == 503, answer.url
            assert answer.json()["code"] == "not_ready"
            assert int(answer.headers["Retry-After"]) > 0
        node.start()
        until(lambda: client.get("/readyz").status_code == 200)
        assert [client.get(path).status_code for path in READ] == [200] * len(READ)
        assert client.get("/v1/people/before").status_code == 200
        assert client.get("/v1/people/meanwhile").status_code == 404
        assert put(client, "afterwards").status_code == 201


def test_without_its_database_it_does_not_start_and_says_why_in_a_sentence(node: Node) -> None:
    node.crash()
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    done = subprocess.run(
        command, env=environment(node.url), capture_output=True, text=True, check=False, timeout=60
    )
    node.start()
    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer.")
    assert "Traceback" not in done.stderr


@only_sqlite
def test_a_full_disk_is_said_and_leaves_nothing_half_written(seeded: Database) -> None:
    with writable(seeded) as client:
        # The database is as full as its file may become.
        pages = _pages(seeded)
        with serving(seeded.url) as served:
            served.client.headers["Authorization"] = client.headers["Authorization"]

            def limit(connection: Any, _record: object) -> None:
                connection.execute(f"PRAGMA max_page_count = {pages + 4}")

            event.listen(served.engine, "connect", limit)
            answers = [put(served.client, f"person-{number}") for number in range(200)]
            refused = [one for one in answers if one.status_code != 201]
            assert refused
            assert {one.status_code for one in refused} == {503}
            assert {one.json()["detail"] for one in refused} == {"The disk is full."}
            assert served.client.get(READ[0]).status_code == 200
        for number, answer in enumerate(answers):
            expected = 200 if answer.status_code == 201 else 404
            assert client.get(f"/v1/people/person-{number}").status_code == expected
        assert put(client, "later").status_code == 201
    with seeded.read() as session:
        assert not [
            one for one in audit(session) if "person-" not in one.what and "later" not in one.what
        ]
    assert seeded.damage() == []


def _pages(database: Database) -> int:
    with database.engine.connect() as connection:
        return int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())


@only_sqlite
def test_a_worker_that_is_killed_is_replaced_and_the_other_answers_meanwhile(
    seeded: Database,
) -> None:
    with started(["parley", "serve", "--workers", "2"], seeded.url) as (process, client):
        until(lambda: client.get("/readyz").status_code == 200)
        until(lambda: len(_workers(process)) == 2)
        killed = _workers(process)[0]
        os.kill(killed, signal.SIGKILL)
        answered = 0
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and (killed in _workers(process) or answered < 50):
            with suppress(httpx.TransportError):  # What the killed one was answering.
                assert client.get(READ[0]).status_code == 200
                answered += 1
        assert answered >= 50
        until(lambda: len(_workers(process)) == 2 and killed not in _workers(process))
        assert client.get(READ[0]).status_code == 200


def _workers(process: int) -> list[int]:
    """Find the processes that a server has started to answer."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, rest = status.read_text("utf-8").split(" ", 1)
            command = (status.parent / "cmdline").read_text("utf-8")
            if rest.rpartition(")")[2].split()[1] == str(process) and "spawn_main" in command:
                found.append(int(pid))
    return sorted(found)


def test_who_is_told_to_stop_ends_what_it_has_begun(backend: Backend) -> None:
    database = backend.seeded()
    with database.write() as session:
        session.execute(text("UPDATE documents SET json = json || :more"), {"more": " " * LONG})
    with started(["parley", "serve"], database.url) as (process, client):
        until(lambda: client.get("/readyz").status_code == 200)
        with client.stream(
            "GET", "/v1/meetings.ndjson", headers={"Accept-Encoding": "identity"}
        ) as answer:
            pieces = answer.iter_raw(65_536)
            received = len(next(pieces))
            os.kill(process, signal.SIGTERM)
            time.sleep(0.5)
            received += sum(map(len, pieces))
        assert received > 9 * LONG
        with pytest.raises(httpx.TransportError):
            httpx.get(f"{client.base_url}/healthz")
    backend.remove(database)


def test_of_several_that_migrate_at_once_each_succeeds(empty: Database) -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "migrate"]
    running = [
        subprocess.Popen(command, env=environment(empty), stderr=subprocess.PIPE) for _ in range(4)
    ]
    complaints = [one.communicate(timeout=120)[1] for one in running]
    assert [one.returncode for one in running] == [0] * 4, complaints
    empty.check_ready()
