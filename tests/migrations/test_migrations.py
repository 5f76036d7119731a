"""Migrations go up and down, and lead to the schema that the models describe."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Inspector, inspect, text
from sqlalchemy.orm import Session

from app.database import Database
from app.migrating import alembic_config, newest_schema
from app.models import Base
from app.records.audit import audit
from tests.outages import assert_not_ready, assert_read, key, put
from tests.processes import started

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


def test_migrating_twice_does_something_once(empty: Database) -> None:
    assert empty.migrate()
    assert not empty.migrate()


def test_migrations_go_down_and_up_again(database: Database) -> None:
    up = schema(database)
    with database.engine.connect() as connection:
        config = alembic_config(connection)
        command.downgrade(config, "base")
        connection.commit()
    assert set(schema(database)) == {"alembic_version"}
    database.migrate()
    assert schema(database) == up


def test_migrations_make_what_the_models_describe(empty: Database, database: Database) -> None:
    Base.metadata.create_all(empty.engine)
    migrated = schema(database)
    del migrated["alembic_version"]
    assert migrated == schema(empty)


def schema(database: Database) -> dict[str, Any]:
    """Everything that the database itself says about its tables."""
    found = inspect(database.engine)
    return {table: described(found, table) for table in found.get_table_names()}


def described(found: Inspector, table: str) -> dict[str, Any]:
    return {
        "columns": [
            (column["name"], str(column["type"]), column["nullable"])
            for column in found.get_columns(table)
        ],
        "primary key": found.get_pk_constraint(table),
        "foreign keys": ordered(found.get_foreign_keys(table)),
        "unique": ordered(found.get_unique_constraints(table)),
        "checks": ordered(found.get_check_constraints(table)),
        "indexes": [
            (
                index["name"],
                index["column_names"],
                {name: str(value) for name, value in index.get("dialect_options", {}).items()},
            )
            for index in sorted(found.get_indexes(table), key=lambda index: str(index["name"]))
        ],
    }


def ordered(constraints: Any) -> list[Any]:
    return sorted(constraints, key=lambda one: str(one["name"]))


@pytest.mark.slow
def test_processes_that_start_together_migrate_once(empty: Database) -> None:
    script = "import sys; from app.database import Database; print(Database(sys.argv[1]).migrate())"
    command_line = [sys.executable, "-c", script, empty.url]
    running = [subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0]
    assert "True" in said
    empty.check_ready()


@pytest.fixture
def next_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Add a migration to those that there are, whose steps are given as lines."""

    def add(*steps: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(MIGRATIONS, folder)
        before = newest_schema(None)
        monkeypatch.setattr("app.migrating._MIGRATIONS", folder)
        (folder / "versions" / "next.py").write_text(
            "import sqlalchemy as sa\n"
            "from alembic import op\n"
            f"revision, down_revision = 'next', {before!r}\n"
            "def upgrade():\n" + "".join(f"    {step}\n" for step in steps)
        )

    return add


def test_a_migration_may_put_another_table_in_the_place_of_one_that_others_refer_to(
    seeded: Database, next_migration: Callable[..., None]
) -> None:
    next_migration(
        "with op.batch_alter_table('meetings') as table:",
        "    table.add_column(sa.Column('colour', sa.Text()))",
        "    table.create_check_constraint('colour', \"colour <> 'grey'\")",
    )
    assert seeded.migrate()
    seeded.check_ready()
    with seeded.read() as session:
        assert session.scalar(text("SELECT count(*) FROM participants")) == 18
        assert session.scalar(text("SELECT count(colour) + 9 FROM meetings")) == 9


def test_what_cannot_be_done_after_a_migration_takes_it_back(
    seeded: Database, next_migration: Callable[..., None]
) -> None:
    def fail(session: Session) -> None:
        assert session.scalar(text("SELECT count(*) FROM documents")) == 0
        raise ZeroDivisionError

    before = seeded.schema()
    next_migration("op.execute('DELETE FROM documents')")
    with pytest.raises(ZeroDivisionError):
        seeded.migrate(fail)
    assert seeded.schema() == before
    with seeded.read() as session:
        assert list(audit(session)) == []


@pytest.mark.slow
def test_who_serves_while_a_newer_version_migrates_says_so_and_writes_nothing_more(
    seeded: Database, next_migration: Callable[..., None]
) -> None:
    headers = key(seeded.url, "ann")
    newer = "A newer version of Parley made the database (its schema is next); install that."
    with started(["parley", "serve"], seeded.url) as (_, client):
        client.headers.update(headers)
        assert put(client, "before").status_code == 201
        before = seeded.schema()
        next_migration("op.alter_column('people', 'note_en', new_column_name='remark_en')")
        assert seeded.migrate()
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/v1/people/before"):
            assert_not_ready(client.get(path), newer)
        assert_not_ready(put(client, "after"), newer)
        assert client.get("/v1/meetings?limit=5").status_code == 200
        with seeded.engine.begin() as connection:
            connection.execute(text("ALTER TABLE people RENAME COLUMN remark_en TO note_en"))
            connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": before})
        assert_read(client)
        assert put(client, "after").status_code == 201
