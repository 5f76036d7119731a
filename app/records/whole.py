"""Whether the database is whole: all tables and columns are there, and values can be read."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Column, Date, Enum, Table, inspect, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from app.errors import DatabaseNotReady, Finding, Remedy
from app.models import (
    Attendance,
    Base,
    Calendar,
    Dataset,
    Document,
    Mark,
    Meeting,
    Members,
    Name,
    Term,
)
from app.models.base import UtcDateTime
from app.records.kinds import table

_READ_MODEL = [
    table(model) for model in (Attendance, Calendar, Document, Mark, Members, Name, Term)
]
_KEPT_AS_TEXT = (Date, Enum, JSON, UtcDateTime)


def check_whole(session: Session) -> None:
    """Make sure that nothing is missing without which no record can be read or written.

    Raises:
        DatabaseNotReady: a table, a column, or the row of the dataset is missing.
    """
    found = inspect(session.connection()).get_multi_columns()
    for one in Base.metadata.sorted_tables:
        columns = {column["name"] for column in found.get((None, one.name), [])}
        missing = ", ".join(column.name for column in one.columns if column.name not in columns)
        if missing:
            what = f"in the table {one.name}: {missing}" if columns else f"the table {one.name}"
            raise DatabaseNotReady(f"The database lacks {what}. {Remedy.RESTORE}")
    if session.scalar(select(Dataset.id)) is None:
        raise DatabaseNotReady(f"The database lacks the row of the table dataset. {Remedy.RESTORE}")


def check_published(session: Session) -> None:
    """Make sure that there is something that readers are served, if there is something stored.

    A migration that changes how it is kept leaves nothing of it.

    Raises:
        DatabaseNotReady: it was not made yet.
    """
    if session.scalar(select(Meeting.id).limit(1)) is None:
        return
    for one in _READ_MODEL:
        if session.execute(select(*one.primary_key).limit(1)).first() is None:
            raise DatabaseNotReady(f"Nothing is in the table {one.name}. {Remedy.REBUILD}")


def unreadable(session: Session) -> Iterator[Finding]:
    """Find values that are none of the type of their column, which SQLite does not enforce."""
    for one in Base.metadata.sorted_tables:
        remedy = Remedy.REBUILD if one in _READ_MODEL else Remedy.RESTORE
        for column in one.columns:
            for row, value in _misfits(session, one, column):
                where = f"{row_name(one, row)}: {column.name}"
                yield Finding(f"{where} is “{str(value)[:40]}”, which cannot be read", remedy)


def _misfits(
    session: Session, one: Table, column: Column[Any]
) -> Iterator[tuple[Sequence[object], object]]:
    dialect = session.get_bind().dialect
    read = (
        column.type.dialect_impl(dialect).result_processor(dialect, None)
        if isinstance(column.type, _KEPT_AS_TEXT)
        else None
    )
    if read is None:
        return
    raw = [type_coerce(other, NullType()) for other in (*one.primary_key, column)]
    for *row, value in session.execute(select(*raw).execution_options(yield_per=10_000)):
        try:
            read(value)
        except (LookupError, TypeError, ValueError):
            yield row, value


def row_name(one: Table, key: Sequence[object]) -> str:
    """Name a row by its table and its key."""
    return f"{one.name} {' '.join(map(str, key))}"
