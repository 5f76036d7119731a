"""How all rows of a file of SQLite come into an empty database of another system, as they are."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import Integer, Table, delete, select, text
from sqlalchemy.orm import Session

from app.bulk import insert_tuples, much_alive
from app.database import Database
from app.models import Base, Dataset

_AT_ONCE = 20_000


def pour(source: Database, target: Database) -> Iterator[str]:
    """Copy all rows into a migrated Postgres; yields the name of each table before its turn."""
    path = source.engine.url.database or ""
    # As the driver has them: millions of rows are not read as anything else.
    with closing(sqlite3.connect(path)) as reading, target.write() as writing, much_alive():
        writing.execute(delete(Dataset))
        # SQLite keeps timestamps in UTC, and does not say so.
        writing.execute(text("SET LOCAL TimeZone = 'UTC'"))
        for table in Base.metadata.sorted_tables:
            yield table.name
            _fill(writing, table, reading.execute(str(select(table))))
            _count_on(writing, table)
    target.engine.dispose()


def _fill(writing: Session, table: Table, rows: sqlite3.Cursor) -> None:
    while some := rows.fetchmany(_AT_ONCE):
        insert_tuples(writing, table, list(table.c.keys()), some)


def _count_on(writing: Session, table: Table) -> None:
    """Let new rows have numbers beyond those that are there."""
    column: Any = table.autoincrement_column
    if column is not None and isinstance(column.type, Integer):
        sequence = f"pg_get_serial_sequence('{table.name}', '{column.name}')"
        last = f"(SELECT max({column.name}) FROM {table.name})"
        writing.execute(text(f"SELECT setval({sequence}, coalesce({last}, 0) + 1, false)"))
