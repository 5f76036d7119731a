"""lists of the other side.

The read model is emptied: `parley migrate` makes it anew, with the lists that anchors ask for.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _empty()


def downgrade() -> None:
    """Undo."""
    _empty()


def _empty() -> None:
    """Drop what readers are served from: all of it can be made from what is stored."""
    for name in ("members", "postings", "documents", "terms"):
        op.execute(sa.delete(sa.table(name)))
