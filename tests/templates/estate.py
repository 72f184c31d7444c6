"""Two environments, two resources and four freezes, and one of every fact about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

from rules.candidate import Candidate
from rules.editing import book
from rules.environments import Environment, Prepared
from rules.facts import Actor, Decision, Fact
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.freezing import override
from rules.product import Product
from rules.resources import Resource, Use

HOUR = timedelta(hours=1)
MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
OMAR, RITA = "U0OMAR001", "U0RITA001"
EU = Environment("prod-eu", 2, timedelta(minutes=45))
US = Environment("prod-us", prepared=Prepared(True, OMAR, MONDAY))
NOT_READY = replace(US, prepared=Prepared(False, OMAR, MONDAY, "the disk is full"))
DBA = Resource("dba", 2, "database administrators")
LAB = Resource("lab")
USE = Use("dba", HOUR / 2, 2 * HOUR)
YEAR_END = Freeze(
    "year-end",
    True,
    "Europe/Berlin",
    MONDAY + 25 * 24 * HOUR,
    MONDAY + 42 * 24 * HOUR,
    reason="nobody is here to mend anything",
    by=RITA,
)
WEEKEND = Freeze(
    "weekend",
    False,
    "Europe/Berlin",
    recurring=Recurring(Every.WEEK, Mark(4, time(16)), Mark(0, time(8))),
    products=("ledger", "payments"),
    environments=("prod-eu",),
)
MONTHLY = replace(WEEKEND, recurring=Recurring(Every.MONTH, Mark(28, time(18)), Mark(2, time(8))))
YEARLY = replace(
    WEEKEND, recurring=Recurring(Every.YEAR, Mark(20, month=12), Mark(3, time(12), month=1))
)


def noted(at: datetime, by: Actor) -> list[Fact]:
    """The facts that change no candidate."""
    lifted: dict[str, Any] = {
        "freeze": "year-end",
        "reason": None,
        "products": [],
        "environments": [],
    }
    prepared = {"environment": "prod-us", "ready": False, "note": "the disk is full"}
    told = {
        "environment.declared": EU.about(),
        "environment.changed": US.about() | {"was": EU.about()},
        "environment.prepared": prepared,
        "resource.declared": DBA.about(),
        "resource.changed": LAB.about() | {"was": DBA.about()},
        "freeze.declared": YEAR_END.about(),
        "freeze.changed": WEEKEND.about() | {"was": YEAR_END.about()},
        "freeze.lifted": lifted,
    }
    return [Fact(kind, at, by, None, None, about) for kind, about in told.items()]


def decisions(one: Candidate, product: Product, by: Actor, at: datetime) -> list[Decision]:
    """A resource booked for a candidate, and a freeze overridden for it."""
    return [
        book(one, "dba", USE, by, at),
        override(one, YEAR_END, product, "customers can't pay", by, at),
    ]
