"""Find the halts that were asked for and not answered among the facts; keep heads that must be in the log."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

HANDS = sa.text("kind = 'holders.changed'")
ASKS = sa.text("kind IN ('halt.asked', 'halt.answered')")


def upgrade() -> None:
    """Index the few facts that say so, and those that say who holds a role; make the table."""
    op.create_index("ix_facts_asked", "facts", ["id"], sqlite_where=ASKS, postgresql_where=ASKS)
    op.create_index(
        "ix_facts_hands", "facts", ["product", "id"], sqlite_where=HANDS, postgresql_where=HANDS
    )
    op.create_table(
        "heads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heads"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("heads")
    op.drop_index("ix_facts_hands", "facts")
    op.drop_index("ix_facts_asked", "facts")
