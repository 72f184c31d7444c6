"""Find the halts that were asked for and not answered among the facts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"
branch_labels = None
depends_on = None

ASKS = sa.text("kind IN ('halt.asked', 'halt.answered')")


def upgrade() -> None:
    """Index the few facts that say so."""
    op.create_index("ix_facts_asked", "facts", ["id"], sqlite_where=ASKS, postgresql_where=ASKS)


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_facts_asked", "facts")
