"""A small company to store: one product, four holders, and the acts that the tests write."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rules.announcing import Announcement, Others, announce
from rules.asserting import assert_states
from rules.candidate import Candidate
from rules.facts import Actor
from rules.halting import halt
from rules.people import Holder, Person
from rules.product import Product
from rules.words import Role
from rules.worktime import Calendar
from storage.company import Installation
from storage.database import Database
from storage.writing import Transaction

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROOT = Path(__file__).parents[2]

HOLDERS = {role: f"U{number}" for number, role in enumerate(Role)}
"""Who holds what: U0 the Product Owner, U1 the Security Architect, and so on in the order of the four."""


def monday() -> datetime:
    """A clock that stands still."""
    return MONDAY


def product(name: str = "payments", **changes: object) -> Product:
    """A product whose four roles have one holder each."""
    users = {role: (Holder("user", user, MONDAY),) for role, user in HOLDERS.items()}
    whole: dict[str, Any] = {"holders": users, **changes}
    return Product(name, "C1", "Europe/London", **whole)


def person(id: str, **changes: object) -> Person:
    """A full member in London, just read."""
    whole: dict[str, Any] = {
        "name": id.lower(),
        "zone": "Europe/London",
        "fetched_at": MONDAY,
        **changes,
    }
    return Person(id, **whole)


def settle_in(tx: Transaction, *products: Product) -> None:
    """Write the company: the products, their holders and one outsider."""
    tx.put_company(
        products=products or [product()],
        calendars=[Calendar("uk")],
        installation=Installation("C1", "Europe/London", "UOP", {"products": {"payments": {}}}),
        people_calendars={},
    )
    tx.put_people([person(f"U{number}") for number in range(5)])


def fresh(path: Path) -> Database:
    """A database file with its tables and nothing in them."""
    database = Database.open(f"sqlite:///{path}")
    database.upgrade()
    return database


def actor(tx: Transaction, name: str = "U0") -> Actor:
    """A holder at a button, wearing what they hold."""
    return Actor(name, tx.setting(product(), None, tx.now).hats(name), "button")


def announced(tx: Transaction, version: str = "1.0", **said: object) -> Candidate:
    """Announce a version of payments and save it."""
    setting = tx.setting(product(), None, tx.now)
    others = Others(tx.builds("payments", version))
    words = Announcement(version, **said)  # type: ignore[arg-type]
    decision = announce(words, others, setting, actor(tx), tx.now)
    tx.save(decision)
    return decision.candidates[-1]


def asserted(tx: Transaction, candidate: Candidate, name: str = "U0") -> Candidate:
    """Assert what `name` owns and save it."""
    setting = tx.setting(product(), candidate, tx.now)
    decision = assert_states(candidate, (), setting, actor(tx, name), tx.now)
    tx.save(decision)
    return decision.candidates[-1]


def halted(tx: Transaction, candidate: Candidate, reason: str, name: str = "U1") -> Candidate:
    """Halt and save it."""
    setting = tx.setting(product(), candidate, tx.now)
    decision = halt(candidate, (), reason, setting, actor(tx, name), tx.now)
    tx.save(decision)
    return decision.candidates[-1]


def elsewhere(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Another process of ours, running `code` with these arguments in `sys.argv[1:]`."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code, *map(str, arguments)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def outcomes(started: Sequence[subprocess.Popen[str]]) -> list[str]:
    """What processes printed; fails with their complaint where one did not end well."""
    told = []
    for running in started:
        out, complaint = running.communicate(timeout=60)
        assert running.returncode == 0, complaint
        told.append(out)
    return told
