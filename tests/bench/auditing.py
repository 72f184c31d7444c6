"""`presumptive audit verify` of 1,000,000 facts of 100,000 candidates, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import Connection, insert, select

from rules import asserting, deploying, halting, moving, presume
from rules.announcing import Announcement, Others, announce
from rules.facts import Decision
from storage import tables
from storage.chain import link
from storage.database import Database
from tests.bench.copies import released, writing
from tests.bench.installation import ROOT
from tests.bench.report import Measured
from tests.templates.company import (
    AS_ALICE,
    AS_DAVE,
    AS_OMAR,
    AS_SAM,
    CHANGES,
    HOUR,
    MONDAY,
    after,
    setting,
)

VERSION = "77.7.1"
LIFE = 10
"""Facts of each candidate, from its announcement to its deployment."""
AT_ONCE = 1000


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    many = 2_000 if quick else 100_000
    found = Measured(f"audit: verifying {many * LIFE} facts of {many} candidates")
    with tempfile.TemporaryDirectory(prefix="presumptive-bench-") as folder:
        file = Path(folder) / "presumptive.db"
        say(f"writing {many * LIFE} facts")
        _fill(file, many)
        say("verifying")
        seconds, megabytes, said = _verify(file)
        found.line("said", said)
        found.line("database", f"{file.stat().st_size / 1e6:.0f} MB")
        found.line("a fact", f"{seconds / many / LIFE * 1e6:.1f} µs")
    found.bar("audit-verify", seconds, 30)
    found.bar("audit-verify-mb", megabytes, 200)
    return found


def _decisions() -> Iterator[Decision]:
    """A candidate's life as the rules make it: announced, halted, lifted, released, deployed."""
    words = Announcement(VERSION, commit="9fceb02", notes=CHANGES)
    yield (made := announce(words, Others(), setting(told=False), AS_DAVE, MONDAY))
    later = MONDAY + HOUR
    here = setting(now=later)
    yield (made := asserting.assert_states(after(made), (), here, AS_ALICE, later))
    yield (made := halting.halt(after(made), (), None, here, AS_SAM, later))
    yield (made := halting.halt(after(made), (), "CVE-2026-1234 is open", here, AS_SAM, later))
    yield (made := halting.lift(after(made), (), "fixed in c0ffee1", here, AS_SAM, later))
    yield (made := moving.extend(after(made), here, AS_OMAR, later))
    yield (made := asserting.assert_states(after(made), (), here, AS_SAM, later))
    due = after(made).release_at
    assert due is not None
    released = presume.settle(after(made), setting(now=due), due)
    assert isinstance(released, Decision)
    yield released
    yield (made := deploying.report("deploying", after(released), None, AS_OMAR, due))
    yield deploying.report("deployed", after(made), None, AS_OMAR, due)


def _fill(file: Path, many: int) -> None:
    """Copies of one life, chained, each row as the program itself wrote the first."""
    database = Database.open(f"sqlite:///{file}")
    database.upgrade()
    for decision in _decisions():
        with database.write(lambda: MONDAY) as tx:
            tx.save(decision)
    database.close()
    with writing(file) as connection:
        row = dict(connection.execute(select(tables.candidates)).mappings().one())
        life = [dict(f) for f in connection.execute(select(tables.facts)).mappings()]
        if len(life) != LIFE:
            raise RuntimeError(f"a life has {len(life)} facts, not {LIFE}")
        head = life[-1]["id"], life[-1]["hash"]
        for first in range(2, many + 1, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, many + 1))
            head = _copy(connection, row, life, numbers, head)
        released(connection)


def _copy(
    connection: Connection,
    row: dict[str, Any],
    life: list[dict[str, Any]],
    numbers: range,
    head: tuple[int, str],
) -> tuple[int, str]:
    """The candidates of these numbers, their facts interleaved as in a busy company; the new head."""
    last, previous = head
    rows, facts = [], []
    for number in numbers:
        version = f"77.7.{number}"
        doc = row["doc"].replace(VERSION, version)
        rows.append({**row, "id": number, "version": version, "doc": doc})
    for step in life:
        for number in numbers:
            last += 1
            name = f"payments@77.7.{number}#1"
            body = step["body"].replace(VERSION, f"77.7.{number}")
            sealed = link(previous, body)
            chained = {"id": last, "body": body, "prev_hash": previous, "hash": sealed}
            facts.append({**step, **chained, "candidate": name})
            previous = sealed
    connection.execute(insert(tables.candidates), rows)
    connection.execute(insert(tables.facts), facts)
    return last, previous


def _verify(file: Path) -> tuple[float, float, str]:
    """Seconds it takes from start to end, the most memory it held in MB, and what it said."""
    began = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "-m", "bot.cli", "audit", "verify"],
        cwd=file.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT), "DATABASE_URL": f"sqlite:///{file}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watched, most = psutil.Process(running.pid), 0
    while running.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    said, _ = running.communicate()
    if running.returncode:
        raise RuntimeError(said)
    return time.monotonic() - began, most / 1e6, said.splitlines()[0]
