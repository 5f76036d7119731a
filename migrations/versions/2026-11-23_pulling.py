"""when each version was written, how far others were pulled, what tells commits apart."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = {
    "region": "regions",
    "country": "countries",
    "source": "sources",
    "theme": "themes",
    "organization": "organizations",
    "person": "people",
    "place": "places",
    "event": "events",
    "meeting": "meetings",
    "coverage": "coverage",
}


def upgrade() -> None:
    """Apply; what came from another database was written there, which its record alone knows."""
    op.create_table(
        "remotes",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("pulled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_remotes")),
    )
    op.add_column("dataset", sa.Column("mark", sa.Text(), nullable=True))
    op.execute("UPDATE dataset SET mark = epoch")
    with op.batch_alter_table("dataset") as batch:
        batch.alter_column("mark", nullable=False)
    op.add_column("changes", sa.Column("pulled_from", sa.Text(), nullable=True))
    op.add_column("versions", sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE versions SET updated_at = (SELECT made_at FROM changes"
        " WHERE changes.type = versions.type AND changes.record_id = versions.record_id"
        " AND changes.version = versions.version)"
    )
    for kind, table in TABLES.items():
        same = f"id = versions.record_id AND {table}.version = versions.version"
        op.execute(
            f"UPDATE versions SET updated_at = (SELECT updated_at FROM {table} WHERE {same})"  # noqa: S608 (of the names above)
            f" WHERE type = '{kind}' AND EXISTS (SELECT 1 FROM {table} WHERE {same})"
        )
    with op.batch_alter_table("versions") as batch:
        batch.alter_column("updated_at", nullable=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("versions") as batch:
        batch.drop_column("updated_at")
    op.drop_table("remotes")
    with op.batch_alter_table("dataset") as batch:
        batch.drop_column("mark")
    with op.batch_alter_table("changes") as batch:
        batch.drop_column("pulled_from")
