"""Which revision a database stands at and which this program needs, without loading what could change it.

Loading Alembic takes longer than everything else at a start, and nearly every start needs nothing of it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.faults import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"

OURS = frozenset({"facts", "candidates"})
"""Tables that every revision has."""


def needed(scripts: Path = MIGRATIONS) -> str:
    """The newest revision: the number its file's name begins with."""
    steps = (scripts / "versions").glob("[0-9]*_*.py")
    return max(step.name.partition("_")[0] for step in steps)


def current(connection: Connection) -> str | None:
    """The revision a database stands at; None where it has no tables.

    Raises Unavailable where what it says of itself can't be true.
    """
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables and not tables & OURS:
        return None
    said: list[str] = []
    if "alembic_version" in tables:
        said = list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
    if len(said) == 1 and tables >= OURS:
        return said[0]
    if not said and not tables & OURS:
        return None
    raise Unavailable(
        "The database does not say which version wrote it (its table alembic_version does not fit "
        "its other tables): restore it from a backup."
    )
