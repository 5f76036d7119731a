"""A log has a line for each request, for programs or for people, and no secret."""

import logging
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.database import Database
from app.logs import configuration, formatter, shown_address
from app.records import keys
from tests.processes import logging_to
from tests.test_cli import environment

AS_IT_IS = {"Accept-Encoding": "identity"}
HALF_OF_AN_IMPORT = (
    "POST /v1/imports?reason=x HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
    "Content-Type: text/csv\r\nAuthorization: Bearer {}\r\n\r\nda"
)
SECRET = "parley_" + "x" * 43
SECRETS = (
    SECRET,
    "PARLEY%5F" + "x" * 43,
    "z" * 460 + "&k=" + SECRET,
    "postgresql%3A%2F%2Fann%3Axxxxxxxx%40db",
    "postgresql://db/parley?user=ann&password=xxxxxxxx",
)
"""Values of `q` that somebody may send by mistake."""
FORGED = ("/a://?b@c", "/a://x:?b@c", "/%22%7D%0a?%22@")
TRACED = "postgresql://parley:hunter2@db.example/parley"

only_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)


@pytest.fixture
def record() -> logging.LogRecord:
    """An event with a key, a password and a traceback."""
    fault = (ValueError, ValueError(TRACED), None)
    made = logging.LogRecord("parley", logging.ERROR, "", 1, "%s fails", (TRACED,), fault)
    made.query = f"key={SECRET}"
    return made


def logged(file: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in file.read_text("utf-8").splitlines()]


def requests(file: Path) -> list[dict[str, Any]]:
    return [one for one in logged(file) if one["event"] == "request"]


