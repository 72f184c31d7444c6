"""Keep what plans collide by: the candidates not ended, what is in production, and whether plans were looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = "product || '@' || version || '#' || build"


def upgrade() -> None:
    """Make the three tables, and fill them from the candidates there are."""
    op.create_table(
        "planned",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_planned"),
    )
    op.create_table(
        "production",
        sa.Column("product", sa.String(), nullable=False),
        sa.Column("environment", sa.String(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("product", "environment", name="pk_production"),
    )
    op.create_table(
        "planning",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_planning_single")),
        sa.PrimaryKeyConstraint("id", name="pk_planning"),
    )
    op.execute("INSERT INTO planning (id, changed, seen) VALUES (1, 1, 0)")
    op.execute(
        f"""
        INSERT INTO planned (name, doc)
        SELECT {NAME}, json_object(
            'name', {NAME}, 'product', product, 'version', version, 'phase', phase,
            'at', json_extract(doc, CASE WHEN phase IN ('announced', 'halted')
                                    THEN '$.release_at' ELSE '$.released_at' END),
            'announced_at', json_extract(doc, '$.announced_at'))
        FROM candidates
        WHERE phase IN ('announced', 'halted', 'released', 'deploying', 'failed')
        """
    )
    op.execute(
        f"""
        INSERT INTO production (product, environment, doc)
        SELECT product, '', json_object(
            'version', version, 'candidate', {NAME}, 'since', json_extract(doc, '$.released_at'))
        FROM candidates AS newest
        WHERE phase = 'deployed' AND id = (
            SELECT id FROM candidates
            WHERE product = newest.product AND phase = 'deployed'
            ORDER BY json_extract(doc, '$.released_at') DESC, id DESC LIMIT 1)
        """
    )
