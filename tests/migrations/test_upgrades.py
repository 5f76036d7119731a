"""A database of each earlier version is brought up to date, with all that stands in it."""

import time
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from alembic import command
from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, MetaData, Table, select

from app.database import Database
from app.migrating import alembic_config, newest_schema, tables_in_motion
from app.models import Version
from tests.databases import Backend
from tests.given import both, incoming, person, store
from tests.records.test_kills import wait_for, writing
from tests.records.travelling import exported
from tests.serving import serving
from tests.test_cli import parley

pytestmark = pytest.mark.slow

EARLIER = [f"{number:04}" for number in range(1, int(newest_schema(None)))]
ASKED = (
    *("/v1/meetings?total=exact", "/v1/meetings?q=禁毒", "/v1/meetings?anchor=CN&country=RU"),
    *("/v1/meetings/2023-09-20-lianyungang-gorodov", "/v1/people/wang-xiaohong"),
    *("/v1/counts?by=theme&by=month", "/v1/dyads?level=person&as_of=2024-01-01"),
    *("/v1/suggest?q=wang", "/v1/people/somebody/history", "/v1/changes?limit=1000"),
)
SERVED = ("terms", "postings", "documents", "members", "calendar", "attendance")
MADE_UP: dict[type, Any] = {
    Boolean: False,
    Date: date(2020, 1, 1),
    Integer: 7,
    JSON: [7],
    LargeBinary: b"x",
}


@pytest.fixture(scope="module")
def newest(backend: Backend) -> Iterator[Database]:
    """The seed, and a record that was written twice, as this version makes them."""
    database = backend.seeded()
    store(database, person("somebody"))
    store(database, incoming("person", id="somebody", name=both("Somebody")))
    database.settle()
    yield database
    backend.remove(database)


@pytest.fixture(scope="module")
def answers(newest: Database) -> Iterator[list[Any]]:
    """What this version answers."""
    yield asked(newest)
    newest.engine.dispose()


@pytest.fixture(params=EARLIER)
def earlier(
    request: pytest.FixtureRequest, backend: Backend, newest: Database, answers: list[Any]
) -> Iterator[Database]:
    """The same records, as an earlier version had them."""
    assert answers
    newest.engine.dispose()
    database = backend.copy(newest)
    with database.engine.connect() as connection, tables_in_motion(connection):
        command.downgrade(alembic_config(connection), request.param)
        connection.commit()
    fill_what_was_served(database)
    database.settle()
    yield database
    backend.remove(database)


def fill_what_was_served(database: Database) -> None:
    """Put a row into each table that readers were served from: on the way down they were emptied.

    That version had other rows there, which are of no use to this one either.
    """
    tables = MetaData()
    tables.reflect(database.engine)
    with database.engine.begin() as connection:
        for table in tables.sorted_tables:
            if table.name in SERVED and not connection.execute(select(table).limit(1)).first():
                connection.execute(table.insert().values(made_up(table)))


def made_up(table: Table) -> dict[str, Any]:
    """Give each column of a table what it can have."""
    kinds = {column.name: column.type.as_generic() for column in table.columns}
    return {name: MADE_UP.get(type(kind), "x") for name, kind in kinds.items()}


def asked(database: Database) -> list[Any]:
    """Ask all questions."""
    with serving(database.url) as served:
        return [served.client.get(path).json() for path in ASKED]


def versions(database: Database) -> list[Any]:
    """Tell when each version of each record was written."""
    columns = (Version.type, Version.record_id, Version.version, Version.updated_at)
    with database.read() as session:
        found = session.execute(select(*columns).order_by(*columns)).all()
    return [(*row,) for row in found]


def test_all_of_it_is_kept_and_answers_are_those_of_this_version(
    earlier: Database, newest: Database, answers: list[Any]
) -> None:
    refused = parley(earlier, "serve")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[0].endswith("run `parley migrate`.")
    assert parley(earlier, "migrate").stdout == "The schema is up to date now.\n"
    assert parley(earlier, "check").stdout == "Nothing is wrong.\n"
    assert exported(earlier) == exported(newest)
    assert versions(earlier) == versions(newest)
    assert asked(earlier) == answers
    store(earlier, person("somebody-else"))
    assert parley(earlier, "check").stdout == "Nothing is wrong.\n"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_it_is_not_served_before_there_is_what_readers_are_served(earlier: Database) -> None:
    earlier.migrate()
    if parley(earlier, "check").returncode:
        refused = parley(earlier, "serve")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "`parley rebuild`" in refused.stderr
        assert parley(earlier, "rebuild").stdout == "Rendered 9 meetings.\n"
    assert parley(earlier, "check").stdout == "Nothing is wrong.\n"


@pytest.mark.parametrize("earlier", ["0007"], indirect=True)
@pytest.mark.parametrize("seconds", [0, 0.1])
def test_a_migration_that_is_killed_is_done_or_can_be_done_again(
    earlier: Database, seconds: float
) -> None:
    before = earlier.schema()
    with writing(earlier, "migrate") as process:
        wait_for(process, "writing")
        time.sleep(seconds)
        process.kill()
    assert earlier.schema() in {before, newest_schema(None)}
    if earlier.schema() == before:
        assert parley(earlier, "migrate").stdout == "The schema is up to date now.\n"
    assert parley(earlier, "check").stdout == "Nothing is wrong.\n"
