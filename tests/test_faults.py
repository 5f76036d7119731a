"""What fails is said, costs nothing that was acknowledged, and mends itself in the end."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import cast

import httpx
import pytest
from sqlalchemy import QueuePool, text

from app.database import Database
from app.errors import Remedy
from tests.api.conftest import LONG
from tests.databases import Backend
from tests.outages import (
    READ,
    WHY,
    assert_all_is_well,
    assert_not_ready,
    assert_read,
    damage,
    key,
    put,
    until,
)
from tests.processes import started
from tests.serving import serving
from tests.test_cli import environment, parley

pytestmark = pytest.mark.slow

only_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


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


SERVED = ("terms", "members", "documents", "calendar", "attendance", "names")


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM dataset", "The database lacks the row of the table dataset."),
        ("DROP TABLE names", "The database lacks the table names."),
        ("ALTER TABLE people DROP COLUMN note_en", "lacks in the table people: note_en."),
        *((f"DELETE FROM {one}", f"Nothing is in the table {one}.") for one in SERVED),
    ],
)
def test_without_what_it_needs_it_does_not_start_and_says_what_mends_it(
    seeded: Database, statement: str, said: str
) -> None:
    with seeded.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    done = parley(seeded, "serve")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert Remedy.REBUILD in done.stderr or Remedy.RESTORE in done.stderr
    assert done.stderr.count("\n") == 1
    if Remedy.REBUILD in done.stderr:
        assert parley(seeded, "rebuild").returncode == 0
        assert parley(seeded, "check").returncode == 0


@contextmanager
def limited(process: int, kind: int, most: int) -> Iterator[None]:
    """Let a process have no more of something than this."""
    before = resource.prlimit(process, kind)
    resource.prlimit(process, kind, (most, before[1]))
    try:
        yield
    finally:
        resource.prlimit(process, kind, before)


def test_who_runs_out_of_open_files_says_so_and_goes_on(seeded: Database) -> None:
    headers = key(seeded.url, "ann")
    with started(["parley", "serve"], seeded.url) as (process, client):
        client.headers.update(headers)
        until(lambda: client.get("/readyz").status_code == 200)
        assert put(client, "before").status_code == 201
        used = len(list(Path(f"/proc/{process}/fd").iterdir()))
        statuses: Counter[int] = Counter()

        def ask(number: int) -> None:
            # Who is not let in at once waits, or is told by the connection that nobody listens.
            with suppress(httpx.TransportError):
                if number % 5:
                    answer = client.get(f"/v1/meetings?limit={number + 1}", timeout=2)
                else:
                    answer = client.post("/v1/imports", params=WHY, content=people(3), timeout=2)
                statuses[answer.status_code] += 1

        client.headers["Content-Type"] = "application/x-ndjson"
        for room in (1, 3, 6):
            most = used + room
            with (
                limited(process, resource.RLIMIT_NOFILE, most),
                ThreadPoolExecutor(12) as threads,
            ):
                list(threads.map(ask, range(48)))
        assert set(statuses) <= {200, 503}, statuses
        assert_all_is_well(client, "afterwards")
    assert damage(seeded.url) == []


def people(number: int) -> bytes:
    """Give lines of people, each half a kilobyte long."""
    named = {"en": "A" * 120, "zh": "某" * 60}
    lines = [{"type": "person", "id": f"person-{one}", "name": named} for one in range(number)]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_without_room_for_what_is_put_aside_an_import_is_refused(seeded: Database) -> None:
    headers = key(seeded.url, "ann") | {"Content-Type": "application/x-ndjson"}
    with started(["parley", "serve"], seeded.url) as (process, client):
        client.headers.update(headers)
        until(lambda: client.get("/readyz").status_code == 200)
        with limited(process, resource.RLIMIT_FSIZE, 100_000):
            answer = client.post("/v1/imports", params=WHY, content=people(1000))
            assert_not_ready(answer, "The disk is full.")
            assert_read(client)
        assert client.get("/v1/people/person-1").status_code == 404
        answer = client.post("/v1/imports", params=WHY, content=people(1000))
        assert answer.json()["counts"]["people"]["created"] == 1000
    assert damage(seeded.url) == []


@pytest.mark.parametrize("asked", ["an import", "a count"])
def test_who_goes_away_in_the_middle_of_a_request_leaves_nothing(
    seeded: Database, asked: str
) -> None:
    headers, content = key(seeded.url, "ann"), people(1000)
    begun = {
        "an import": b"POST /v1/imports?reason=x HTTP/1.1\r\nHost: x\r\n"
        + f"Authorization: {headers['Authorization']}\r\n".encode()
        + b"Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n" % len(content)
        + content[: len(content) // 2],
        "a count": b"GET /v1/counts?by=person&by=month HTTP/1.1\r\nHost: x\r\n\r\n",
    }[asked]
    with serving(seeded.url) as served:
        url, pool = served.client.base_url, cast("QueuePool", served.engine.pool)
        for _ in range(30):
            with socket.create_connection((url.host, url.port or 0)) as client:
                client.sendall(begun)
        until(lambda: pool.checkedout() == 0)
        assert served.client.get("/v1/people/person-1").status_code == 404
        served.client.headers.update(headers | {"Content-Type": "application/x-ndjson"})
        assert served.client.post("/v1/imports", params=WHY, content=content).status_code == 200
    assert damage(seeded.url) == []
