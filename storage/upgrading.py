"""Brings the schema to what this program needs, in one transaction of the caller's."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage import revisions
from storage.faults import Unavailable, unavailable


def config(scripts: Path, connection: Connection) -> Config:
    """Alembic's settings without a file, so that they hold in an installed wheel too."""
    made = Config()
    made.set_main_option("script_location", str(scripts).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def upgrade(connection: Connection, scripts: Path, place: str) -> list[str]:
    """Apply what is missing; the revisions applied, in order.

    Raises Unavailable for a newer file, and for tables that are not what the revision says.
    """
    steps = list(ScriptDirectory(str(scripts)).walk_revisions())[::-1]
    order = [step.revision for step in steps]
    now = revisions.current(connection)
    if now is not None and now not in order:
        raise Unavailable(f"{place} was written by a newer Presumptive: run that one, or newer.")
    missing = order[order.index(now) + 1 :] if now is not None else order
    if missing:
        try:
            command.upgrade(config(scripts, connection), "head")
        except DBAPIError as odd:
            raise _not_upgraded(odd, place, now) from odd
    return missing


def _not_upgraded(odd: DBAPIError, place: str, revision: str | None) -> Unavailable:
    """A disk that is full says so; tables that are not there, or there already, are no older program."""
    told, said = unavailable(odd, place), str(odd.orig)
    if told is not None and "no such" not in said:
        return told
    return Unavailable(
        f"{place} can't be upgraded: it says that it stands at revision {revision or 'none'}, and its "
        f"tables say otherwise ({said}). Nothing was changed; restore it from a backup."
    )
