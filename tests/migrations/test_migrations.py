"""Migrations go up and down, and lead to the schema that the models describe."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Inspector, inspect, text

from app.database import Database
from app.migrating import alembic_config
from app.models import Base

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


def test_processes_that_start_together_migrate_once(empty: Database) -> None:
    script = "import sys; from app.database import Database; print(Database(sys.argv[1]).migrate())"
    command_line = [sys.executable, "-c", script, empty.url]
    running = [subprocess.Popen(command_line, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0, 0]
    assert "True" in said
    empty.check_ready()


def test_a_migration_may_put_another_table_in_the_place_of_one_that_others_refer_to(
    seeded: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    (folder / "versions" / "next.py").write_text(
        "import sqlalchemy as sa\n"
        "from alembic import op\n"
        f"revision, down_revision = 'next', {seeded.schema()!r}\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('meetings') as table:\n"
        "        table.add_column(sa.Column('colour', sa.Text()))\n"
        "        table.create_check_constraint('colour', \"colour <> 'grey'\")\n"
    )
    monkeypatch.setattr("app.migrating._MIGRATIONS", folder)
    assert seeded.migrate()
    seeded.check_ready()
    with seeded.read() as session:
        assert session.scalar(text("SELECT count(*) FROM participants")) == 18
        assert session.scalar(text("SELECT count(colour) + 9 FROM meetings")) == 9
