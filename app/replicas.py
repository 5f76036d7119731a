"""Where a read goes: to a replica that shows the newest state, else to the primary.

With the primary gone it goes to any replica of its data, and is told that it may be out of date.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from threading import Lock
from time import monotonic
from typing import NamedTuple

from sqlalchemy import text

from app.database import Database, Snapshot
from app.errors import DatabaseNotReady, TooBusy
from app.queries.state import State, hold_state

_PAUSE, _LONGEST_PAUSE = 1, 16
"""Seconds for which a lost replica is left out; each time it stays lost, for twice as long."""
_SECONDS_TO_CONNECT = 2

_log = logging.getLogger("parley")


class Read(NamedTuple):
    """An open snapshot, and whether what was committed last may be missing in it."""

    snapshot: Snapshot
    is_stale: bool


class Condition(NamedTuple):
    """How a server of the database does: one without a revision does not answer."""

    name: str
    revision: int | None = None
    lag: float | None = None
    """Of a replica, for how many seconds it has lacked a change."""


_SINCE_LAST = text("SELECT extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float")


class Replica(Database):
    """A streaming replica; one that is lost is left out until it answers again."""

    def __init__(self, url: str, name: str, time_limit: float | None = None) -> None:
        super().__init__(url, time_limit, _SECONDS_TO_CONNECT)
        self.name = name
        self._claim = Lock()
        self._pause = self._until = 0.0

    def is_worth_asking(self) -> bool:
        """Tell whether it answers; after each pause one reader is let find out."""
        if not self._pause:
            return True
        with self._claim:
            if monotonic() < self._until:
                return False
            self._leave_out_for(min(2 * self._pause, _LONGEST_PAUSE))
            return True

    @contextmanager
    def read(self, *, once: bool = False) -> Iterator[Snapshot]:
        """Open one snapshot, as the primary does, and note whether that succeeds.

        Raises:
            DatabaseNotReady: the replica does not answer, or had to break off.
        """
        try:
            with super().read(once=once) as snapshot:
                hold_state(snapshot)  # A connection is not used before the first statement.
                self._take_in()
                yield snapshot
        except DatabaseNotReady as error:
            self._note_loss(error)
            raise

    def condition(self, newest: int | None) -> Condition:
        """Tell how it does, compared with the newest revision."""
        with suppress(DatabaseNotReady, TooBusy):
            if self.is_worth_asking():
                with self.read() as snapshot:
                    found = hold_state(snapshot).revision
                    lag = 0.0 if found == newest else snapshot.scalar(_SINCE_LAST)
                    return Condition(self.name, found, lag)
        return Condition(self.name)

    def _take_in(self) -> None:
        if self._pause:
            self._pause = 0
            _log.warning("%s at %s answers again.", self.name, self.engine.url.host)

    def _note_loss(self, error: DatabaseNotReady) -> None:
        if not self._pause:
            self._leave_out_for(_PAUSE)
            _log.warning(
                "%s at %s is left out: %s", self.name, self.engine.url.host, error.beside or error
            )

    def _leave_out_for(self, seconds: float) -> None:
        self._until = monotonic() + seconds
        self._pause = seconds


class Replicas:
    """The primary and its replicas, of which there may be none."""

    def __init__(
        self, primary: Database, urls: Sequence[str], time_limit: float | None = None
    ) -> None:
        self._primary = primary
        self.replicas = [
            Replica(url, f"replica-{number}", time_limit) for number, url in enumerate(urls, 1)
        ]
        self._turns = count()
        self._epoch: str | None = None

    @contextmanager
    def read(
        self, newest: State | None, *, once: bool = False, again: bool = False
    ) -> Iterator[Read]:
        """Open a snapshot of the `newest` state, or of one that the primary has reached since.

        Where the newest state is not known, since the primary is gone, any state must do. What is
        read `again`, because a server was lost, is for the primary to answer, if it is there.

        Raises:
            DatabaseNotReady: nobody answers, or who answered does not any more.
        """
        if not self.replicas:
            with self._primary.read(once=once) as snapshot:
                yield Read(snapshot, is_stale=False)
            return
        if newest:
            self._epoch = newest.epoch
        with ExitStack() as stack:
            yield self._open(stack, newest, once=once, again=again)

    def _open(self, stack: ExitStack, newest: State | None, *, once: bool, again: bool) -> Read:
        lost: DatabaseNotReady | TooBusy = DatabaseNotReady("The database does not answer.")
        for database, any_state in self._candidates(newest, again=again):
            try:
                with ExitStack() as trying:
                    snapshot = trying.enter_context(database.read(once=once))
                    found = hold_state(snapshot)
                    is_fresh = database is self._primary or found == newest
                    if is_fresh or (any_state and self._epoch in {None, found.epoch}):
                        stack.enter_context(trying.pop_all())
                        return Read(snapshot, is_stale=not is_fresh)
            except (DatabaseNotReady, TooBusy) as error:
                lost = error
        raise lost

    def _candidates(self, newest: State | None, *, again: bool) -> Iterator[tuple[Database, bool]]:
        """Name who may answer, one after the other, and whether any state of theirs will do.

        A replica that shows a later state than the newest one was a moment ago has usually but
        received what was just written; but it may also have received what a primary that was
        lost had written, and the one in its place has not. So that is for the primary to answer.
        """
        if newest and not again:
            yield from ((replica, False) for replica in self._at_work())
        if newest:
            yield self._primary, True
        yield from ((replica, True) for replica in self._at_work())
        if not newest:
            yield self._primary, True

    def _at_work(self) -> Iterator[Replica]:
        """Give the replicas that answer, each time beginning with the next one."""
        first = next(self._turns) % max(1, len(self.replicas))
        turned = self.replicas[first:] + self.replicas[:first]
        yield from (replica for replica in turned if replica.is_worth_asking())

    def check_ready(self) -> bool:
        """Make sure that somebody answers; tell whether it is the primary.

        Raises:
            DatabaseNotReady: nobody does, and why the primary does not.
        """
        try:
            self._primary.check_ready()
        except DatabaseNotReady:
            if not self._stands_in():
                raise
            return False
        return True

    def _stands_in(self) -> bool:
        for replica in self._at_work():
            with suppress(DatabaseNotReady), replica.read():
                replica.check_ready()
                return True
        return False

    def conditions(self) -> Iterator[Condition]:
        """Ask each server how it does, the primary first; who is left out is not waited for."""
        newest = None
        with suppress(DatabaseNotReady, TooBusy):
            self._primary.check_ready()
            with self._primary.read() as snapshot:
                newest = hold_state(snapshot).revision
        yield Condition("primary", newest)
        for replica in self.replicas:
            yield replica.condition(newest)

    def close(self) -> None:
        """Give up the connections to replicas."""
        for replica in self.replicas:
            replica.engine.dispose()
