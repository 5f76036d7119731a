"""tombstones, and assertions of themes of any length."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SLUG = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
TYPES = [
    "region",
    "country",
    "source",
    "theme",
    "organization",
    "person",
    "place",
    "event",
    "meeting",
    "coverage",
]
KIND = sa.Enum(*TYPES, native_enum=False, length=20)
IS_KIND = f"type IN ({', '.join(repr(one) for one in TYPES)})"


def upgrade() -> None:
    """Apply; no version of Parley has written a redirect."""
    # Postgres cannot index texts of the length that wordings may have; the record's shape checks it.
    with op.batch_alter_table("meeting_themes") as table:
        table.drop_constraint(op.f("uq_meeting_themes_assertion"), type_="unique")
    op.drop_table("redirects")
    op.create_table(
        "tombstones",
        sa.Column("type", KIND, nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("into_id", SLUG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.CheckConstraint(IS_KIND, name=op.f("ck_tombstones_type")),
        sa.PrimaryKeyConstraint("type", "record_id", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_into"), "tombstones", ["type", "into_id"])
    op.create_index(op.f("ix_changes_record"), "changes", ["type", "record_id", "version"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("meeting_themes") as table:
        table.create_unique_constraint(
            op.f("uq_meeting_themes_assertion"),
            ["meeting_id", "theme_id", "basis", "wording", "source_id", "locator"],
        )
    op.drop_index(op.f("ix_changes_record"), "changes")
    op.drop_table("tombstones")
    op.create_table(
        "redirects",
        sa.Column("type", KIND, nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("into_id", SLUG, nullable=False),
        sa.CheckConstraint(IS_KIND, name=op.f("ck_redirects_type")),
        sa.PrimaryKeyConstraint("type", "record_id", name=op.f("pk_redirects")),
    )
