"""The agenda and the digest of a company with a long past: how long gathering and drawing each takes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert, select

from bot.digests import Illustrated, drawn
from commands.agenda_now import agenda_of
from commands.digest_now import digest_of
from rules.announcing import Announcement, Others, announce
from rules.environments import Environment
from rules.facts import Actor, iso
from rules.people import Holder
from rules.product import Product
from rules.words import Role
from storage import tables
from storage.chain import link
from storage.database import Database
from storage.reading import Reader
from tests.bench import copies
from tests.bench.auditing import VERSION, _decisions
from tests.bench.copies import writing
from tests.bench.report import Measured, percentile, spread
from tests.templates.company import MONDAY, PEOPLE, RITA

PRODUCTS = 300
AT_ONCE = 1000
YEAR = timedelta(days=364)
NOW = MONDAY + YEAR + timedelta(days=5)
OPERATOR = Actor(None, (), "command line")
Life = list[dict[str, Any]]


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    many, rounds = (3_000, 3) if quick else (100_000, 15)
    found = Measured(f"meeting: agenda and digest, {many} past candidates, {PRODUCTS} products")
    with tempfile.TemporaryDirectory(prefix="presumptive-bench-") as folder:
        file = Path(folder) / "presumptive.db"
        say(f"writing the past of {many} candidates")
        fill(file, many)
        database = Database.open(f"sqlite:///{file}")
        try:
            say("drawing up agendas and digests")
            agendas = [_timed(database, _agenda) for _ in range(rounds)]
            digests = [_timed(database, _digest) for _ in range(rounds)]
            found.line("database", f"{file.stat().st_size / 1e6:.0f} MB")
            found.line("an agenda", f"{spread(agendas)}, the first {agendas[0] * 1e3:.0f} ms")
            found.line("a digest", f"{spread(digests)}, the first {digests[0] * 1e3:.0f} ms")
        finally:
            database.close()
    found.bar("agenda-ms", percentile(agendas, 0.5) * 1e3, 500)
    found.bar("digest-ms", percentile(digests, 0.5) * 1e3, 500)
    return found


def _timed(database: Database, do: Callable[[Reader], None]) -> float:
    with database.read() as reader:
        began = time.perf_counter()
        do(reader)
        return time.perf_counter() - began


def _agenda(reader: Reader) -> None:
    assert agenda_of(reader, None, NOW).items


def _digest(reader: Reader) -> None:
    digest = digest_of(reader, NOW - timedelta(days=7), NOW, NOW)
    assert digest.went
    assert digest.silent
    assert isinstance(drawn(digest, reader.company(), "/release"), Illustrated)


# The past.


def fill(file: Path, many: int) -> None:
    """A year of copies of one life, in every product, and a candidate of each that is announced."""
    database = Database.open(f"sqlite:///{file}")
    database.upgrade()
    for decision in _decisions():
        with database.write(lambda: MONDAY) as tx:
            tx.save(decision)
    with writing(file) as connection:
        row = dict(connection.execute(select(tables.candidates)).mappings().one())
        life = [dict(f) for f in connection.execute(select(tables.facts)).mappings()]
        head = life[-1]["id"], life[-1]["hash"]
        times = sorted({fact["at"] for fact in life}, reverse=True)
        groups = max(1, many // AT_ONCE)
        for number in range(groups):
            shift = YEAR * (number + 1) / groups
            first = number * AT_ONCE + 1
            numbers = range(first, min(first + AT_ONCE, many + 1))
            head = _copy(connection, row, life, numbers, (head, shift, times))
        copies.released(connection)
    _open(database)
    database.close()


def _moved(text: str, times: list[datetime], shift: timedelta) -> str:
    """The text with each of these instants so much later, as facts and as documents write them."""
    for at in times:
        text = text.replace(iso(at) or "", iso(at + shift) or "")
        text = text.replace(f"{at:%Y-%m-%dT%H:%M:%S}Z", f"{at + shift:%Y-%m-%dT%H:%M:%S}Z")
    return text


def _copy(
    connection: Connection,
    row: dict[str, Any],
    life: Life,
    numbers: range,
    moved: tuple[tuple[int, str], timedelta, list[datetime]],
) -> tuple[int, str]:
    """The candidates of these numbers, all at once and so much later; the new head of the chain."""
    (last, previous), shift, times = moved
    later = _moved(row["doc"], times, shift)
    rows, facts, asked, heard = [], [], [], []

    def named(text: str, number: int) -> str:
        name = f"product-{number % PRODUCTS}"
        return text.replace(VERSION, f"77.7.{number}").replace('"payments"', f'"{name}"')

    for number in numbers:
        doc, product = named(later, number), f"product-{number % PRODUCTS}"
        version = f"77.7.{number}"
        copied = {"id": number + 1, "product": product, "version": version, "doc": doc}
        rows.append({**row, **copied, "release_at": None, "due_at": None})
        for state in ("operation", "organization"):
            key, name = f"ask:{number}:{state}", f"{product}@{version}#1"
            asked.append({**_ask(name, MONDAY + shift), "key": key})
            told = {"key": key, "state": state, "version": 1, "delivered_at": MONDAY + shift}
            heard.append(told)
    for step in life:
        body, at = _moved(step["body"], times, shift), step["at"] + shift
        for number in numbers:
            last += 1
            product = f"product-{number % PRODUCTS}"
            name = f"{product}@77.7.{number}#1"
            said = named(body, number).replace("payments@", f"{product}@")
            sealed = link(previous, said)
            chained = {"id": last, "body": said, "prev_hash": previous, "hash": sealed}
            facts.append({**step, **chained, "at": at, "product": product, "candidate": name})
            previous = sealed
    for table, written in (
        (tables.candidates, rows),
        (tables.facts, facts),
        (tables.outbox, asked),
        (tables.notices, heard),
    ):
        connection.execute(insert(table), written)
    return last, previous


def _ask(name: str, at: datetime) -> dict[str, Any]:
    return {
        "kind": "ask",
        "target": RITA,
        "candidate": name,
        "person": RITA,
        "states": "",
        "about": "{}",
        "once": True,
        "want": 1,
        "sent": 1,
        "state": "sent",
        "attempts": 0,
        "wanted_at": at,
        "not_before": at,
        "delivered_at": at,
        "ambiguous": False,
        "repeated": False,
    }


def _open(database: Database) -> None:
    """Every product declared, with people to answer for it, and the next release of each announced."""
    holders = {role: (Holder("user", RITA, MONDAY),) for role in Role}
    with database.write(lambda: NOW) as tx:
        tx.put_company(
            products=[
                Product(f"product-{n}", "C0REL0001", "UTC", holders, environments=("prod",))
                for n in range(PRODUCTS)
            ],
            calendars=(),
            installation=tx.company().installation,
            people_calendars={},
            environments=[Environment("prod", capacity=PRODUCTS)],
        )
        tx.put_people(PEOPLE.values())
    with database.write(lambda: NOW) as tx:
        for number in range(PRODUCTS):
            here = tx.setting(tx.company().products[f"product-{number}"], None, tx.now)
            at = NOW + timedelta(days=3, minutes=15 * number)
            said = Announcement("78.0.0", release_at=at)
            tx.save(announce(said, Others(), here, OPERATOR, tx.now))
