"""Note of each stretch of an open door how it ended; those there are have ended well."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a program of the version before goes on writing rows that have ended well."""
    op.add_column("door", sa.Column("ended", sa.String(), nullable=False, server_default="left"))
