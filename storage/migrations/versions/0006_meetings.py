"""Keep when meetings and digests come, the meetings themselves, topics and actions."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STAGES = "'planned', 'announced', 'running', 'closed', 'cancelled', 'skipped', 'missed'"


def upgrade() -> None:
    """Make the four tables."""
    op.create_table(
        "series",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_series"),
    )
    op.create_table(
        "meetings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.CheckConstraint(f"stage IN ({STAGES})", name=op.f("ck_meetings_stage")),
        sa.PrimaryKeyConstraint("name", name="pk_meetings"),
    )
    op.create_index("ix_meetings_at", "meetings", ["at"])
    op.create_index("ix_meetings_stage", "meetings", ["stage"])
    op.create_table(
        "topics",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'removed', 'discussed')", name=op.f("ck_topics_state")
        ),
        sa.PrimaryKeyConstraint("number", name="pk_topics"),
    )
    op.create_index("ix_topics_state", "topics", ["state"])
    op.create_table(
        "actions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_actions"),
    )
    op.create_index("ix_actions_done_at", "actions", ["done_at"])
