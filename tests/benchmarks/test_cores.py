"""Servers are given a core that is quiet, and that is waited for no longer than agreed."""

import os
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.benchmarks import cores
from tests.benchmarks.cores import Cores


@pytest.fixture
def server() -> Iterator[int]:
    """Run a process that does nothing, and be where one was before in the end."""
    before = os.sched_getaffinity(0)
    with subprocess.Popen(["sleep", "60"]) as process:
        yield process.pid
        process.terminate()
    os.sched_setaffinity(0, before)


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> dict[int, float]:
    """Say how long the loop takes on each core."""
    found = dict.fromkeys(sorted(os.sched_getaffinity(0)), 1.0)
    monkeypatch.setattr(cores, "_BEGINNING", 0.01)
    monkeypatch.setattr(cores, "_timed", lambda: found[min(os.sched_getaffinity(0))])
    return found


def test_servers_have_the_core_that_is_quiet_and_who_asks_has_the_others(
    server: int, seconds: dict[int, float]
) -> None:
    found, all_cores = Cores([server]), set(seconds)
    for quiet in (*seconds, *seconds):
        seconds.update({core: 1.0 if core == quiet else 1.5 for core in seconds})
        assert found.settle() == 1.0
        assert os.sched_getaffinity(server) == {quiet}
        assert os.sched_getaffinity(0) == (all_cores - {quiet} or {quiet})
        with found.shared():
            assert os.sched_getaffinity(0) == {quiet}
        assert os.sched_getaffinity(0) == (all_cores - {quiet} or {quiet})


def test_where_it_is_quiet_nowhere_the_least_slow_core_is_taken_once_patience_ends(
    server: int, seconds: dict[int, float]
) -> None:
    found, last = Cores([server]), max(seconds)
    seconds.update({core: 1.5 if core == last else 2.0 for core in seconds})
    found.patience, begun = 0.3, time.monotonic()
    assert found.settle() == 1.5
    assert 0.3 <= time.monotonic() - begun < 1
    assert found.patience <= 0
    begun = time.monotonic()
    assert found.settle() == 1.5
    assert time.monotonic() - begun < 0.1
    assert os.sched_getaffinity(server) == {last}
