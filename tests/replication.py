"""A Postgres with streaming replicas, each of which can fail as a machine does, and come back."""

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError

from app.database import Database
from seeds.load import load
from tests.postgres import Installed, installed, running

_DATABASE = "parley"
# Nothing has to survive a power cut; what was lost is looked for again at once.
_OPTIONS = [
    *("-F", "--listen_addresses=", "--wal_level=replica", "--max_wal_senders=8"),
    *("--wal_retrieve_retry_interval=100ms", "--max_standby_streaming_delay=0"),
]


_MOST_CONFLICTS, _SECONDS_BETWEEN = 20, 0.05


class Node:
    """One server: the primary, or a replica of it."""

    def __init__(self, postgres: Installed, name: str) -> None:
        self._postgres = postgres
        self.binaries = postgres.binaries
        self.data = postgres.folder / name
        self.sockets = postgres.folder / f"{name}-sockets"
        self._running = ExitStack()

    @property
    def url(self) -> str:
        """Where its database is."""
        return f"postgresql://postgres@/{_DATABASE}?host={quote_plus(str(self.sockets))}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.sockets.mkdir()
        if self._postgres.user:
            shutil.chown(self.sockets, self._postgres.user)
        self._running.enter_context(running(self._postgres, self.data, self.sockets, _OPTIONS))

    def crash(self) -> None:
        """End it at once, in the middle of whatever it does; return when it is gone."""
        first_line = (self.data / "postmaster.pid").read_text("utf-8").partition("\n")[0]
        os.kill(int(first_line), signal.SIGQUIT)
        self.stop()

    def stop(self) -> None:
        """Make sure that it does not run."""
        self._running.close()

    def ask(self, statement: str, database: str = _DATABASE) -> Any:
        """Execute a statement, and give the first value that it finds, if it finds any.

        A replica lets its log go before whoever asks it, who is to ask again then.
        """
        for _ in range(_MOST_CONFLICTS):
            with suppress(OperationalError):
                return self._ask(statement, database)
            time.sleep(_SECONDS_BETWEEN)
        return self._ask(statement, database)

    def _ask(self, statement: str, database: str) -> Any:
        url = make_url(self.url).set(drivername="postgresql+psycopg", database=database)
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            found = connection.exec_driver_sql(statement)
            return found.scalar() if found.returns_rows else None


class Cluster:
    """A primary with an empty database, and two replicas."""

    def __init__(self, postgres: Installed) -> None:
        self.primary = Node(postgres, "primary")
        self.replicas = [Node(postgres, "first"), Node(postgres, "second")]
        postgres.initialized("primary")
        self.primary.start()
        self.primary.ask(f"CREATE DATABASE {_DATABASE}", "postgres")
        for replica in self.replicas:
            _copy(postgres, self.primary.sockets, replica.data)
            replica.start()

    @property
    def replica_url(self) -> str:
        """The setting that names the replicas."""
        return ", ".join(replica.url for replica in self.replicas)

    def has_arrived(self, replica: Node) -> bool:
        """Tell whether a replica shows all that the primary has committed by now."""
        now = self.primary.ask("SELECT pg_current_wal_lsn()")
        return bool(replica.ask(f"SELECT pg_last_wal_replay_lsn() >= '{now}'"))

    def wait(self) -> None:
        """Wait until all replicas have arrived."""
        deadline = time.monotonic() + 30
        while not all(map(self.has_arrived, self.replicas)):
            assert time.monotonic() < deadline, "a replica does not follow"
            time.sleep(0.01)

    def stop(self) -> None:
        """Stop all servers."""
        for node in (*self.replicas, self.primary):
            node.stop()


def _copy(postgres: Installed, sockets: Path, data: Path) -> None:
    options = ["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync"]
    where = ["--host", f"{sockets}", "--username", "postgres", "--pgdata", f"{data}"]
    postgres.run("pg_basebackup", *options, *where)


@contextmanager
def replicated() -> Iterator[Cluster]:
    """Run a primary and two replicas until the end of the block."""
    with installed() as postgres:
        cluster = Cluster(postgres)
        try:
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def replicated_seed() -> Iterator[Cluster]:
    """Run a primary with the seed, and two replicas that have it, until the end of the block."""
    with replicated() as cluster:
        database = Database(cluster.primary.url)
        database.migrate()
        load(database)
        database.engine.dispose()
        cluster.wait()
        yield cluster


@contextmanager
def alone_with_seed() -> Iterator[Node]:
    """Run one server with the seed, which can be made to fail, until the end of the block."""
    with installed() as postgres:
        postgres.initialized("alone")
        node = Node(postgres, "alone")
        node.start()
        try:
            node.ask(f"CREATE DATABASE {_DATABASE}", "postgres")
            database = Database(node.url)
            database.migrate()
            load(database)
            database.engine.dispose()
            yield node
        finally:
            node.stop()
