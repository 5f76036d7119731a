"""How the load asks: each answer is held to what is promised of all answers."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx

from tests.soaking.tally import Tally

Params = dict[str, Any]

_REVISION = re.compile(r'\.(\d+)\.[0-9a-f]{16}(-\w+)?"')
_PROBLEM = "application/problem+json"
# A connection is used again for as long as the server keeps it, lest another worker take the next.
_ONE = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=60)
_TO_TRY_AGAIN = {"too_busy", "not_ready"}
_NOT_TO_TRY_AGAIN = {"time_limit_exceeded"}
_SECONDS_FOR_A_PAIR = 60


class NoAnswer(Exception):
    """What was asked was refused for now, or was answered as it must not be: that is noted."""


class Asker:
    """Asks over one connection, and so one worker for as long as that lasts."""

    def __init__(self, address: httpx.URL, tally: Tally, secret: str = "") -> None:
        self.tally = tally
        key = {"Authorization": f"Bearer {secret}"} if secret else {}
        self.client = httpx.Client(base_url=address, timeout=60, limits=_ONE, headers=key)
        self.worker = ""
        """Who answered last: those who name requests begin all names alike."""

    def ask(
        self, kind: str, path: str, *expected: int, method: str = "GET", **how: Any
    ) -> httpx.Response:
        """Ask, and give an answer with one of the expected statuses, 200 unless they are told.

        Raises:
            NoAnswer: there is none.
        """
        with self.stream(kind, path, *expected, method=method, **how) as answer:
            answer.read()
        return answer

    @contextmanager
    def stream(
        self, kind: str, path: str, *expected: int, method: str = "GET", **how: Any
    ) -> Iterator[httpx.Response]:
        """Ask for an answer of which the block reads as much as it wants.

        Raises:
            NoAnswer: there is none.
        """
        begun, newest = time.perf_counter(), self.tally.revision
        outcome = "broken"
        try:
            with self.client.stream(method, path, **how) as answer:
                outcome = str(answer.status_code)
                self.worker = answer.headers.get("X-Request-ID", "")[:20]
                if answer.status_code not in (expected or (200,)):
                    answer.read()
                    self._explain(kind, answer)
                self._compare(answer, newest)
                yield answer
        except httpx.TransportError as error:
            self.tally.blame(f"{kind}: {method} {path}: {error!r}")
            raise NoAnswer from error
        finally:
            self.tally.note(kind, outcome, time.perf_counter() - begun)

    def _compare(self, answer: httpx.Response, newest: int) -> None:
        """Hold an answer to what was committed before it was asked for."""
        if found := _REVISION.search(answer.headers.get("ETag", "")):
            revision = int(found[1])
            self.tally.show(revision)
            if revision < newest:
                self.tally.blame(f"{answer.url}: shows {revision}, when {newest} was known")

    def _explain(self, kind: str, answer: httpx.Response) -> None:
        """Tell a 503 that is as it is promised from an answer that must not be."""
        with suppress(ValueError, KeyError):
            code = answer.json()["code"]
            may_try = "Retry-After" in answer.headers
            as_promised = code in (_TO_TRY_AGAIN if may_try else _NOT_TO_TRY_AGAIN)
            if answer.status_code == 503 and as_promised and _is_problem(answer):
                self.tally.refuse(kind, code)
                raise NoAnswer
        asked = f"{kind}: {answer.request.method} {answer.url}"
        self.tally.blame(f"{asked}: {answer.status_code} {answer.text[:500]}")
        raise NoAnswer


def _is_problem(answer: httpx.Response) -> bool:
    return bool(answer.headers.get("Content-Type") == _PROBLEM)


@contextmanager
def asking(address: httpx.URL, tally: Tally, secret: str = "") -> Iterator[Asker]:
    """Ask until the end of the block."""
    asker = Asker(address, tally, secret)
    with asker.client:
        yield asker


@contextmanager
def pair(address: httpx.URL, tally: Tally, secret: str = "") -> Iterator[tuple[Asker, Asker]]:
    """Ask two workers until the end of the block.

    Raises:
        TimeoutError: only one takes connections.
    """
    deadline = time.monotonic() + _SECONDS_FOR_A_PAIR
    with ExitStack() as stack:
        first = stack.enter_context(asking(address, tally, secret))
        first.ask("health", "/healthz")
        while time.monotonic() < deadline:
            with ExitStack() as trying:
                second = trying.enter_context(asking(address, tally, secret))
                second.ask("health", "/healthz")
                if second.worker != first.worker:
                    stack.enter_context(trying.pop_all())
                    yield first, second
                    return
        raise TimeoutError
