"""Engines: what differs between SQLite and Postgres when one is opened, and when it is gone."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import SimpleNamespace
from typing import Any

import orjson
import psycopg
from psycopg.abc import RV, PQGen
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from app.errors import DatabaseNotReady, InvalidSetting

SECONDS_TO_WAIT_FOR_A_LOCK = 10
# Who writes very much sorts it as well, in as much memory again.
KILOBYTES_TO_READ, KILOBYTES_TO_READ_ONCE, KILOBYTES_TO_WRITE = 65_536, 2_048, 10_240
WRITING = {"parley_begin": "BEGIN IMMEDIATE", "parley_cache": KILOBYTES_TO_WRITE}
READING: dict[str, dict[str, Any]] = {
    "sqlite": {"parley_query_only": "ON"},
    "postgresql": {
        "isolation_level": "REPEATABLE READ",
        "postgresql_readonly": True,
        "parley_format": psycopg.pq.Format.BINARY,
    },
}
"""How engines execute for writers, and for readers."""

PATIENCE = "parley_patience"
"""The option of executions that says after how many seconds Postgres is taken to hang."""

_USE = "parley_use"
"""Tells of a connection to SQLite for what it was made ready last."""

# In memory each connection would have a database of its own.
_NO_FILE = (None, "", ":memory:")


_JSON: dict[str, Any] = {
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


def open_engine(url: str, seconds: int) -> Engine:
    """Reach a database: a file of SQLite, or a Postgres that is waited for so many seconds.

    Raises:
        InvalidSetting: it is neither.
    """
    with suppress(ArgumentError):  # It is no URL at all.
        parsed = make_url(url)
        is_file = parsed.database not in _NO_FILE and not parsed.query
        if parsed.get_backend_name() == "sqlite" and is_file:
            return _sqlite(parsed)
        if parsed.get_backend_name() == "postgresql":
            return _postgres(parsed, seconds)
    raise InvalidSetting(
        "PARLEY_DATABASE_URL must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME;"
        " a file takes no options"
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(
        url,
        **_JSON,
        connect_args={"timeout": SECONDS_TO_WAIT_FOR_A_LOCK},
        # A page that is answered on the event loop must not wait there for a connection.
        max_overflow=-1,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres(url: URL, seconds: int) -> Engine:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        **_JSON,
        module=_DRIVER,
        connect_args={
            "connect_timeout": seconds,
            # A machine that is cut off acknowledges nothing any more, for as long as that.
            "keepalives_idle": seconds,
            "tcp_user_timeout": seconds * 1000,
            # Other cores are for other requests; in another zone a year may be none of Python's.
            "options": f"-c lock_timeout={SECONDS_TO_WAIT_FOR_A_LOCK}s -c timezone=UTC"
            " -c max_parallel_workers_per_gather=0",
        },
        pool_pre_ping=True,
        pool_timeout=seconds,
    )
    event.listen(engine, "begin", _begin_postgres)
    event.listen(engine, "checkin", _expect_an_answer)
    event.listen(engine, "before_cursor_execute", _choose_format)
    return engine


class _Connection(psycopg.Connection[Any]):
    """Gives up a server that hangs: nothing is cut, and no answer comes, not even a refusal."""

    usual_patience: float | None = None
    patience: float | None = None

    @classmethod
    def connect(cls, *given: Any, **named: Any) -> "_Connection":
        made = super().connect(*given, **named)
        made.patience = made.usual_patience = named["connect_timeout"]
        return made

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, timeout or self.patience)
        except psycopg.OperationalError as error:
            # What may come yet would be taken for the answer to another question.
            if error.sqlstate is None:
                self.close()
            raise


_DRIVER = SimpleNamespace(**vars(psycopg) | {"connect": _Connection.connect})


def _expect_an_answer(connection: Any, _record: object) -> None:
    # Whether a connection still lives is asked before its next use.
    if connection:
        connection.patience = connection.usual_patience


def _choose_format(connection: Connection, cursor: Any, *_: object) -> None:
    # In text bytes would come as twice as many digits.
    cursor.format = connection.get_execution_options().get("parley_format", cursor.format)


def _begin_postgres(connection: Connection) -> None:
    options = connection.get_execution_options()
    driver: Any = connection.connection.driver_connection
    driver.patience = options.get(PATIENCE)
    if not options.get("postgresql_readonly"):
        # SQLAlchemy would allow what the server may have been told to refuse.
        driver.read_only = None
    # A plan that was right for an empty table would be kept while an import fills it.
    if "parley_begin" in options:
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions leave out reads and DDL; _begin_sqlite opens them instead.
    connection.isolation_level = None
    for pragma in ("foreign_keys = ON", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    use = options.get("parley_query_only", "OFF"), options.get("parley_cache", KILOBYTES_TO_READ)
    # Whenever it is told so, SQLite forgets the statements that it has prepared.
    if connection.info.get(_USE) != use:
        driver: Any = connection.connection.driver_connection
        connection.info.pop(_USE, None)  # If one of these fails, it is ready for nothing.
        driver.execute(f"PRAGMA query_only = {use[0]}")
        driver.execute(f"PRAGMA cache_size = -{use[1]}")
        connection.info[_USE] = use
    # A writer takes the lock at once: one that began as a reader could not wait for it.
    connection.exec_driver_sql(options.get("parley_begin", "BEGIN"))


def outage(driver: object, *, gone: bool) -> str | None:
    """Say why a database cannot answer now, by its driver's error, or None for a fault of ours."""
    code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
    # A server that cannot be reached gives no code; faults of ours without one are no outage.
    kinds = {kind.__name__ for kind in type(driver).__mro__}
    if gone or (code is None and "OperationalError" in kinds):
        return "The database does not answer."
    for beginning, meaning in _OUTAGES.items():
        if code and code.startswith(beginning):
            return meaning
    return "The database has no tables." if "no such table" in str(driver) else None


