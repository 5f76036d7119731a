"""How a connection is made ready for whoever uses it next."""

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from app.database import Database
from app.errors import DatabaseNotReady
from app.models import Dataset
from app.queries.state import state
from tests.given import person, store


def test_who_reads_on_a_connection_that_was_written_on_cannot_write(seeded: Database) -> None:
    for number in range(2):
        store(seeded, person(f"somebody-{number}"))
        with pytest.raises((DBAPIError, DatabaseNotReady)), seeded.read() as session:
            session.execute(update(Dataset).values(mark="another"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_reads_again_finds_statements_prepared(seeded: Database) -> None:
    told: list[str] = []
    for _ in range(2):
        told.clear()
        with seeded.read() as session:
            driver: Any = session.connection().connection.driver_connection
            driver.set_trace_callback(told.append)
            state(session)
    assert [one for one in told if one.startswith("SELECT")]
    assert not [one for one in told if one.startswith("PRAGMA")]


def _no_room_to_cache(action: int, pragma: str | None, *_: object) -> int:
    is_refused = action == sqlite3.SQLITE_PRAGMA and pragma == "cache_size"
    return sqlite3.SQLITE_DENY if is_refused else sqlite3.SQLITE_OK


def _let(database: Database, authorizer: Any) -> None:
    with closing(database.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        driver.set_authorizer(authorizer)


def _read(database: Database) -> None:
    with database.read() as session:
        state(session)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_who_reads_after_a_writer_that_could_not_begin_cannot_write(seeded: Database) -> None:
    _read(seeded)
    _let(seeded, _no_room_to_cache)
    with pytest.raises(sqlite3.DatabaseError):
        store(seeded, person("somebody-new"))
    _let(seeded, None)
    with pytest.raises((DBAPIError, DatabaseNotReady)), seeded.read() as session:
        session.execute(update(Dataset).values(mark="another"))


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_migration_that_fails_leaves_references_checked(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:
        failing.setattr("app.database.check_references", _fail)
        with pytest.raises(ZeroDivisionError):
            empty.migrate()
    with empty.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def _fail(_: object) -> None:
    raise ZeroDivisionError
