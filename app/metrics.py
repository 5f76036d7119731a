"""What is counted and timed, for Prometheus: of one process, or of all the workers of a server."""

import os
from collections.abc import Iterable
from contextlib import suppress
from math import nan
from pathlib import Path
from time import perf_counter
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy import Connection, Engine, event

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""Names in the environment the folder in which the workers of a server count together."""
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS"})
_OF_ANSWERS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
_OF_STATEMENTS = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)


class Metrics:
    """All that is measured; docs/monitoring.md says what each is good for."""

    def __init__(self, problems: Iterable[str]) -> None:
        kept = self._registry = CollectorRegistry()
        self._requests = Counter(
            "parley_requests", "Requests answered.", ["method", "route", "status"], registry=kept
        )
        self._seconds = Histogram(
            "parley_request_seconds",
            "How long they took, to the last byte.",
            ["method", "route"],
            buckets=_OF_ANSWERS,
            registry=kept,
        )
        self._in_progress = Gauge(
            "parley_requests_in_progress",
            "Requests being answered.",
            multiprocess_mode="livesum",
            registry=kept,
        )
        self._broken_off = Counter(
            "parley_answers_broken_off",
            "Answers that ended before they were whole.",
            ["route"],
            registry=kept,
        )
        self._problems = Counter(
            "parley_problems", "Problems answered, by their code.", ["code"], registry=kept
        )
        self._cache = Counter(
            "parley_cache",
            "Whole answers from `/v1/`: sent again (hit), or worked out (miss).",
            ["result"],
            registry=kept,
        )
        self._statements = Histogram(
            "parley_database_seconds",
            "How long the statements took that a database was asked.",
            ["database"],
            buckets=_OF_STATEMENTS,
            registry=kept,
        )
        self._up = self._newest("parley_database_up", "Whether it answers.")
        self._revision = self._newest("parley_revision", "The state of its data.")
        self._lag = self._newest(
            "parley_replica_lag_seconds", "For how long a replica has lacked a change."
        )

        # What begins at 0 is seen to grow when it happens for the first time.
        for code in problems:
            self._problems.labels(code)
        for result in ("hit", "miss"):
            self._cache.labels(result)

    def _newest(self, name: str, text: str) -> Gauge:
        # Whichever worker is asked finds it out for all.
        mode: Any = "mostrecent"
        return Gauge(name, text, ["database"], multiprocess_mode=mode, registry=self._registry)

    def begin(self) -> None:
        """Note that a request came."""
        self._in_progress.inc()

    def end(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note how one was answered."""
        self._in_progress.dec()
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def refused(self, route: str, status: int) -> None:
        """Note what was no request."""
        self._requests.labels("other", route, status).inc()

    def broken_off(self, route: str) -> None:
        """Note an answer that did not become whole."""
        self._broken_off.labels(route).inc()

    def problem(self, code: str) -> None:
        """Note a problem."""
        self._problems.labels(code).inc()

    def cache(self, *, hit: bool) -> None:
        """Note whether an answer had been kept."""
        self._cache.labels("hit" if hit else "miss").inc()

    def database(self, name: str, revision: int | None, lag: float | None) -> None:
        """Note how a database does, which has no revision if it does not answer."""
        self._up.labels(name).set(revision is not None)
        self._revision.labels(name).set(nan if revision is None else revision)
        if name != "primary":
            self._lag.labels(name).set(nan if lag is None else lag)

    def watch(self, engine: Engine, name: str) -> None:
        """Time the statements of a database from now on."""
        seconds = self._statements.labels(name)

        def begin(connection: Connection, *_: object) -> None:
            connection.info["parley_began"] = perf_counter()

        def end(connection: Connection, *_: object) -> None:
            seconds.observe(perf_counter() - connection.info["parley_began"])

        event.listen(engine, "before_cursor_execute", begin)
        event.listen(engine, "after_cursor_execute", end)

    def text(self) -> bytes:
        """Write all of it as Prometheus reads it."""
        registry = self._registry
        if folder := os.environ.get(FOLDER):
            _forget_the_dead(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _forget_the_dead(folder: Path) -> None:
    """Leave out what workers that are gone had in progress; what they had done stays."""
    for file in folder.glob("gauge_live*_*.db"):
        process = int(file.stem.rpartition("_")[2])
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # Another worker was asked, too.
                mark_process_dead(process)  # type: ignore[no-untyped-call]
        except PermissionError:  # It is somebody else's by now.
            continue
