"""Plans to put into a calendar and onto a page, from none at all to a thousand releases, made by hand."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.groups import groups
from bot.versions import newer, satisfies
from rules.ahead import Outlook
from rules.colliding import Colliding
from rules.dependencies import Need
from rules.environments import Environment, Prepared
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.outlook import outlook
from rules.product import Product
from rules.resources import Resource, Use
from rules.words import Phase
from rules.world import InProduction, Planned, World
from storage.reading import Company
from tests.rules.cases import HOUR, LONG_AGO, at

NOW = at("2026-11-23 10:30")
"""A Monday."""
SINCE = at("2026-11-23 00:00")
UNTIL = at("2026-12-07 00:00")
COMPANY = Company()
HOSTILE = '"><script>alert(1)</script><b onmouseover=x>'
TURNED = "\u202egnp.exe"
"""It turns the direction of whatever follows it."""


def product(name: str, *environments: str, **more: Any) -> Product:
    given: dict[str, Any] = {"scheme": "semver", "environments": environments} | more
    return Product(name, "C1", "Europe/London", {}, **given)


def planned(name: str, when: datetime | str | None, **more: Any) -> Planned:
    """`web@2.0#1`, announced; a time is written `2026-11-24 14:00`, in UTC."""
    title, _, _ = name.rpartition("#")
    about, _, version = title.partition("@")
    given: dict[str, Any] = {
        "phase": Phase.ANNOUNCED,
        "at": at(when) if isinstance(when, str) else when,
        "announced_at": LONG_AGO,
    } | more
    return Planned(name=name, product=about, version=version, **given)


def world(products: Mapping[str, Product], *candidates: Planned, **more: Any) -> World:
    given: dict[str, Any] = {"satisfies": satisfies, "newer": newer, "groups": groups} | more
    return World(NOW, products, candidates, **given)


def ahead(
    here: World, since: datetime = SINCE, until: datetime = UNTIL, **narrowed: Any
) -> Outlook:
    seen = Colliding(here)
    return outlook(here, seen.found, seen.land.together, since, until, **narrowed)


def empty() -> World:
    return world({})


def quiet() -> World:
    """Four products, and nothing announced."""
    return world({p.name: p for p in FOUR}, environments=TWO)


FOUR = (
    product("payments", "prod-eu", "prod-us"),
    product("ledger", "prod-eu"),
    product("web", "prod-eu", "prod-us", uses=(Use("on-call"),)),
    product("mobile"),
)
TWO = {
    "prod-eu": Environment("prod-eu", prepared=Prepared(True, "UOMAR", NOW)),
    "prod-us": Environment("prod-us", capacity=2, prepared=Prepared(False, "UOMAR", NOW)),
}
WEEKEND = Freeze(
    "weekend",
    False,
    "Europe/London",
    recurring=Recurring(Every.WEEK, Mark(4, at("2026-11-27 18:00").time()), Mark(0)),
)
CLOSING = Freeze(
    "month-end closing",
    True,
    "Europe/London",
    starts=at("2026-11-30 00:00"),
    ends=at("2026-12-02 12:00"),
    products=("ledger", "payments"),
    reason="Finance closes November; the ledger must not move.",
)


def four() -> World:
    """Everything a plan can show, of four products."""
    return world(
        {p.name: p for p in FOUR},
        planned("ledger@3.2.0#1", None, phase=Phase.HALTED),
        planned("payments@2.5.0#2", "2026-11-25 14:00", needs=(Need("ledger", ">=3.2"),)),
        planned("web@9.1.0#1", "2026-11-25 14:30", needs=(Need("payments", ">=2.5"),)),
        planned("mobile@4.0.0#1", "2026-11-26 09:00", needs=(Need("web", ">=9"),)),
        planned("ledger@3.1.1#1", "2026-12-01 10:00"),
        planned("web@9.2.0#1", None),
        planned("payments@2.4.9#3", "2026-11-23 09:00", phase=Phase.DEPLOYING),
        planned("mobile@3.9.9#1", "2026-11-27 19:00"),
        production={
            ("payments", "prod-eu"): InProduction("2.4.8", since=at("2026-11-02 09:30")),
            ("payments", "prod-us"): InProduction("2.4.8", since=at("2026-11-03 09:30")),
            ("ledger", "prod-eu"): InProduction("3.1.0", rolled_back="3.1.2", since=LONG_AGO),
            ("web", "prod-eu"): InProduction("9.0.4", since=at("2026-11-12 10:00")),
            ("web", "prod-us"): InProduction("9.0.4", since=at("2026-11-12 12:00")),
        },
        environments=TWO,
        resources={"on-call": Resource("on-call", what="site reliability")},
        freezes={f.name: f for f in (WEEKEND, CLOSING)},
    )


NAMES = [
    "payments",
    "ledger",
    "web",
    "mobile-banking",
    "cards",
    "lending",
    "onboarding",
    "fraud-screening",
    "statements",
    "treasury",
    "sepa-gateway",
    "swift-gateway",
    "notifications",
    "search",
    "documents",
    "identity",
]
PLACES = ("prod-eu", "prod-us", "prod-apac", "dr-site", "partner-sandbox")


def forty(many: int = 40, days: int = 14) -> World:
    """Sixteen products in five environments, `many` candidates, two freezes and two resources."""
    chance = random.Random(7)
    products = {
        name: product(
            name,
            *chance.sample(PLACES, chance.choice((1, 1, 2))),
            uses=(Use("dba", HOUR),) if number % 5 == 0 else (),
            occupies=chance.choice((None, 2 * HOUR, 8 * HOUR, 26 * HOUR)),
        )
        for number, name in enumerate(NAMES)
    }
    candidates = []
    for number in range(many):
        name = NAMES[number % len(NAMES)]
        day = chance.choice([d for d in range(days) if d % 7 < 5])
        when = SINCE + timedelta(days=day, minutes=15 * chance.randrange(36, 68))
        needs = (Need(NAMES[(number + 3) % len(NAMES)], f">={1 + number // 20}.0"),)
        candidates.append(
            planned(
                f"{name}@{1 + number // 16}.{number % 7}.{number}#1",
                None if number % 17 == 9 else max(when, NOW + HOUR),
                phase=Phase.HALTED if number % 13 == 5 else Phase.ANNOUNCED,
                needs=needs if number % 6 == 0 else (),
            )
        )
    candidates.append(planned("search@0.9.9#1", NOW - HOUR / 2, phase=Phase.RELEASED))
    candidates.append(planned("cards@0.9.9#1", NOW - 40 * HOUR, phase=Phase.DEPLOYING))
    candidates.append(planned("documents@0.9.9#1", NOW - 4 * HOUR, phase=Phase.FAILED))
    needing = {
        "identity@30.0#1": (Need("onboarding", ">=30"),),
        "onboarding@30.0#1": (Need("identity", ">=30"),),
    }
    candidates += [planned(n, "2026-12-03 10:00", needs=needs) for n, needs in needing.items()]
    return world(
        products,
        *candidates,
        production={
            (name, place): InProduction(f"0.{n}.0", since=LONG_AGO + timedelta(days=9 * n))
            for n, (name, one) in enumerate(products.items())
            for place in one.environments
        },
        environments={
            name: Environment(name, capacity=1 + number % 3, prepared=READY[number % 3])
            for number, name in enumerate(PLACES)
        },
        resources={
            "dba": Resource("dba", what="database administrators"),
            "release-bridge": Resource("release-bridge", 3),
        },
        freezes={
            f.name: f
            for f in (
                WEEKEND,
                CLOSING,
                Freeze(
                    "board meeting",
                    True,
                    "Europe/London",
                    starts=at("2026-11-26 12:00"),
                    ends=at("2026-11-26 18:00"),
                    environments=("prod-eu", "prod-us"),
                ),
            )
        },
    )


READY = (None, Prepared(True, "UOMAR", NOW), Prepared(False, "UOMAR", NOW))


def thousand() -> World:
    return forty(1000)


def hostile() -> World:
    """Names that people with bad intentions, or long ones, might give."""
    long = "a-product-whose-name-is-forty-letters-lo"
    wide = "決済サービス"
    products = {
        HOSTILE: product(HOSTILE, HOSTILE),
        long: product(long, "x" * 90, HOSTILE),
        wide: product(wide, TURNED),
        TURNED: product(TURNED, TURNED),
    }
    return world(
        products,
        planned(f"{HOSTILE}@1#1", "2026-11-25 14:00", needs=(Need(HOSTILE + "2", HOSTILE),)),
        planned(f"{long}@{'9' * 64}#12", "2026-11-25 14:00"),
        planned(f"{wide}@2026年11月#1", "2026-11-26 14:00"),
        planned(f"{TURNED}@{TURNED}#1", "2026-12-06 22:00"),
        planned(f"{TURNED}@2#1", None),
        production={(HOSTILE, HOSTILE): InProduction(HOSTILE, rolled_back=HOSTILE)},
        environments={HOSTILE: Environment(HOSTILE)},
        resources={HOSTILE: Resource(HOSTILE, what=HOSTILE)},
        freezes={
            HOSTILE: Freeze(HOSTILE, True, "UTC", starts=NOW, ends=NOW + 30 * HOUR, reason=HOSTILE)
        },
    )


def long() -> World:
    """Three hundred candidates whose names are as long as names may be, each needing the next."""
    names = [f"{number:02}-".ljust(40, "n") for number in range(30)]
    candidates = [
        planned(
            f"{name}@{f'{turn}.'.ljust(64, '9')}#1",
            NOW + timedelta(hours=3 * number + turn),
            phase=Phase.HALTED if number % 9 == 4 else Phase.ANNOUNCED,
            needs=(Need(names[number - 1], f"={'8' * 60}"),),
        )
        for number, name in enumerate(names)
        for turn in range(10)
    ]
    return world({name: product(name, f"in-{name}"[:40], "prod-eu") for name in names}, *candidates)


WORLDS: Mapping[str, Callable[[], World]] = {
    "empty": empty,
    "quiet": quiet,
    "four": four,
    "forty": forty,
    "thousand": thousand,
    "hostile": hostile,
    "long": long,
}
