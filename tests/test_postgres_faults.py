"""A Postgres that is lost, restarted or hangs is said to be, and used again when it can be."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import partial

import httpx
import psycopg
import pytest
from sqlalchemy import event

from tests.outages import READ, assert_all_is_well, assert_not_ready, damage, key, put, until
from tests.processes import started
from tests.replication import Node, alone_with_seed
from tests.serving import serving
from tests.test_cli import environment

pytestmark = pytest.mark.slow

MOST_SECONDS_WHILE_IT_HANGS = 20


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    """A Postgres with the seed, which can be made to fail."""
    with alone_with_seed() as node:
        yield node


@pytest.fixture(scope="module")
def client(node: Node) -> Iterator[httpx.Client]:
    """Somebody with a key, at a server that goes on whatever happens."""
    authorization = key(node.url, "ann")
    with started(["parley", "serve"], node.url) as (_, client):
        client.headers.update(authorization)
        yield client


def test_one_that_is_lost_is_said_and_used_again_when_it_is_back(
    node: Node, client: httpx.Client
) -> None:
    assert put(client, "before").status_code == 201
    node.crash()
    assert client.get("/healthz").status_code == 200
    for answer in (*map(client.get, ("/readyz", *READ)), put(client, "meanwhile")):
        assert_not_ready(answer)
    node.start()
    assert_all_is_well(client, "afterwards")
    assert client.get("/v1/people/before").status_code == 200
    assert client.get("/v1/people/meanwhile").status_code == 404


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


in_every_way = pytest.mark.parametrize("end", [Node.stop, Node.crash], ids=["fast", "immediate"])


@in_every_way
def test_what_is_under_way_when_it_restarts_is_refused(
    node: Node, client: httpx.Client, end: Callable[[Node], None]
) -> None:
    name = f"under-way-{end.__name__}"
    # What begins, or connects anew, would wait for the locks as well.
    assert_all_is_well(client, f"before-{name}")
    with closing(psycopg.connect(node.url)) as other, ThreadPoolExecutor(4) as threads:
        other.execute("LOCK TABLE members")
        other.execute("LOCK TABLE changes IN SHARE MODE")
        asked = ("/v1/meetings?limit=7", "/v1/counts?by=theme&by=month")
        refused = [threads.submit(client.get, path) for path in asked]
        refused.append(threads.submit(put, client, name))
        until(lambda: node.ask(_WAITING) == len(refused))
        end(node)
        for one in refused:
            assert_not_ready(one.result())
    node.start()
    assert_all_is_well(client, f"after-{name}")
    assert client.get(f"/v1/people/{name}").status_code == 404
    assert damage(node.url) == []


@in_every_way
def test_a_file_that_is_under_way_when_it_restarts_breaks_off_visibly(
    node: Node, client: httpx.Client, end: Callable[[Node], None]
) -> None:
    met: list[str] = []

    def restart(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "FROM meetings LEFT OUTER" in statement and not met:
            met.append(statement)
            end(node)
            node.start()

    with serving(node.url) as served:
        event.listen(served.engine, "before_cursor_execute", restart)
        with pytest.raises(httpx.RemoteProtocolError):
            served.client.get("/v1/records.ndjson", headers={"Accept-Encoding": "identity"})
        assert met
        assert served.client.get("/v1/records.ndjson").text.count("\n") >= 342
    until(lambda: client.get("/readyz").status_code == 200)


_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@contextmanager
def hanging(node: Node) -> Iterator[None]:
    """Let all processes of a server stand still: it takes what is sent, and answers nothing."""
    with closing(psycopg.connect(node.url)) as own:
        found = own.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        first_line = (node.data / "postmaster.pid").read_text("utf-8").partition("\n")[0]
        stopped = [int(first_line), *(pid for (pid,) in found)]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def test_one_that_hangs_is_given_up_in_time(node: Node, client: httpx.Client) -> None:
    def timed(ask: Callable[[], httpx.Response]) -> Future[tuple[httpx.Response, float]]:
        def asked() -> tuple[httpx.Response, float]:
            begun = time.monotonic()
            return ask(), time.monotonic() - begun

        return threads.submit(asked)

    with hanging(node), ThreadPoolExecutor(40) as threads:
        waiting = [timed(partial(client.get, path)) for path in ("/readyz", *READ) * 3]
        waiting.append(timed(partial(put, client, "meanwhile-it-hangs")))
        assert client.get("/healthz").status_code == 200
        for answer, seconds in (one.result() for one in waiting):
            assert answer.status_code == 503
            assert answer.json()["code"] in {"not_ready", "too_busy"}
            assert seconds < MOST_SECONDS_WHILE_IT_HANGS + 2
    assert_all_is_well(client, "after-it-hung")
    assert client.get("/v1/people/meanwhile-it-hangs").status_code == 404
