"""A mixed load that lasts: nothing fails, nothing that was acknowledged is lost, nothing piles up.

How long it lasts is the environment's to say: PARLEY_TEST_SOAK_SECONDS, four minutes by default.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.database import Database
from app.records import keys
from seeds.generate import generate
from tests.databases import Backend
from tests.processes import started
from tests.records.travelling import exported
from tests.soaking import watching
from tests.soaking.following import differences, stored
from tests.soaking.load import Load, Site, fill, load
from tests.soaking.tally import Tally
from tests.soaking.watching import Memory, until

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("PARLEY_TEST_SOAK_SECONDS", "240"))
MEETINGS, WORKERS = 3000, 2
MOST_GROWTH = 30
"""Megabytes, of both workers together."""
PARTS, WARM = 4, 2
"""Into which the load is divided, and that of which the memory is compared with the last.

Each is at least as long as a worker waits until it gives back what is free: of a shorter one it
would be told how long ago that was."""
MOST_REFUSED = 1 / 100
"""Of all requests. Every quarter of a minute a crowd takes all turns of exports, and who wants one
then is refused: that is what turns are for. Nothing else should meet a limit, but where others use
the machine as well a write may wait for too long."""
KEPT = 5
"""Connections to the database that a worker keeps, beside the one for the newest state."""
SECONDS_TO_STOP = 35
"""The limit of what was begun, and a little for the processes to end."""

_PARLEY = str(Path(sys.executable).parent / "parley")
_LOGGING = ["/bin/sh", "-c", 'exec "$0" "$@" 2>"$PARLEY_TEST_LOG"', _PARLEY]


@dataclass(frozen=True)
class Held:
    """What workers hold open while nobody asks."""

    descriptors: Counter[str]
    connections: Counter[str]


@dataclass(frozen=True)
class Soaked:
    """A server that has been under load, and what is known of that."""

    database: Database
    server: int
    workers: list[int]
    held: Held
    """What was held before the load."""
    tally: Tally
    going: Load
    memory: list[float]
    """Megabytes in each part of the load."""
    log: Path


def test_what_is_promised_holds_under_a_mixed_load_that_lasts(
    backend: Backend, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    with soaked(backend, tmp_path / "log") as soak:
        sys.stdout.write("\n".join(["", *_table(soak), ""]))
        for holds in (
            no_answer_was_wrong,
            no_fault_was_logged,
            few_were_told_to_come_again,
            writes_were_read_through_other_workers,
            the_feed_leads_to_what_is_stored,
            memory_did_not_grow,
            no_worker_died_and_all_are_ready,
            nothing_stays_open,
            nothing_is_wrong_with_the_data,
            it_stops_when_it_is_told_to,
        ):
            with subtests.test(holds.__name__):
                holds(soak)


@contextmanager
def soaked(backend: Backend, log: Path) -> Iterator[Soaked]:
    """Put a server of a database of its own under load."""
    database, tally = backend.migrated(), Tally()
    secret = _filled(database)
    command = [*_LOGGING, "serve", "--workers", str(WORKERS)]
    of_test = {"PARLEY_METRICS": "true", "PARLEY_TEST_LOG": str(log)}
    with started(command, database.url, **of_test) as (server, client):
        site = Site(client.base_url, secret)
        assert until(lambda: _is_ready(site.address, server), 60), log.read_text("utf-8")
        workers = watching.workers(server)
        fill(site.address, tally)
        held, memory = _held(database, workers), Memory(workers)
        with memory.watched(), load(site, tally) as going:
            sizes = _run(going, memory)
            going.settle()
        yield Soaked(database, server, workers, held, tally, going, sizes, log)
    backend.remove(database)


def _table(soak: Soaked) -> Iterator[str]:
    yield from soak.tally.table()
    sizes = ", ".join(f"{size:.0f}" for size in soak.memory)
    yield f"MB of {WORKERS} workers, in each of {PARTS} parts: {sizes}"


def _filled(database: Database) -> str:
    """Fill a database with what is made up, and give the secret of a key."""
    for _ in generate(database, MEETINGS):
        pass
    with database.write() as session:
        secret = keys.create(session, "soak")
    database.settle()
    return secret


def _is_ready(address: httpx.URL, server: int) -> bool:
    try:
        is_ready = httpx.get(address.join("/readyz")).status_code == 200
    except httpx.TransportError:
        return False
    return is_ready and len(watching.workers(server)) == WORKERS


def _held(database: Database, workers: list[int]) -> Held:
    return Held(watching.descriptors(workers), watching.sessions(database))


def _run(going: Load, memory: Memory) -> list[float]:
    """Run the load; tell how much memory there was in each part of it.

    Before it each worker was asked for more answers than it keeps. In the first half of it what
    is kept for each connection, word, cell and statement fills up, and the allocator comes to hold
    as much as requests need that happen to come together, which for two minutes is ever more. What
    is told are medians: a single moment may be that of a large export or import.
    """
    begun, part = time.monotonic(), SECONDS / PARTS
    going.run(SECONDS)
    begins = [begun + number * part for number in range(PARTS)]
    return [memory.between(one, one + part) for one in begins]


def no_answer_was_wrong(soak: Soaked) -> None:
    log = soak.log.read_text("utf-8")
    assert not soak.tally.wrong, "\n".join([*soak.tally.wrong[:20], log[-20_000:]])


def no_fault_was_logged(soak: Soaked) -> None:
    """Whatever clients do, how they leave as well, is no fault of the server."""
    noted = map(json.loads, soak.log.read_text("utf-8").splitlines())
    assert not [one for one in noted if one["level"] in {"error", "critical"}][:5]


def few_were_told_to_come_again(soak: Soaked) -> None:
    assert soak.tally.refusals <= MOST_REFUSED * soak.tally.requests


def writes_were_read_through_other_workers(soak: Soaked) -> None:
    seen = soak.tally.seen
    assert seen["other"] > 0.9 * seen.total() > 0


def the_feed_leads_to_what_is_stored(soak: Soaked) -> None:
    assert soak.going.follower.changes > 0
    assert not list(differences(soak.going.follower.copy, stored(exported(soak.database))))
    soak.database.engine.dispose()


def memory_did_not_grow(soak: Soaked) -> None:
    assert soak.memory[-1] - soak.memory[WARM] <= MOST_GROWTH


def no_worker_died_and_all_are_ready(soak: Soaked) -> None:
    assert watching.workers(soak.server) == soak.workers
    for _ in range(5 * WORKERS):
        assert httpx.get(soak.going.address.join("/readyz")).status_code == 200


def nothing_stays_open(soak: Soaked) -> None:
    """Let as much be open as before, and connections that were not kept yet: two files of each."""
    most_files = soak.held.descriptors.total() + 2 * KEPT * WORKERS
    most_connections = (KEPT + 1) * WORKERS

    def is_as_before() -> bool:
        now = _held(soak.database, soak.workers)
        return now.descriptors.total() <= most_files and now.connections.total() <= most_connections

    until(is_as_before)
    now = _held(soak.database, soak.workers)
    assert now.descriptors.total() <= most_files, now.descriptors - soak.held.descriptors
    assert now.connections.total() <= most_connections, now.connections
    assert not [one for one in now.connections if "in transaction" in one]


def nothing_is_wrong_with_the_data(soak: Soaked) -> None:
    environment = os.environ | {"PARLEY_DATABASE_URL": soak.database.url}
    done = subprocess.run(
        [_PARLEY, "check"], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "Nothing is wrong.\n"), done.stderr


def it_stops_when_it_is_told_to(soak: Soaked) -> None:
    os.kill(soak.server, signal.SIGTERM)
    assert watching.stopped(soak.server, SECONDS_TO_STOP) == 0
