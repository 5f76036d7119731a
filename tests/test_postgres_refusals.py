"""A Postgres that refuses something is said to, and is used again when it allows it."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.database import Database
from seeds.load import load
from tests.outages import (
    READ,
    assert_all_is_well,
    assert_not_ready,
    assert_read,
    key,
    put,
    until,
    wait_to_write,
)
from tests.processes import started
from tests.replication import Node, alone_with_seed
from tests.test_cli import environment

pytestmark = pytest.mark.slow


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


def end_connections(node: Node, role: str = "postgres") -> None:
    node.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        f" WHERE pid <> pg_backend_pid() AND usename = '{role}' AND datname = 'parley'"
    )


def test_one_that_may_only_be_read_is_read(node: Node, client: httpx.Client) -> None:
    node.ask("ALTER DATABASE parley SET default_transaction_read_only = on", "postgres")
    end_connections(node)
    until(lambda: client.get("/readyz").status_code == 200)
    for _ in range(2):
        assert_not_ready(put(client, "refused"), "cannot be written to")
        assert_read(client)
    node.ask("ALTER DATABASE parley RESET default_transaction_read_only", "postgres")
    wait_to_write(client, "accepted")


@pytest.fixture
def guest(node: Node, client: httpx.Client) -> Iterator[tuple[str, httpx.Client]]:
    """Give the URL with a password of a role without privileges, and a server that uses it."""
    rules = node.data / "pg_hba.conf"
    rules.write_text(f"local all guest scram-sha-256\n{rules.read_text('utf-8')}", "utf-8")
    for statement in (
        "CREATE ROLE guest LOGIN PASSWORD 'first'",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO guest",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO guest",
        "SELECT pg_reload_conf()",
    ):
        node.ask(statement)
    url = node.url.replace("postgres@", "guest:first@")
    with started(["parley", "serve"], url) as (_, served):
        served.headers["Authorization"] = client.headers["Authorization"]
        until(lambda: served.get("/readyz").status_code == 200)
        yield url, served
    node.ask("DROP OWNED BY guest")
    end_connections(node, "guest")
    node.ask("DROP ROLE guest")


@pytest.mark.parametrize(
    ("refuse", "allow"),
    [("PASSWORD 'second'", "PASSWORD 'first'"), ("CONNECTION LIMIT 0", "CONNECTION LIMIT -1")],
)
def test_one_that_lets_nobody_in_is_said_not_to_answer(
    node: Node, guest: tuple[str, httpx.Client], refuse: str, allow: str
) -> None:
    url, client = guest
    node.ask(f"ALTER ROLE guest {refuse}")
    end_connections(node, "guest")
    assert client.get("/healthz").status_code == 200
    for answer in (*map(client.get, ("/readyz", *READ)), put(client, "refused")):
        assert_not_ready(answer)
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    done = subprocess.run(
        command, env=environment(url), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 1
    assert done.stderr.startswith("The database does not answer.\n")
    assert "Traceback" not in done.stderr
    node.ask(f"ALTER ROLE guest {allow}")
    assert_all_is_well(client, f"guest-{allow.partition(' ')[0].lower()}")


def test_one_that_forbids_to_write_is_read(node: Node, guest: tuple[str, httpx.Client]) -> None:
    _, client = guest
    node.ask("REVOKE INSERT ON changes FROM guest")
    assert_not_ready(put(client, "forbidden"), "does not allow it")
    assert_read(client)
    node.ask("GRANT INSERT ON changes TO guest")
    assert put(client, "forbidden").status_code == 201


def test_one_that_lets_too_few_in_is_busy(node: Node, guest: tuple[str, httpx.Client]) -> None:
    _, client = guest
    node.ask("ALTER ROLE guest CONNECTION LIMIT 3")
    paths = [f"/v1/meetings?limit={number + 1}" for number in range(60)]
    with ThreadPoolExecutor(20) as threads:
        statuses = {answer.status_code for answer in threads.map(client.get, paths)}
    assert 200 in statuses <= {200, 503}
    node.ask("ALTER ROLE guest CONNECTION LIMIT -1")
    assert_all_is_well(client, "let-in")


def test_one_that_is_made_anew_is_another_one(node: Node, client: httpx.Client) -> None:
    before = client.get("/v1/meetings")
    node.ask("DROP DATABASE parley WITH (FORCE)", "postgres")
    for answer in (*map(client.get, ("/readyz", *READ)), put(client, "lost")):
        assert_not_ready(answer)
    node.ask("CREATE DATABASE parley", "postgres")
    assert_not_ready(client.get("/readyz"), "run `parley migrate`")
    for answer in (*map(client.get, READ), put(client, "lost")):
        assert_not_ready(answer, "has no tables")
    database = Database(node.url)
    database.migrate()
    load(database)
    database.engine.dispose()
    client.headers.update(key(node.url, "ben"))
    assert_all_is_well(client, "found")
    known = {"If-None-Match": before.headers["ETag"]}
    assert client.get("/v1/meetings", headers=known).status_code == 200
