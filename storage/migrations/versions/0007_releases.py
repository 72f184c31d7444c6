"""Keep what went out, small and in order of time, and which digests were posted."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO releases (name, at, doc)
SELECT product || '@' || version || '#' || build,
    replace(substr(released, 1, 19), 'T', ' ') || '.'
        || CASE substr(released, 20, 1) WHEN '.' THEN substr(released, 21, 6) ELSE '000000' END,
    json_object(
        'name', product || '@' || version || '#' || build,
        'announced_at', json_extract(doc, '$.announced_at'),
        'at', released,
        'asserted', json((SELECT json_group_object(word.key, json_extract(word.value, '$.at'))
                          FROM json_each(doc, '$.assertions') AS word)),
        'outcome', json(coalesce(json_extract(doc, '$.outcome'), '{}')),
        'phase', phase,
        'hotfix', json(CASE WHEN json_extract(doc, '$.hotfix.confirmed_at') IS NULL
                            THEN 'false' ELSE 'true' END))
FROM (
    SELECT product, version, build, phase, doc, json_extract(doc, '$.released_at') AS released
    FROM candidates
    WHERE phase IN ('released', 'deploying', 'deployed', 'failed', 'rolled_back',
                    'superseded')
) WHERE released IS NOT NULL
"""
"""Every candidate that has gone out, as the program itself keeps it from now on."""


def upgrade() -> None:
    """Make the two tables, and fill the first from the candidates there are."""
    op.create_table(
        "releases",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_releases"),
    )
    op.create_index("ix_releases_at", "releases", ["at"])
    op.create_table(
        "digests",
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("slot", name="pk_digests"),
    )
    op.execute(FILL)
