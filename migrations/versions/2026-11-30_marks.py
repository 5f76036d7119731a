"""marks.

What counts are made of may be kept from now on until a write into just that part.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    marks = op.create_table(
        "marks",
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_marks")),
    )
    parts = [f"block/{block}" for block in _distinct("calendar", sa.column("block", sa.Integer()))]
    parts += [f"terms/{facet}" for facet in _distinct("terms", sa.column("facet", sa.Text()))]
    op.bulk_insert(marks, [{"part": part, "mark": secrets.token_hex(8)} for part in parts])


def downgrade() -> None:
    """Undo."""
    op.drop_table("marks")


def _distinct(name: str, column: sa.ColumnClause[object]) -> sa.ScalarResult[object]:
    return op.get_bind().scalars(sa.select(column).select_from(sa.table(name)).distinct())
