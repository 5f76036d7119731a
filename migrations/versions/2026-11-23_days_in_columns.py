"""days in columns.

The read model is made anew by `parley migrate`: the days of a block are kept as two columns.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.execute(sa.delete(sa.table("calendar")))


def downgrade() -> None:
    """Undo; `parley rebuild` of the version before makes it anew."""
    op.execute(sa.delete(sa.table("calendar")))
