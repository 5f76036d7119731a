"""A client that is slow, or sends too much, is told so or cut off; nobody else notices."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise

import orjson
import pytest

from app.database import Database
from app.limits import Limits
from app.records import keys
from tests.api.conftest import LONG
from tests.serving import Served, serving

pytestmark = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
SECONDS = 0.5
HEAD = b"GET /v1/dataset HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def impatient(seeded: Database) -> Iterator[Served]:
    """A server that waits for half a second."""
    with serving(seeded.url, client_time_limit=SECONDS) as served:
        yield served


@contextmanager
def connected(served: Served) -> Iterator[socket.socket]:
    url = served.client.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        yield connection


def told(connection: socket.socket) -> tuple[bytes, dict[str, object]]:
    """Read to the end; give the status and the problem."""
    received = b""
    while part := connection.recv(65536):
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower()
    return head.split()[1], orjson.loads(body)


def is_cut_off(connection: socket.socket, parts: list[bytes], pause: float = 0) -> bool:
    """Send these one after the other; tell whether the server closed before the last."""
    for part in parts:
        try:
            connection.sendall(part)
        except (BrokenPipeError, ConnectionResetError):
            return True
        time.sleep(pause)
    return False


@pytest.mark.parametrize("begun", [b"G", b"GET /v1/meetings?q=", HEAD, HEAD + b"Cookie: "])
def test_a_head_that_does_not_come_whole_is_not_waited_for(impatient: Served, begun: bytes) -> None:
    with connected(impatient) as slow:
        slow.sendall(begun)
        status, problem = told(slow)
    assert (status, problem["code"]) == (b"408", "too_slow")
    assert "0.5 s" in str(problem["detail"])


def test_a_head_that_comes_little_by_little_is_not_waited_for(impatient: Served) -> None:
    begun = time.monotonic()
    with connected(impatient) as slow:
        assert is_cut_off(slow, ([HEAD, *[b"a"] * 100]), SECONDS / 10)
    assert time.monotonic() - begun < 10 * SECONDS


def test_whoever_connects_and_says_nothing_is_cut_off(impatient: Served) -> None:
    with connected(impatient) as silent:
        assert silent.recv(1) == b""


def test_who_asks_again_on_a_connection_may_wait_with_that(impatient: Served) -> None:
    with connected(impatient) as patient:
        for _ in range(2):
            patient.sendall(HEAD + b"\r\n")
            assert patient.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(2 * SECONDS)


@pytest.mark.parametrize(
    ("headers", "behind"),
    [(b"", b"\r\n"), (b"Content-Length: 99\r\n", b"x")],
    ids=["an empty line", "a body of no use"],
)
def test_what_comes_behind_an_answer_keeps_no_connection_open(
    impatient: Served, headers: bytes, behind: bytes
) -> None:
    with connected(impatient) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\n" + headers + b"\r\n")
        received = b""
        while not received.endswith(b"}") and (part := idle.recv(65536)):
            received += part
        assert received.startswith(b"HTTP/1.1 200")
        begun = time.monotonic()
        idle.sendall(behind)
        assert idle.recv(1) == b""
    assert time.monotonic() - begun < 6 * SECONDS


def test_a_request_behind_a_large_body_has_a_head_of_its_own(seeded: Database) -> None:
    first = b"POST /v1/imports HTTP/1.1\r\nContent-Length: 1900\r\n\r\n" + b"x" * 1900
    head = b"GET /healthz HTTP/1.1\r\nConnection: close\r\nCookie: " + b"x" * 1500
    with serving(seeded.url, head_limit=2000) as served, connected(served) as both:
        both.sendall(first + head[:100])
        time.sleep(0.1)
        both.sendall(head[100:] + b"\r\n\r\n")
        received = b""
        while part := both.recv(65536):
            received += part
    assert b"HTTP/1.1 200 OK" in received


def test_nothing_is_said_within_an_answer(long: Served) -> None:
    url = long.engine.url.render_as_string(hide_password=False)
    with serving(url) as served, connected(served) as two:
        two.sendall(b"GET /v1/meetings.ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
        received = two.recv(1000)
        two.sendall(b"GRAB / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionResetError):
            while part := two.recv(1_000_000):
                received += part
    assert b" 400 " not in received
    assert b"bad_request" not in received


def test_no_more_are_let_in_than_may_be(seeded: Database) -> None:
    with serving(seeded.url, connections_limit=3) as served, ExitStack() as open_ones:
        assert served.client.get("/healthz").status_code == 200
        for _ in range(2):
            open_ones.enter_context(connected(served))
        with connected(served) as another:
            status, problem = told(another)
        assert (status, problem["code"]) == (b"503", "too_busy")
        assert "3 at most" in str(problem["detail"])
        assert served.client.get("/healthz").status_code == 200
        open_ones.close()
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with connected(served) as later:
                later.sendall(b"GET /healthz HTTP/1.1\r\n\r\n")
                if later.recv(12) == b"HTTP/1.1 200":
                    break
        else:
            pytest.fail("nobody is let in any more")


def test_a_body_that_does_not_come_whole_is_not_waited_for(
    impatient: Served, seeded: Database
) -> None:
    with seeded.write() as session:
        secret = keys.create(session, "ann")
    with connected(impatient) as slow:
        slow.sendall(
            b"PUT /v1/people/x?reason=x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
            b"If-None-Match: *\r\nAuthorization: Bearer " + secret.encode() + b"\r\n\r\n{"
        )
        status, problem = told(slow)
    assert (status, problem["code"]) == (b"408", "too_slow")
    assert impatient.client.get("/v1/people/x").status_code == 404


def test_whoever_does_not_take_a_page_is_cut_off(long: Served) -> None:
    url = long.engine.url.render_as_string(hide_password=False)
    with serving(url, client_time_limit=SECONDS) as served, connected(served) as slow:
        slow.sendall(b"GET /v1/meetings HTTP/1.1\r\nHost: x\r\n\r\n")
        received = len(slow.recv(1))
        time.sleep(3 * SECONDS)
        try:
            while part := slow.recv(65536):
                received += len(part)
        except ConnectionResetError:
            pass
        assert received < LONG
        assert served.client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    "head",
    [
        b"GET /v1/meetings?q=%b HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nCookie: %b\r\n\r\n",
    ],
)
@pytest.mark.parametrize("cuts", [[], [500, 1500]], ids=["at once", "in parts"])
def test_a_head_that_is_too_large_is_refused(
    seeded: Database, head: bytes, cuts: list[int]
) -> None:
    most = 2000
    with serving(seeded.url, head_limit=most) as served:
        with connected(served) as large:
            whole = head % (b"x" * most)
            for begin, end in pairwise([0, *cuts, len(whole)]):
                large.sendall(whole[begin:end])
                time.sleep(0.05)
            status, problem = told(large)
        assert (status, problem["code"]) == (b"431", "too_large")
        assert "2,000 bytes" in str(problem["detail"])
        with connected(served) as fitting:
            fitting.sendall(head % (b"x" * (most - 200)))
            assert b" 431 " not in fitting.recv(100)


def test_a_head_without_an_end_is_refused_before_it_fills_the_memory(impatient: Served) -> None:
    with connected(impatient) as endless:
        assert is_cut_off(endless, [HEAD + b"Cookie: ", *[b"x" * Limits().head_limit] * 1000])
