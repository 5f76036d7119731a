"""attendance.

The read model is emptied: `parley migrate` makes it anew, with who took part in each meeting.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SLUG = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
PARTS = sa.Column("parts", sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Apply."""
    _make_documents_anew(PARTS)
    op.create_table(
        "attendance",
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("parts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("block", name=op.f("pk_attendance")),
    )


def downgrade() -> None:
    """Undo; `parley rebuild` of the version before makes it anew."""
    _make_documents_anew()
    op.drop_table("attendance")


def _make_documents_anew(*columns: sa.Column[bytes]) -> None:
    """Drop what readers are served from: all of it can be made from what is stored."""
    for name in ("members", "calendar", "terms"):
        op.execute(sa.delete(sa.table(name)))
    op.drop_table("documents")
    op.create_table(
        "documents",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        *columns,
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
