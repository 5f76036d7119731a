"""numbers in the order of days.

The read model is emptied: `parley migrate` makes it anew. Lists are kept as sets of numbers alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SLUG = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")


def upgrade() -> None:
    """Apply."""
    _empty()
    op.drop_table("postings")
    op.drop_table("documents")
    op.drop_table("members")
    op.create_table(
        "documents",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_documents")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_documents_meeting_id")),
    )
    op.create_index("ix_documents_order", "documents", ["starts_on", "meeting_id", "number"])
    op.create_index(
        "ix_documents_longer_than_a_day",
        "documents",
        ["starts_on", "ends_on", "number"],
        sqlite_where=sa.text("ends_on IS NOT NULL"),
        postgresql_where=sa.text("ends_on IS NOT NULL"),
    )
    op.create_table(
        "members",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term_id", "block", name=op.f("pk_members")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "calendar",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("days", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_calendar")),
    )


def downgrade() -> None:
    """Undo."""
    for name in ("calendar", "members", "documents"):
        op.drop_table(name)
    op.execute(sa.delete(sa.table("terms")))
    op.create_table(
        "members",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term_id", "block", name=op.f("pk_members")),
    )
    op.create_table(
        "documents",
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("term_ids", sa.JSON(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_documents_number")),
    )
    op.create_index("ix_documents_days", "documents", ["starts_on", "ends_on", "number"])
    op.create_table(
        "postings",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("term_id", "starts_on", "meeting_id", name=op.f("pk_postings")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_postings_longer_than_a_day",
        "postings",
        ["term_id", "starts_on", "meeting_id", "ends_on"],
        sqlite_where=sa.text("ends_on IS NOT NULL"),
        postgresql_where=sa.text("ends_on IS NOT NULL"),
    )


def _empty() -> None:
    """Drop what readers are served from: all of it can be made from what is stored."""
    for name in ("members", "postings", "documents", "terms"):
        op.execute(sa.delete(sa.table(name)))
