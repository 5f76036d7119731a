"""How a server is asked: over and over by wrk, in short bursts; or once, if that takes long."""

import signal
import subprocess
import time
from itertools import count
from math import inf
from pathlib import Path
from typing import NamedTuple

import httpx

from tests.programs import WRK

LIMIT = 5.0
"""Seconds after which an answer is waited for no longer."""
MANY = 16
"""Connections, where it is measured how many answers come in a second."""

_LONGEST = 1.0
"""Seconds to which a burst may be drawn out for many to have answers."""
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


class Asked(NamedTuple):
    """Answers a second, and milliseconds within which half, and 99 of 100, of them came."""

    rate: float
    p50: float
    p99: float


def once(client: httpx.Client, path: str) -> float:
    """Ask once; tell the seconds that it took, or infinity if that is beyond the limit."""
    unlike = {"Accept-Encoding": f"identity, unlike-{next(_marks)}"}
    begun = time.perf_counter()
    try:
        answer = client.get(path, headers=unlike, timeout=LIMIT)
    except httpx.TimeoutException:
        return inf
    took = time.perf_counter() - begun
    assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:500]}"
    return took


def warm(client: httpx.Client, path: str) -> None:
    """Ask in the very words in which it is asked again."""
    client.get(path, headers={"Accept-Encoding": "identity"}).raise_for_status()


def ask(
    client: httpx.Client, path: str, headers: dict[str, str], way: Way, lasts: float, probed: float
) -> Asked | None:
    """Ask in a burst of so many seconds, or longer, if an answer takes as long as was found.

    Where a burst would have too few answers, a client that is alone asks once, and many do not.
    """
    turn = probed * way.connections
    if 2 * turn < max(lasts, _LONGEST * (way.connections > 1)):
        asked = burst(client, path, headers, way, max(lasts, 2 * turn))
        time.sleep(turn)  # What was under way is not for the next one to wait for.
        if asked:
            return asked
    if way.connections > 1:
        return None
    took = inf if probed == inf else once(client, path)
    return Asked(1 / took, took * 1000, took * 1000)


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
