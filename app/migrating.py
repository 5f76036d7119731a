"""How the schema of a database comes to be that of this version."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, select

from app.errors import DatabaseNotReady, NotOurs
from app.spelling import shortened

_MIGRATIONS = Path(__file__).parent.parent / "migrations"
_HARDLY_ELSEWHERE = {"dataset", "tombstones"}
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
    " AND name NOT LIKE 'sqlite_%'",
    "postgresql": "SELECT relname FROM pg_class"
    " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')"
    " AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass"
    " AND objid = pg_class.oid AND deptype = 'e')",
}
"""Ask for the names of tables and views, but for those of the database itself and of extensions."""
_LOCK = 0x7061726C6579  # any number of our own: "parley"


def alembic_config(connection: Connection | None = None) -> Config:
    """Tell Alembic where the migrations are, and which connection to use."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS))
    return config


def newest_schema(found: str | None) -> str:
    """Name the revision that this version needs, where another one was found.

    Raises:
        DatabaseNotReady: what was found is of a newer version.
    """
    newest, *before = _schemas(_MIGRATIONS)
    if found not in {None, newest, *before}:
        raise DatabaseNotReady(
            f"A newer version of Parley made the database (its schema is {found}); install that."
        )
    return newest


@cache
def _schemas(folder: Path) -> list[str]:
    """Name all schemas, the newest first; a process has the migrations that it started with."""
    config = Config()
    config.set_main_option("script_location", str(folder))
    return [one.revision for one in ScriptDirectory.from_config(config).walk_revisions()]


def check_schema(found: str | None, beside: str = "") -> None:
    """Make sure that a schema is that of this version.

    Raises:
        DatabaseNotReady: it is not; what stands beside is for those who run Parley.
    """
    if found != (wanted := newest_schema(found)):
        raise DatabaseNotReady(
            f"The schema is {found or 'empty'}, this version needs {wanted}: run `parley migrate`.",
            beside,
        )


def check_own(connection: Connection) -> None:
    """Make sure that a database has no tables, or those of Parley.

    Raises:
        NotOurs: it has others.
    """
    tables = set(connection.exec_driver_sql(_TABLES[connection.dialect.name]).scalars())
    # Other programs use Alembic as well.
    others = tables - {"alembic_version"}
    if others and not (tables > others and tables & _HARDLY_ELSEWHERE):
        named = shortened(", ".join(sorted(others)))
        message = f"This database holds tables that are not Parley's ({named}): name an empty one."
        raise NotOurs(message)


def check_references(connection: Connection) -> None:
    """Make up for the foreign keys that SQLite did not enforce while tables were in motion."""
    if connection.dialect.name == "sqlite":
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if orphans:
            raise RuntimeError(f"A migration left references that lead nowhere: {orphans[:5]}")


@contextmanager
def tables_in_motion(connection: Connection) -> Iterator[None]:
    """Let one process at a time migrate, and let SQLite put a table in another's place."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")  # Another one may take long.
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        yield
        return
    # Neither can be set within a transaction.
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA journal_mode = WAL")
    driver.execute("PRAGMA foreign_keys = OFF")
    connection.begin()  # Else each migration would be committed by itself, and others come between.
    try:
        yield
    finally:
        connection.rollback()  # What has failed is still going on, in which it would be ignored.
        driver.execute("PRAGMA foreign_keys = ON")
