"""Brings the schema to what this program needs, in one transaction of the caller's."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage import revisions
from storage.faults import Unavailable


def config(scripts: Path, connection: Connection) -> Config:
    """Alembic's settings without a file, so that they hold in an installed wheel too."""
    made = Config()
    made.set_main_option("script_location", str(scripts).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection, scripts: Path, place: str) -> list[str]:
    """Apply what is missing; the revisions applied, in order. Raises Unavailable for a newer file."""
    steps = list(ScriptDirectory(str(scripts)).walk_revisions())[::-1]
    order = [step.revision for step in steps]
    now = revisions.current(connection)
    if now is not None and now not in order:
        raise Unavailable(f"{place} was written by a newer Presumptive: run that one, or newer.")
    missing = order[order.index(now) + 1 :] if now is not None else order
    if missing:
        command.upgrade(config(scripts, connection), "head")
    return missing
