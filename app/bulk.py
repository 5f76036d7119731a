"""How very many rows are inserted at once: the fastest way that each database has."""

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

_ALIVE = 200_000
"""Objects that are made before Python looks for garbage."""
_USUAL = gc.get_threshold()


@contextmanager
def much_alive() -> Iterator[None]:
    """Look for garbage seldom: where very many rows are made, there is little but what is alive.

    It takes a fifth to a third of the time off; afterwards Python looks as usual again, also if
    several do this at once.
    """
    gc.set_threshold(_ALIVE, *_USUAL[1:])
    try:
        yield
    finally:
        gc.set_threshold(*_USUAL)


def insert_rows(session: Session, into: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns; each type writes its own values."""
    if rows:
        dialect = session.connection().dialect
        names = list(rows[0])
        columns = (_written(into.c[name], [row[name] for row in rows], dialect) for name in names)
        insert_tuples(session, into, names, list(zip(*columns, strict=True)))


def _written(column: Column[Any], values: list[Any], dialect: Dialect) -> list[Any]:
    write = column.type.dialect_impl(dialect).bind_processor(dialect)
    return [write(value) for value in values] if write else values


def insert_tuples(
    session: Session, into: Table, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Insert rows of these columns, with values as the driver takes them.

    Raises:
        IntegrityError: the database refuses one.
    """
    if not rows:
        return
    connection = session.connection()
    named = f"{into.name} ({', '.join(columns)})"
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {named} FROM STDIN", rows)
    else:
        marks = ", ".join("?" for _ in columns)
        statement = f"INSERT INTO {named} VALUES ({marks})"  # noqa: S608 (of our own)
        connection.exec_driver_sql(statement, list(rows))


def _copy(connection: Connection, statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except connection.dialect.loaded_dbapi.IntegrityError as error:
        raise IntegrityError(statement, None, error) from error
