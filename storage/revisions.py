"""Which revision a database stands at and which this program needs, without loading what could change it.

Loading Alembic takes longer than everything else at a start, and nearly every start needs nothing of it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"


def needed(scripts: Path = MIGRATIONS) -> str:
    """The newest revision: the number its file's name begins with."""
    steps = (scripts / "versions").glob("[0-9]*_*.py")
    return max(step.name.partition("_")[0] for step in steps)


def current(connection: Connection) -> str | None:
    """The revision a database stands at; None where it has no tables."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
