"""search and count.

The read model is emptied: `parley migrate` makes it anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SLUG = sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql")
TEXT = sa.String(length=250).with_variant(sa.String(length=250, collation="C"), "postgresql")
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


def upgrade() -> None:
    """Apply."""
    _empty()
    op.drop_table("documents")
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
    op.create_index(op.f("ix_documents_days"), "documents", ["starts_on", "ends_on", "number"])
    op.create_table(
        "members",
        sa.Column("term_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("block", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("numbers", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("term_id", "block", name=op.f("pk_members")),
    )
    op.create_table(
        "names",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("type", sa.Enum(*TYPES, native_enum=False, length=20), nullable=False),
        sa.Column("record_id", SLUG, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            f"type IN ({', '.join(repr(one) for one in TYPES)})", name=op.f("ck_names_type")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_names")),
    )
    op.create_index(op.f("ix_names_record"), "names", ["type", "record_id"])
    op.create_index(op.f("ix_names_text"), "names", ["text", "type", "record_id", "position"])


def downgrade() -> None:
    """Undo."""
    _empty()
    op.drop_table("names")
    op.drop_table("members")
    op.drop_table("documents")
    op.create_table(
        "documents",
        sa.Column("meeting_id", SLUG, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("term_ids", sa.JSON(), nullable=False),
        sa.Column("json", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_documents")),
    )


def _empty() -> None:
    """Drop what readers are served from: all of it can be made from what is stored."""
    for name in ("postings", "documents", "terms"):
        op.execute(sa.delete(sa.table(name)))
