"""Find a message by its place: a shortcut on it says only its channel and ts."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Index the outbox by channel and ts."""
    op.create_index("ix_outbox_channel_ts", "outbox", ["channel", "ts"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index("ix_outbox_channel_ts", "outbox")
