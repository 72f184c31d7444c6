"""Keep where releases go, what they need and when nothing goes out: each a document by its name."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of environments, resources and freezes."""
    for name in ("environments", "resources", "freezes"):
        op.create_table(
            name,
            sa.Column("name", sa.String(), nullable=False),
            sa.Column("doc", sa.Text(), nullable=False),
            sa.Column("changed", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("name", name=f"pk_{name}"),
        )
