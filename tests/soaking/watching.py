"""What the processes of a server hold: memory, files, and connections to Postgres."""

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from statistics import median

from sqlalchemy import text

from app.database import Database

_STATES = text(
    "SELECT coalesce(state, '') FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_SECONDS_BETWEEN = 1


def workers(server: int) -> list[int]:
    """Give the processes that a server has started to answer."""
    found = []
    for child in Path(f"/proc/{server}/task/{server}/children").read_text("ascii").split():
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return sorted(found)


def megabytes(process: int) -> float:
    """Tell what a process has in memory; what it shares counts for each in its part."""
    rollup = Path(f"/proc/{process}/smaps_rollup").read_text("ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def descriptors(processes: list[int]) -> Counter[str]:
    """Count the files and connections that processes have open, by what they are."""
    opened = (one for process in processes for one in Path(f"/proc/{process}/fd").iterdir())
    return Counter(_named(one) for one in opened)


def _named(descriptor: Path) -> str:
    with suppress(OSError):  # It is closed by now.
        return str(descriptor.readlink()).partition(":[")[0]
    return "closed"


def sessions(database: Database) -> Counter[str]:
    """Count the connections of others to a Postgres by what they do; a file has none."""
    if database.is_embedded:
        return Counter()
    with database.engine.connect() as connection:
        found = Counter(connection.execute(_STATES).scalars())
    database.engine.dispose()
    return found


def until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait for something to hold; tell whether it came to that."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def stopped(process: int, seconds: float) -> int | None:
    """Wait for a child to end, and give its exit code, or None if it does not end in time.

    Who started it can still wait for it.
    """
    ended: list[int] = []

    def has_ended() -> bool:
        found = os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if found is not None:
            ended.append(found.si_status if found.si_code == os.CLD_EXITED else -found.si_status)
        return bool(ended)

    return ended[0] if until(has_ended, seconds) else None


class Memory:
    """What some processes have in memory together, as it was every second."""

    def __init__(self, processes: list[int]) -> None:
        self._processes = processes
        self._samples: list[tuple[float, float]] = []
        self._done = threading.Event()

    def _sample(self) -> None:
        while not self._done.wait(_SECONDS_BETWEEN):
            with suppress(OSError):  # One has died, which is found out elsewhere.
                now = sum(map(megabytes, self._processes))
                self._samples.append((time.monotonic(), now))

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Take samples until the end of the block."""
        thread = threading.Thread(target=self._sample)
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def between(self, begin: float, end: float) -> float:
        """Give the median of the samples in a span of time: one request may need much at once."""
        return median(size for at, size in self._samples if begin <= at <= end)
