"""How very many rows are inserted at once: the fastest way that each database has."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, cast, func
from sqlalchemy.orm import Session

_ALIVE = 200_000
"""Objects that are made before Python looks for garbage."""


@contextmanager
def much_alive() -> Iterator[None]:
    """Look for garbage seldom: where very many rows are made, there is little but what is alive.

    It takes a fifth of the time off; how often Python looks by itself is set again afterwards.
    """
    before = gc.get_threshold()
    gc.set_threshold(_ALIVE, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def insert_many(session: Session, into: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of texts, numbers and days, all with the same columns in the same order."""
    if rows:
        insert_tuples(
            session, into, list(rows[0]), [tuple(map(_plain, one.values())) for one in rows]
        )


def insert_tuples(
    session: Session,
    into: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[str | int | bytes | None, ...]],
) -> None:
    """Insert rows of these columns; days are written as in ISO 8601."""
    if not rows:
        return
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    named = f"{into.name} ({', '.join(columns)})"
    if connection.dialect.name == "postgresql":
        with driver.cursor().copy(f"COPY {named} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    marks = ", ".join("?" for _ in columns)
    driver.executemany(f"INSERT INTO {named} VALUES ({marks})", rows)  # noqa: S608 (of our own)


def elements(session: Session, numbers: Any) -> ColumnElement[int]:
    """Give each of the numbers of a JSON list a row of its own."""
    is_postgres = session.connection().dialect.name == "postgresql"
    each = func.json_array_elements_text if is_postgres else func.json_each
    return cast(each(numbers).table_valued("value", joins_implicitly=True).c.value, Integer)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
