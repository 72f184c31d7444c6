"""Plans looked at again after one change among a thousand, and a press in such a world beside one in a small one."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

from bot import compose
from bot.render import Renderer
from commands.dispatch import Desk
from commands.looking import look_again
from rules.announcing import Announcement, Others, announce
from rules.apply import decide
from rules.dependencies import Need
from rules.environments import Environment
from rules.facts import CLOCK, Actor, fact, iso
from rules.people import Holder
from rules.product import Product
from rules.words import Role
from storage.database import Database
from storage.writing import Transaction
from tests.bench.installation import Installation
from tests.bench.pressing import Side, announced_once
from tests.bench.report import Measured, percentile, spread

PRODUCTS, DEPENDENCIES, PLANNED, ENVIRONMENTS = 200, 400, 1000, 20
CIRCLES = 5
"""Dependencies that go against the others."""
SEED = 20261128
OPERATOR = Actor(None, (), "command line")


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    rounds, presses, changes = (2, 80, 5) if quick else (8, 400, 40)
    installation = Installation(limits=False)
    try:
        card = announced_once(installation)
        crowded = installation.folder / "plans.db"
        copyfile(installation.file, crowded)
        say(f"planning {PLANNED} releases of {PRODUCTS} products")
        fill(crowded)
        say(f"looking again after each of {changes} changes")
        looks, bare, facts = looked(crowded, changes)
        with installation.serve() as first, installation.serve(crowded) as second:
            sides = (
                Side("small", first.ready(), installation.file),
                Side("plans", second.ready(), crowded),
            )
            for side in sides:
                side.round(installation, card, "warm-up", 80, 1)
            for number in range(rounds):
                say(f"round {number + 1} of {rounds}")
                for side in sides if number % 2 else reversed(sides):
                    side.round(installation, card, "1", presses, 1)
    finally:
        installation.close()
    small, plans = sides
    found = Measured("collide: a thousand plans looked at again, and a press among them")
    found.line("looked at again after one change", f"{spread(looks)}, {facts} facts came of it")
    found.line("the same candidates only read and parsed", spread(bare))
    for side in sides:
        found.line(f"a press, {side.name}", spread(side.latencies("1")))
    found.bar("collide-ms-after-one-change", percentile(looks, 0.5) * 1e3, 200)
    found.bar("collide-press-p50-times-small", plans.p50("1") / small.p50("1"), 1.2)
    return found


def fill(file: Path) -> None:
    """A company of many products that depend on each other, and five planned releases of each."""
    database = Database.open(f"sqlite:///{file}")
    try:
        with database.write(lambda: datetime.now(UTC)) as tx:
            _company(tx)
        with database.write(lambda: datetime.now(UTC)) as tx:
            for product, version, at in _plans(tx.now):
                _announce(tx, product, version, at)
        look_again(desk_of(database))
    finally:
        database.close()


def _company(tx: Transaction) -> None:
    chance = random.Random(SEED)
    names = [f"product-{number}" for number in range(PRODUCTS)]
    needs: dict[str, list[Need]] = {name: [] for name in names}
    for number in range(DEPENDENCIES):
        low, high = sorted(chance.sample(range(PRODUCTS), 2))
        # Nearly all in one direction, as such graphs are; some the other way round make sets.
        one, other = (low, high) if number < CIRCLES else (high, low)
        needs[names[one]].append(Need(names[other], f">={chance.randint(1, 3)}.0.0"))
    someone = next(iter(tx.company().people))
    holders = {role: (Holder("user", someone, tx.now),) for role in Role}
    places = [f"place-{number}" for number in range(ENVIRONMENTS)]
    tx.put_company(
        products=[
            Product(
                name,
                "C0REL0001",
                "UTC",
                holders,
                scheme="semver",
                needs=tuple(needs[name]),
                environments=(places[number % ENVIRONMENTS],),
            )
            for number, name in enumerate(names)
        ],
        calendars=(),
        installation=tx.company().installation,
        people_calendars={},
        environments=[Environment(place, capacity=4) for place in places],
    )


def _plans(now: datetime) -> Iterator[tuple[str, str, datetime]]:
    chance = random.Random(SEED)
    for number in range(PLANNED):
        at = now + timedelta(days=7, minutes=15 * chance.randint(0, 3000))
        yield f"product-{number % PRODUCTS}", f"{number // PRODUCTS + 1}.0.0", at


def _announce(tx: Transaction, product: str, version: str, at: datetime) -> None:
    setting = tx.setting(tx.company().products[product], None, tx.now)
    said = Announcement(version, release_at=at)
    tx.save(announce(said, Others(), setting, OPERATOR, tx.now))


def desk_of(database: Database) -> Desk:
    return Desk(database, lambda: datetime.now(UTC), compose.tools(Renderer()))


def looked(file: Path, changes: int) -> tuple[list[float], list[float], int]:
    """Seconds for each look after one release was moved, and for only reading as many candidates."""
    database = Database.open(f"sqlite:///{file}")
    chance, looks, bare, facts = random.Random(SEED), [], [], 0
    desk = desk_of(database)
    try:
        for _ in range(changes):
            _move_one(database, chance)
            began = time.perf_counter()
            facts += look_again(desk)
            looks.append(time.perf_counter() - began)
            began = time.perf_counter()
            with database.read() as reader:
                read = reader.open_candidates()
            bare.append(time.perf_counter() - began)
            assert len(read) >= PLANNED
    finally:
        database.close()
    return looks, bare, facts


def _move_one(database: Database, chance: random.Random) -> None:
    name = f"product-{chance.randrange(PRODUCTS)}@{chance.randint(1, 5)}.0.0#1"
    with database.write(lambda: datetime.now(UTC)) as tx:
        candidate = tx.candidate(name)
        assert candidate is not None
        assert candidate.release_at is not None
        later = candidate.release_at + timedelta(minutes=15 * chance.randint(1, 40))
        about: dict[str, Any] = {
            "from": iso(candidate.release_at),
            "release_at": iso(later),
            "why": [],
        }
        tx.save(decide(candidate, fact("release.postponed", candidate, CLOCK, tx.now, **about)))
