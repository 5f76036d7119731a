"""How a server is asked: over and over, by a client that is alone, or in short bursts by wrk."""

import signal
import socket
import subprocess
import time
from http import HTTPStatus
from itertools import count
from math import inf
from pathlib import Path
from statistics import median
from typing import NamedTuple

import httpx
from httptools import HttpResponseParser

from tests.programs import WRK

LIMIT = 5.0
"""Seconds after which an answer is waited for no longer."""
MANY = 16
"""Connections, where it is measured how many answers come in a second."""

_WHILE = 0.06
"""Seconds for which a client that is alone asks."""
_BURST = 0.1
"""Seconds of a burst; less than this wrk does not know."""
_LONGEST = 1.0
"""Seconds to which a burst may be drawn out for many to have answers."""
_AT_ONCE = 1 << 18
_SCRIPT = Path(__file__).with_name("asking.lua")
_marks = count(time.time_ns() // 1_000_000)


class Way(NamedTuple):
    """Over how many connections something is asked, and whether it was asked before."""

    name: str
    connections: int
    again: bool

    @property
    def rate(self) -> str:
        """What answers a second are called."""
        return f"{self.name}, a second"

    @property
    def p50(self) -> str:
        """What the milliseconds are called within which half of the answers come."""
        return f"{self.name}, ms"


AGAIN = Way("again", MANY, again=True)
FIRST = Way("first", MANY, again=False)
ALONE = Way("alone", 1, again=False)
AGAIN_ALONE = Way("again, alone", 1, again=True)
WAYS = (AGAIN, AGAIN_ALONE, FIRST, ALONE)


class Asked(NamedTuple):
    """Answers a second, and milliseconds within which half, and 99 of 100, of them came."""

    rate: float
    p50: float
    p99: float


def once(client: httpx.Client, path: str) -> float:
    """Ask once; tell the seconds that it took, or infinity if that is beyond the limit."""
    return _alone(client, path, 0).p50 / 1000


def warm(client: httpx.Client, path: str) -> None:
    """Ask in the very words in which it is asked again."""
    client.get(path, headers={"Accept-Encoding": "identity"}).raise_for_status()


def ask(
    client: httpx.Client, path: str, headers: dict[str, str], way: Way, probed: float
) -> Asked | None:
    """Ask for a while, or longer, if an answer takes as long as was found.

    Where a burst would have too few answers, many clients do not ask.
    """
    if way == ALONE:
        return _alone(client, path, _WHILE) if probed < inf else Asked(0, inf, inf)
    turn = probed * way.connections
    if 2 * turn >= _LONGEST:
        return None
    asked = burst(client, path, headers, way, max(_BURST, 2 * turn))
    time.sleep(turn)  # What was under way is not for the next one to wait for.
    return asked


def _alone(client: httpx.Client, path: str, lasts: float) -> Asked:
    """Ask again as soon as there is an answer, until so many seconds are over."""
    took: list[float] = []
    at = (client.base_url.host, client.base_url.port or 80)
    with socket.create_connection(at, LIMIT) as connection:
        while not took or sum(took) < lasts:
            took.append(_timed(connection, path))
    p99 = sorted(took)[len(took) * 99 // 100]
    return Asked(len(took) / sum(took), median(took) * 1000, p99 * 1000)


class _Answer:
    """An answer as far as it has come."""

    is_whole = False

    def on_message_complete(self) -> None:
        self.is_whole = True


def _timed(connection: socket.socket, path: str) -> float:
    # What reads answers in Python itself would be a tenth of what most pages take.
    unlike = f"Accept-Encoding: identity, unlike-{next(_marks)}"
    request = "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", unlike, "", ""]).encode()
    answer, begun = _Answer(), time.perf_counter()
    reading = HttpResponseParser(answer)
    connection.sendall(request)
    try:
        while not answer.is_whole:
            some = connection.recv(_AT_ONCE)
            assert some, f"{path}: the answer broke off"
            reading.feed_data(some)
    except TimeoutError:
        return inf
    took = time.perf_counter() - begun
    assert reading.get_status_code() == HTTPStatus.OK, f"{path}: {reading.get_status_code()}"
    return took


def burst(
    client: httpx.Client, path: str, headers: dict[str, str], way: Way, lasts: float
) -> Asked | None:
    """Ask for so many seconds; gives None if there was no answer in time."""
    named = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    asked = f"http://{client.base_url.host}:{client.base_url.port}{path}"
    options = ["-t1", f"-c{way.connections}", "-d60s", "--timeout", "60s", "-s", f"{_SCRIPT}"]
    command = [WRK.path(), *options, *named, asked, "--", "" if way.again else f"{next(_marks)}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        time.sleep(lasts)
        # It knows whole seconds only, but ends in order when it is interrupted.
        process.send_signal(signal.SIGINT)
        told, _ = process.communicate()
    return _read(told.decode(), path)


def _read(told: str, path: str) -> Asked | None:
    [line] = [line for line in told.splitlines() if line.startswith("result ")]
    requests, microseconds, p50, p99, errors = map(int, line.split()[1:])
    assert not errors, f"{path}: {errors} of {requests} answers failed"
    return Asked(requests / microseconds * 1e6, p50 / 1000, p99 / 1000) if requests else None
