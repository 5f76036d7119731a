"""How long a reader may take, and how one that takes longer is stopped."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.errors import TimeLimitExceeded

_OPTION = "parley_deadline"
_SECONDS_BETWEEN_LOOKS = 0.1
_PART_BEFORE_TIMING_EACH = 0.1
"""Of the limit: up to here a request has not waited long, and saves its statements a round trip."""


class Deadline:
    """The moment at which an answer is given up."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until then, less than 0 afterwards."""
        return self._at - time.monotonic()

    def check(self) -> None:
        """Go on only before it.

        Raises:
            TimeLimitExceeded: it has passed.
        """
        if self.left <= 0:
            raise TimeLimitExceeded(self.seconds)


def check_time(session: Session) -> None:
    """Go on only while there is time: for long work between statements, which nobody interrupts.

    It takes less than a microsecond. A session without a limit always has time.

    Raises:
        TimeLimitExceeded: the time of this session is over.
    """
    deadline: Deadline | None = session.info.get(_OPTION)
    if deadline:
        deadline.check()


@contextmanager
def limited(session: Session, seconds: float | None) -> Iterator[None]:
    """Stop what this session does when it has taken so long; only statements and checks notice.

    Raises:
        TimeLimitExceeded: it has.
    """
    if seconds is None:
        yield
        return
    deadline = session.info[_OPTION] = Deadline(seconds)
    connection = session.connection(execution_options={_OPTION: deadline})
    driver: Any = connection.connection.driver_connection
    try:
        if connection.dialect.name == "sqlite":
            with _WATCH.over(driver, deadline):
                yield
        else:
            yield
    except DBAPIError as error:
        if deadline.left <= 0 and _was_stopped(error.orig):
            raise TimeLimitExceeded(seconds) from error
        raise


def _was_stopped(driver: object) -> bool:
    code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    return code in {"SQLITE_INTERRUPT", "57014"}


def enforce(engine: Engine, seconds: float) -> None:
    """Let statements of limited sessions begin only in time, and have no more than is left."""
    event.listen(engine, "before_cursor_execute", _in_time)
    if engine.dialect.name == "postgresql":
        option = f" -c statement_timeout={_milliseconds(seconds)}"

        # Connections are made with the limit, so that readers need not set it each time.
        def connect(_dialect: object, _record: object, _: object, given: dict[str, Any]) -> None:
            given["options"] = given.get("options", "") + option

        event.listen(engine, "do_connect", connect)
        event.listen(engine, "begin", _without_limit)


def _milliseconds(seconds: float) -> int:
    return max(1, math.ceil(seconds * 1000))


def _in_time(connection: Connection, cursor: Any, *_: object) -> None:
    deadline: Deadline | None = connection.get_execution_options().get(_OPTION)
    if deadline is None:
        return
    deadline.check()
    spent = deadline.seconds - deadline.left
    if (
        connection.dialect.name == "postgresql"
        and spent > _PART_BEFORE_TIMING_EACH * deadline.seconds
    ):
        cursor.execute(f"SET LOCAL statement_timeout = {_milliseconds(deadline.left)}")


def _without_limit(connection: Connection) -> None:
    if _OPTION not in connection.get_execution_options():
        driver: Any = connection.connection.driver_connection
        driver.execute("SET LOCAL statement_timeout = 0")


class _Watch:
    """Interrupts statements of SQLite: a thread that sleeps while nobody reads.

    SQLite itself could ask again and again whether to go on, but to ask it would wait each time
    for the other threads of this process.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._anybody = threading.Event()
        self._reading: dict[Deadline, Any] = {}
        self._thread: threading.Thread | None = None

    @contextmanager
    def over(self, driver: Any, deadline: Deadline) -> Iterator[None]:
        """Interrupt this connection when the time is over, but never who has it afterwards."""
        with self._lock:
            self._reading[deadline] = driver
            self._anybody.set()
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="deadlines", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                del self._reading[deadline]

    def _look(self) -> None:
        while self._anybody.wait():
            time.sleep(_SECONDS_BETWEEN_LOOKS)
            with self._lock:
                for deadline, driver in self._reading.items():
                    if deadline.left <= 0:
                        driver.interrupt()
                if not self._reading:
                    self._anybody.clear()


_WATCH = _Watch()