@contextmanager
def putting_aside() -> Iterator[None]:
    """Tell files beside the database that cannot be made or written now from a fault of ours.

    Raises:
        DatabaseNotReady: the disk is full, or the like.
    """
    try:
        yield
    except OSError as error:
        if meaning := _no_room(error):
            raise DatabaseNotReady(meaning, str(error)) from error
        raise


def _no_room(error: OSError) -> str | None:
    if "No usable temporary directory" in str(error):
        return "There is no folder in which something can be put aside."
    return _NO_ROOM.get(error.errno or 0)


_NO_ROOM = {
    errno.EDQUOT: "The disk is full.",
    errno.EFBIG: "The disk is full.",
    errno.EMFILE: "Too many files are open.",
    errno.ENFILE: "Too many files are open.",
    errno.ENOSPC: "The disk is full.",
    errno.EROFS: "The disk cannot be written to.",
}
NOT_WRITABLE = "The database cannot be written to."
DAMAGED, NO_DATABASE = "The file is damaged: restore it from a copy.", "The file is not a database."
# Beginnings of SQLite's names of errors, and of the codes of the SQL standard.
_OUTAGES = {
    "SQLITE_BUSY": "The database is locked by another process.",
    "SQLITE_CANTOPEN": "The database does not answer.",
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_IOERR_WRITE": NOT_WRITABLE,
    "SQLITE_IOERR": "The file cannot be read or written.",
    "SQLITE_NOTADB": NO_DATABASE,
    "SQLITE_READONLY": NOT_WRITABLE,
    "SQLITE_FULL": "The disk is full.",
    "25006": NOT_WRITABLE,
    "40": "The database broke off for what others write.",
    "42501": "The database does not allow it.",
    "42P01": "The database has no tables.",
    "08": "The database does not answer.",
    "53": "The database has too much to do.",
    "55": "The database is locked by another process.",
    "57": "The database does not answer.",
}
