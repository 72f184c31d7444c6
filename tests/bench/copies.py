"""Fills a database with copies of what was really announced, and clears what a round has left."""

from __future__ import annotations

import json
import runpy
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from storage.chain import link
from storage.engine import writer
from storage.revisions import MIGRATIONS
from tests.bench.installation import NAME, VERSION

VERSION_OF = "'7.7.' || n.value"
NUMBERS = "(WITH RECURSIVE s(value) AS (SELECT :first UNION ALL SELECT value + 1 FROM s WHERE value + 1 < :past) SELECT value FROM s)"
KEPT = ("version", "doc", "key", "candidate")


@contextmanager
def writing(file: Path) -> Iterator[Connection]:
    """One transaction on a file which the bot may have open too."""
    engine = writer(file, lambda: inf)
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def name_of(number: int) -> str:
    """The whole name of one copy."""
    return f"payments@7.7.{number}#1"


def announced(file: Path, first: int, count: int, *, asks: bool = True) -> list[str]:
    """Copies of the announced candidate, delivered like it; their names.

    Their messages are the very ones of the original. Without `asks` there is only the card.
    """
    with writing(file) as connection:
        _rows(connection, "candidates", first, count, f"version = '{VERSION}'")
        kinds = "('card', 'ask')" if asks else "('card')"
        _rows(connection, "outbox", first, count, f"candidate = '{NAME}' AND kind IN {kinds}")
        if asks:
            _rows(connection, "notices", first, count, f"key LIKE 'ask:{NAME}:%'")
        body = connection.exec_driver_sql(
            "SELECT body FROM facts WHERE candidate = ? ORDER BY id", (NAME,)
        ).scalar_one()
        _facts(connection, [body], first, count)
    return [name_of(number) for number in range(first, first + count)]


def past(file: Path, count: int, facts: int) -> None:
    """`count` candidates whose life is over, with `facts` facts between them, and their messages."""
    with writing(file) as connection:
        first = 100_000
        original = f"version = '{VERSION}'"
        _rows(connection, "candidates", first, count, original)
        connection.exec_driver_sql(
            "UPDATE candidates SET phase = 'deployed', release_at = NULL, due_at = NULL,"
            " doc = json_set(doc, '$.phase', 'deployed') WHERE phase = 'announced'"
            f" AND version != '{VERSION}'"
        )
        _rows(connection, "outbox", first, count, f"candidate = '{NAME}'")
        _rows(connection, "notices", first, count, f"key LIKE 'ask:{NAME}:%'")
        bodies = connection.exec_driver_sql(
            "SELECT body FROM facts WHERE candidate = ? ORDER BY id LIMIT 1", (NAME,)
        ).scalars()
        _facts(connection, list(bodies) * (facts // count), first, count)


def released(connection: Connection) -> None:
    """Keep what went out as the program keeps it, by the statement that once brought the table."""
    step = runpy.run_path(str(MIGRATIONS / "versions" / "0007_releases.py"))
    connection.exec_driver_sql("DELETE FROM releases")
    connection.exec_driver_sql(step["FILL"])


def clear(file: Path) -> None:
    """After a round: what was announced is withdrawn, and nothing waits to be said."""
    with writing(file) as connection:
        connection.exec_driver_sql(
            "UPDATE candidates SET phase = 'withdrawn', release_at = NULL, due_at = NULL,"
            " doc = json_set(doc, '$.phase', 'withdrawn')"
            f" WHERE phase = 'announced' AND version != '{VERSION}'"
        )
        connection.exec_driver_sql(
            "UPDATE outbox SET state = 'sent', sent = want WHERE state IN ('waiting', 'sending')"
        )


def counts(file: Path) -> dict[str, int]:
    """How many rows there are of what a press writes."""
    with writing(file) as connection:
        return {
            table: int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())
            for table in ("candidates", "facts", "outbox", "inbox")
        }


def _rows(connection: Connection, table: str, first: int, count: int, where: str) -> None:
    """Copies of some rows with the number in place of the original's, by SQLite alone."""
    columns = [row.name for row in connection.exec_driver_sql(f"PRAGMA table_info({table})")]
    into = [name for name in columns if name != "id"]
    chosen = [
        f"replace(t.{name}, '{VERSION}', {VERSION_OF})" if name in KEPT else f"t.{name}"
        for name in into
    ]
    numbers = NUMBERS.replace(":first", str(first)).replace(":past", str(first + count))
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({', '.join(into)}) SELECT {', '.join(chosen)}"
        f" FROM {numbers} n CROSS JOIN {table} t WHERE t.rowid IN"
        f" (SELECT rowid FROM {table} WHERE {where})"
    )


def _facts(connection: Connection, bodies: list[str], first: int, count: int) -> None:
    """The chain goes on: each of these bodies for each of the copies."""
    last, previous = connection.exec_driver_sql(
        "SELECT id, hash FROM facts ORDER BY id DESC LIMIT 1"
    ).one()
    parsed = [(json.loads(body), body) for body in bodies]
    rows: list[tuple[Any, ...]] = []
    for number in range(first, first + count):
        for said, body in parsed:
            last += 1
            text = body.replace(VERSION, f"7.7.{number}")
            sealed = link(previous, text)
            at = said["at"].replace("T", " ").removesuffix("+00:00")
            by, product, law = said["by"]["person"], said["product"], said["law"]
            name = name_of(number)
            rows.append((last, said["kind"], at, by, product, name, law, text, previous, sealed))
            previous = sealed
        if len(rows) >= 10_000:
            _append(connection, rows)
            rows = []
    if rows:
        _append(connection, rows)


def _append(connection: Connection, rows: list[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql(
        "INSERT INTO facts (id, kind, at, person, product, candidate, law, body, prev_hash, hash)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
