"""How fast the databases give the same by themselves: sqlite3 into nowhere, Postgres by COPY."""

import subprocess
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

import psycopg
from sqlalchemy import make_url, select

from app.database import Database
from app.models import Document
from tests.programs import SQLITE3

EVER = date(1, 1, 1)

_JOINED = Path(__file__).with_name("joined.sql").read_text("utf-8")


class Query(NamedTuple):
    """What is read, and how sqlite3 and COPY call the way in which it is written."""

    sql: str
    mode: str
    format: str


def since(database: Database, meetings: int) -> date:
    """Tell since when there are so many meetings; ever, if there are no more."""
    newest = select(Document.starts_on).order_by(Document.starts_on.desc())
    with database.read() as session:
        return session.scalar(newest.offset(meetings).limit(1)) or EVER


def documents(_: Database, first: date) -> Query:
    """Ask for the documents since a day, in order."""
    if first == EVER:
        return Query("SELECT json FROM documents ORDER BY number DESC", "list", "text")
    # In this order there is an index that begins with the day.
    since = f"WHERE starts_on >= '{first}' ORDER BY starts_on DESC, meeting_id DESC"
    return Query(f"SELECT json FROM documents {since}", "list", "text")


def rows(database: Database, first: date) -> Query:
    """Ask for a row for each meeting since a day, in order."""
    is_sqlite = database.engine.dialect.name == "sqlite"
    joined = "group_concat" if is_sqlite else "string_agg"
    return Query(_JOINED.format(joined=joined, since=first), "csv", "csv")


def read(database: Database, query: Query) -> float:
    """Read everything, and throw it away; tell the seconds."""
    begun = time.perf_counter()
    if database.engine.dialect.name == "sqlite":
        file = database.engine.url.database or ""
        command = [SQLITE3.path(), "-readonly", f"-{query.mode}", file]
        asked = f"{query.sql};".encode()
        subprocess.run(command, input=asked, stdout=subprocess.DEVNULL, check=True)
    else:
        _copy(database, query)
    return time.perf_counter() - begun


def _copy(database: Database, query: Query) -> None:
    url = make_url(database.url).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        asked = f"COPY ({query.sql}) TO STDOUT (FORMAT {query.format})"
        with cursor.copy(asked.encode()) as found:
            for _ in found:
                pass
