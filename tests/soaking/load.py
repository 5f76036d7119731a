"""The mixed load: who takes part in it, for how long, and what is left to compare afterwards."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from random import Random
from typing import Any

import httpx

from tests.soaking.asking import NoAnswer, asking, pair
from tests.soaking.curating import CONTENDED, NEW, Curator
from tests.soaking.exporting import Exporter, crowd, rush
from tests.soaking.following import Follower
from tests.soaking.hostile import Intruder
from tests.soaking.importing import Importer
from tests.soaking.ledger import WHY, Ledger, check
from tests.soaking.reading import Reader
from tests.soaking.tally import Tally
from tests.soaking.world import world

Step = Callable[[], Any]

_READERS, _LOOKERS, _EXPORTERS, _CURATORS = 3, 2, 2, 2
_FULL = 80_000_000
"""Bytes of answers: more than a worker keeps of them."""
_AT_ONCE, _TRIES = 8, 5


@dataclass(frozen=True)
class Site:
    """Where the server is, and with which key it is written to."""

    address: httpx.URL
    secret: str


class Load:
    """Everybody who asks at once, each in a thread of their own, until a time."""

    def __init__(self, site: Site, tally: Tally, stack: ExitStack) -> None:
        self._site, self._stack, self._tally = site, stack, tally
        self.address = site.address
        self.world = world(self._alone())
        self._contend()
        self.follower = Follower(self._two(), self.world, Random(0))
        self._curators = [Curator(self._two(), f"c{one}", Random(one)) for one in range(_CURATORS)]
        self._labeller = Curator(self._two(), "labels", Random(20))
        self._importer = Importer(self._two(), "files", Random(30))

    def _alone(self) -> Any:
        return self._stack.enter_context(asking(self._site.address, self._tally))

    def _two(self) -> Any:
        return self._stack.enter_context(pair(self._site.address, self._tally, self._site.secret))

    def _contend(self) -> None:
        first, _ = self._two()
        name = {"en": "Contended", "zh": "争"}
        record = {"id": CONTENDED.rpartition("/")[2], "name": name}
        first.ask("create", CONTENDED, 201, method="PUT", json=record, headers=NEW, params=WHY)

    def run(self, seconds: float) -> None:
        """Let all of them do what they do, for so long."""
        until = time.monotonic() + seconds
        steps = list(self._steps())
        with ThreadPoolExecutor(len(steps)) as threads:
            running = [threads.submit(_repeat, *one, until) for one in steps]
        _raise(running)

    def _steps(self) -> Iterator[tuple[Step, float]]:
        """Give what is done again and again, with the seconds of a pause after each time."""
        for number in range(_READERS):
            yield Reader(self._alone(), self.world, Random(100 + number)).read, 0.05
        for number in range(_LOOKERS):
            yield Reader(self._alone(), self.world, Random(200 + number)).look, 0.2
        for number in range(_EXPORTERS):
            yield Exporter(self._alone(), self.world, Random(300 + number)).take, 0.5
        for one in self._curators:
            yield one.write, 0.2
        yield lambda: self._labeller.relabel(self.world), 3
        yield self._importer.take_in, 3
        yield self.follower.follow, 0.2
        address, secret = self.address, self._site.secret
        yield Intruder(address, self._tally, secret, Random(400)).intrude, 0.2
        yield lambda: crowd(address, self._tally), 15

    def ledgers(self) -> list[Ledger]:
        """Give what was acknowledged to each writer."""
        curators = (*self._curators, self._labeller)
        return [*(one.ledger for one in curators), self._importer.ledger]

    def settle(self) -> None:
        """Read everything that was acknowledged, from either worker, and the feed to its end."""
        askers = cycle(self._two())
        for ledger in self.ledgers():
            for entry in ledger.entries.values():
                _insist(self._tally, partial(check, next(askers), entry, "acknowledged"))
        version = next(askers).ask("acknowledged", CONTENDED).json()["version"]
        if version != 1 + self._tally.contended:
            self._tally.blame(f"{self._tally.contended} writes made it version {version}")
        while _insist(self._tally, self.follower.follow):
            pass


def _insist(tally: Tally, step: Step) -> Any:
    """Ask again what was not answered for now, so that nothing is left out."""
    for _ in range(_TRIES):
        with suppress(NoAnswer):
            return step()
    return tally.blame(f"in {_TRIES} tries there was no answer to {step}")


def _repeat(step: Step, pause: float, until: float) -> None:
    while time.monotonic() < until:
        with suppress(NoAnswer):
            step()
        time.sleep(max(0, min(pause, until - time.monotonic())))


def _raise(running: list[Future[None]]) -> None:
    for one in running:
        one.result()


def fill(address: httpx.URL, tally: Tally) -> None:
    """Ask for more answers than workers keep, and for as many files at once as they send.

    So the most that they may need is known before the load begins.
    """
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        filling = [threads.submit(_fill, address, tally, number) for number in range(_AT_ONCE)]
    _raise(filling)
    rush(address, tally)


def _fill(address: httpx.URL, tally: Tally, number: int) -> None:
    with pair(address, tally) as two:
        for asker in two:
            received = 0
            while received < _FULL // _AT_ONCE:
                # No two of these answers are the same.
                number += _AT_ONCE
                path = f"/v1/meetings?limit={1000 - number % 900}&total=none&date_to=2025"
                answer = asker.ask("fill", path, headers={"Accept-Encoding": "identity"})
                received += len(answer.content)


@contextmanager
def load(site: Site, tally: Tally) -> Iterator[Load]:
    """Gather everybody, until the end of the block, after which no connection of theirs is open."""
    with ExitStack() as stack:
        yield Load(site, tally, stack)
