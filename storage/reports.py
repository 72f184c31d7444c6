"""What reports were reduced to, by the file's digest: to compare with, and no part of the chain."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from storage.documents import plain
from storage.tables import reports as table

KEEP = insert(table).on_conflict_do_nothing(index_elements=["digest", "source"])
ONE = select(table.c.doc).where(
    table.c.digest == bindparam("digest"), table.c.source == bindparam("source")
)


def keep(connection: Connection, digest: str, source: str, items: Mapping[str, str]) -> None:
    """Keep what a file was reduced to; the same file again changes nothing."""
    row = {"digest": digest, "source": source, "doc": plain(dict(items))}
    connection.execute(KEEP, row)


def one(connection: Connection, digest: str, source: str) -> Mapping[str, str] | None:
    """What a file was reduced to; None where it was never kept."""
    found = connection.execute(ONE, {"digest": digest, "source": source}).scalar()
    return None if found is None else dict(json.loads(found))
