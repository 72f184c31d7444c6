"""Settling 1,000 candidates due at one instant, beside writing the same rows bare in the same batches."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf
from pathlib import Path
from shutil import copyfile
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.dialects.sqlite import insert

from bot.clock import SharedClock
from bot.compose import BATCH, Bot
from rules.words import Phase
from storage import tables
from storage.database import Database
from storage.engine import writer
from tests.bench import copies
from tests.bench.installation import Installation
from tests.bench.pressing import announced_once
from tests.bench.report import Measured, percentile

Rows = dict[Any, dict[str, Any]]


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    due, rounds = (100, 1) if quick else (1000, 5)
    installation = Installation(limits=False)
    ours, bare, single = [], [], []
    try:
        announced_once(installation)
        copies.announced(installation.file, 1000, due - 1)
        at = _all_is_fair(installation)
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            fresh = [installation.folder / f"{name}-{number}.db" for name in ("a", "b", "c")]
            for file in fresh:
                copyfile(installation.file, file)
            ours.append(_settle(installation, fresh[0], at, due))
            written = _written(installation.file, fresh[0])
            bare.append(_write_bare(fresh[1], written, due, many=True))
            single.append(_write_bare(fresh[2], written, due, many=False))
            rows = Counter({table.name: len(rows) for table, rows in written})
    finally:
        installation.close()
    found = Measured(f"settle: {due} candidates due at one instant, released by silence")
    found.line("rows written", str(dict(rows)))
    for what, seconds in (
        ("ours", ours),
        ("bare, many rows a statement", bare),
        ("bare, one row a statement", single),
    ):
        middle = percentile(seconds, 0.5)
        found.line(what, f"p50 {middle * 1e3:.0f} ms, {middle / due * 1e6:.0f} µs a candidate")
    found.line("lost, twice", "none: each was released by exactly one fact")
    times = percentile(ours, 0.5) / percentile(single, 0.5)
    found.line("ours / one row a statement", f"{times:.2f}")
    found.bar("settle-times-bare", percentile(ours, 0.5) / percentile(bare, 0.5), 3)
    return found


def _all_is_fair(installation: Installation) -> datetime:
    """Everything that silence needs by the release time: the door open, the mirror fresh."""
    database = Database.open(f"sqlite:///{installation.file}")
    with database.read() as reader:
        at = max(c.release_at for c in reader.open_candidates() if c.release_at)
        company = reader.company()
        announced = min(c.announced_at for c in reader.open_candidates())
    with database.write(lambda: at) as tx:
        tx.put_people(replace(p, fetched_at=at) for p in company.people.values())
        for group in company.groups.values():
            tx.put_group(replace(group, fetched_at=at))
    database.close()
    with copies.writing(installation.file) as connection:
        open_all_along = {"replica": "bench", "opened_at": announced, "marked_at": at}
        connection.execute(insert(tables.door), open_all_along)
    return at


def _settle(installation: Installation, file: Path, at: datetime, due: int) -> float:
    """Seconds it takes. Raises RuntimeError where one was lost or released twice."""
    database = Database.open(f"sqlite:///{file}")
    bot = Bot(installation.settings(), database, SharedClock(at))
    with database.read() as reader:
        reader.company()
    began = time.perf_counter()
    bot.settle()
    took = time.perf_counter() - began
    with database.read() as reader:
        released = reader.phases().get(Phase.RELEASED, 0)
        told = [e.fact for e in reader.facts(limit=10 * due)]
    database.close()
    once = Counter(fact.candidate for fact in told if fact.kind == "candidate.released")
    if released != due or len(once) != due or set(once.values()) != {1}:
        raise RuntimeError(f"{released} of {due} were released, by {sum(once.values())} facts")
    return took


def _written(before: Path, after: Path) -> list[tuple[Table, list[dict[str, Any]]]]:
    """The rows that settling left new or changed, in the order of their keys."""
    found = []
    for table in (tables.candidates, tables.facts, tables.outbox, tables.notices):
        old, new = _rows(before, table), _rows(after, table)
        found.append((table, [row for key, row in new.items() if old.get(key) != row]))
    return found


def _rows(file: Path, table: Table) -> Rows:
    keys = list(table.primary_key)
    with copies.writing(file) as connection:
        rows = connection.execute(select(table).order_by(*keys)).mappings()
        return {tuple(row[key.name] for key in keys): dict(row) for row in rows}


def _write_bare(
    file: Path,
    written: Sequence[tuple[Table, list[dict[str, Any]]]],
    due: int,
    *,
    many: bool,
) -> float:
    """Seconds for writing them by Core in as many transactions as settling makes."""
    engine = writer(file, lambda: inf)
    batches = max(1, due // BATCH)
    statements = [(_upsert(table), rows) for table, rows in written if rows]
    with engine.connect() as connection:
        began = time.perf_counter()
        for batch in range(batches):
            with connection.begin():
                for statement, rows in statements:
                    part = rows[batch::batches]
                    if many:
                        connection.execute(statement, part)
                        continue
                    for row in part:
                        connection.execute(statement, row)
        took = time.perf_counter() - began
    engine.dispose()
    return took


def _upsert(table: Table) -> Any:
    added = insert(table)
    if table is tables.facts:
        return added
    keys = [column.name for column in table.primary_key]
    changed = {c.name: added.excluded[c.name] for c in table.columns if c.name not in keys}
    return added.on_conflict_do_update(index_elements=keys, set_=changed)