def test_each_request_is_a_line_with_its_id(seeded: Database, tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", seeded.url) as client:
        client.get("/healthz")
        answer = client.get("/v1/meetings", params={"country": "俄罗斯"}, headers=AS_IT_IS)
        client.get("/v1/meetings/nowhere")
    found, missed = requests(tmp_path / "log")
    assert found["request_id"] == answer.headers["X-Request-ID"]
    assert found["bytes"] == len(answer.content)
    assert 0 < found["seconds"] < 10
    told = {name: found.get(name) for name in ("level", "method", "path", "query", "route")}
    assert told == {
        "level": "info",
        "method": "GET",
        "path": "/v1/meetings",
        "query": "country=%E4%BF%84%E7%BD%97%E6%96%AF",
        "route": "/v1/meetings",
    }
    assert (missed["route"], missed["status"]) == ("/v1/meetings/{id}", 404)
    assert missed["problem"] == "not_found"


@pytest.mark.slow
@only_sqlite
@pytest.mark.parametrize(
    ("shown", "address"), [("none", None), ("network", "127.0.0.0/24"), ("full", "127.0.0.1")]
)
def test_of_addresses_as_much_is_logged_as_is_set(
    seeded: Database, tmp_path: Path, shown: str, address: str | None
) -> None:
    with logging_to(tmp_path / "log", seeded.url, PARLEY_LOG_ADDRESSES=shown) as client:
        client.get("/v1/dataset")
    assert [one.get("client") for one in requests(tmp_path / "log")] == [address]
    if shown == "none":
        assert "127.0.0.1:" not in (tmp_path / "log").read_text("utf-8").replace("http://127", "")


def test_networks_of_ipv6_are_those_of_a_place() -> None:
    assert shown_address("2001:db8:aaaa:bbbb::1", "network") == "2001:db8:aaaa::/48"
    assert shown_address("a-proxy", "network") is None
    assert shown_address("a-proxy", "full") == "a-proxy"


@only_sqlite
def test_a_fault_is_logged_with_its_request_and_its_trace(seeded: Database, tmp_path: Path) -> None:
    with seeded.write() as session:
        session.connection().exec_driver_sql("UPDATE members SET numbers = x'00'")
    with logging_to(tmp_path / "log", seeded.url) as client:
        answer = client.get("/v1/meetings")
        assert answer.status_code == 500
    of_it = [
        one
        for one in logged(tmp_path / "log")
        if one.get("request_id") == answer.headers["X-Request-ID"]
    ]
    assert {one["level"] for one in of_it} == {"info", "error"}
    assert any("Traceback" in one.get("exception", "") for one in of_it)


@only_sqlite
def test_a_client_that_goes_away_is_no_fault(seeded: Database, tmp_path: Path) -> None:
    with seeded.write() as session:
        secret = keys.create(session, "ann")
    with logging_to(tmp_path / "log", seeded.url) as client:
        client.get("/readyz")
        address = (client.base_url.host, client.base_url.port or 80)
        with socket.create_connection(address) as leaving:
            leaving.sendall(HALF_OF_AN_IMPORT.format(secret).encode())
            time.sleep(0.5)
        client.get("/v1/dataset")
    left, _ = requests(tmp_path / "log")
    assert (left["status"], left["problem"]) == (400, "bad_request")
    assert {one["level"] for one in logged(tmp_path / "log")} == {"info"}


@only_sqlite
def test_a_level_leaves_out_what_is_less(seeded: Database, tmp_path: Path) -> None:
    with seeded.write() as session:
        keys.create(session, "ann")
    with logging_to(tmp_path / "log", seeded.url, PARLEY_LOG_LEVEL="warning") as client:
        client.get("/v1/meetings")
        client.put("/v1/people/x", headers={"Authorization": f"Bearer {SECRET}"})
    [refused] = logged(tmp_path / "log")
    assert refused["level"] == "warning"
    assert refused["event"].startswith("refused a write")


@pytest.mark.parametrize("form", ["json", "pretty"])
def test_no_secret_comes_into_it(record: logging.LogRecord, form: Any) -> None:
    line = formatter(form).format(record)
    assert SECRET not in line
    assert "hunter2" not in line
    assert "parley_…" in line
    assert "://parley:…@db.example" in line


@only_sqlite
def test_what_is_asked_is_logged_without_secrets(seeded: Database, tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", seeded.url) as client:
        for secret in SECRETS:
            client.get(f"/v1/meetings?q={secret}")
        client.get("/v1/meetings", params={"key": SECRET})
    queries = [asked["query"] for asked in requests(tmp_path / "log")]
    assert len(queries) == len(SECRETS) + 1
    assert [query for query in queries if "xxxxxxxx" in query or "…" not in query] == []
    assert SECRET not in (tmp_path / "log").read_text("utf-8")


@only_sqlite
def test_a_line_stays_one_whatever_is_asked(seeded: Database, tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", seeded.url) as client:
        client.get("/v1/%0a%7B%22level%22:%22error%22%7D", params={"q": "\n{}\x1b[31m"})
        address = (client.base_url.host, client.base_url.port or 80)
        for target in FORGED:
            with socket.create_connection(address) as forging:
                forging.sendall(f"GET {target} HTTP/1.1\r\nConnection: close\r\n\r\n".encode())
                assert forging.recv(12) == b"HTTP/1.1 404"
    strange, *forged = requests(tmp_path / "log")
    assert strange["route"] == "other"
    assert [f"{asked['path']}?{asked['query']}" for asked in forged] == list(FORGED)
    assert "\x1b" not in (tmp_path / "log").read_text("utf-8")


@only_sqlite
def test_what_is_no_request_is_logged_by_its_id(seeded: Database, tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", seeded.url) as client:
        client.get("/readyz")
        address = (client.base_url.host, client.base_url.port or 80)
        with socket.create_connection(address) as strange:
            strange.sendall(b"GRAB / HTTP/1.1\r\n\r\n")
            answer = strange.recv(65536).decode()
    [noted] = requests(tmp_path / "log")
    assert f"x-request-id: {noted['request_id']}" in answer
    assert (noted["status"], noted["problem"]) == (400, "bad_request")


@only_sqlite
def test_people_are_shown_it_for_people(seeded: Database, tmp_path: Path) -> None:
    with logging_to(tmp_path / "log", seeded.url, PARLEY_LOG_FORMAT="pretty") as client:
        client.get("/v1/dataset")
    [line] = [
        one for one in (tmp_path / "log").read_text("utf-8").splitlines() if "request_id" in one
    ]
    assert not line.startswith("{")
    assert "/v1/dataset" in line


@only_sqlite
def test_a_word_that_is_no_format_stops_the_start(seeded: Database) -> None:
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve"]
    variables = environment(seeded.url) | {"PARLEY_LOG_FORMAT": "xml"}
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "PARLEY_LOG_FORMAT is “xml”; it may be auto, json, pretty\n"


def test_everything_that_is_logged_goes_the_same_way() -> None:
    asked = configuration("json", "info")
    assert asked["root"]["handlers"] == ["stderr"]
    assert {"parley", "uvicorn"} == asked["loggers"].keys()
