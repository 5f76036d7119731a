"""How a connection is made ready for whoever uses it next."""

from typing import Any

import pytest
from sqlalchemy import delete
from sqlalchemy.exc import DBAPIError

from app.database import Database
from app.errors import DatabaseNotReady
from app.models import Meeting
from app.queries.state import state
from tests.given import person, store


def test_who_reads_on_a_connection_that_was_written_on_cannot_write(seeded: Database) -> None:
    for number in range(2):
        store(seeded, person(f"somebody-{number}"))
        with pytest.raises((DBAPIError, DatabaseNotReady)), seeded.read() as session:
            session.execute(delete(Meeting))


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
