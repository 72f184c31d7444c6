"""Small worlds to look for collisions in: drawn at random, or put together by hand (DESIGN 2.6)."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, settings
from hypothesis import Phase as Step
from hypothesis import strategies as st

from rules.dependencies import Need
from rules.environments import Environment
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.product import Product
from rules.resources import Resource, Use
from rules.words import Phase
from rules.world import ANYWHERE, InProduction, Planned, World
from tests.rules.brute import QUARTER, UNRELEASED, Brute, groups, newer, satisfies
from tests.rules.cases import HOUR, LONG_AGO, at

NOW = at("2026-11-23 10:00")
"""A Monday."""
PRODUCTS = ("ledger", "mail", "payments", "search", "shop")
PLACES = ("live", "staging")
RESOURCES = ("dba", "room")
FREEZES = ("gala", "sale")


# By hand.


def need(text: str) -> Need:
    """`ledger >=2` as a need."""
    product, _, constraint = text.partition(" ")
    return Need(product, constraint)


def goes(title: str, when: str | None, *needs: str, **more: Any) -> Planned:
    """`ledger@2`, announced for so and so late on Monday, or `Tue 09:00`; None: it waits."""
    product, _, version = title.partition("@")
    kept: dict[str, Any] = {"phase": Phase.ANNOUNCED, "announced_at": LONG_AGO}
    needed = tuple(map(need, needs))
    return Planned(f"{title}#1", product, version, at=clock(when), needs=needed, **(kept | more))


def clock(when: str | None) -> datetime | None:
    """`14:00` on Monday, `Tue 14:00` on Tuesday."""
    if when is None:
        return None
    day, _, hour = when.rpartition(" ")
    return at(f"2026-11-{23 + ['', 'Tue', 'Wed', 'Thu', 'Fri'].index(day)} {hour}")


def there(title: str, *needs: str, place: str = "live", **more: Any) -> Any:
    """`ledger@2` in production, as a pair for `a_world`; no version: there is none any more."""
    product, _, version = title.partition("@")
    return (product, place), InProduction(version or None, tuple(map(need, needs)), **more)


def a_world(*planned: Planned, production: Collection[Any] = (), **more: Any) -> World:
    """A world at ten on Monday, in which every product goes to `live` for an hour, unless it is said."""
    names = {p.product for p in planned} | {key[0] for key, _ in production}
    products = {p.name: p for p in more.pop("products", ())}
    whole = {name: a_product(name) for name in sorted(names)} | products
    room: dict[str, Any] = {"environments": {"live": Environment("live", 9)}}
    return World(
        NOW,
        whole,
        planned,
        dict(production),
        satisfies=satisfies,
        newer=newer,
        groups=groups,
        **(room | more),
    )


def a_product(name: str, *places: str, **more: Any) -> Product:
    return Product(name, "C1", "UTC", {}, environments=places or ("live",), **more)


# At random.

CONSTRAINTS = ("", ">=3", ">=3", ">=4", "<3", ">=2,<4", "<4", "=3")
LIKELY = ("", "<4", ">=2", ">=3", ">=3")
LENGTHS = (QUARTER, HOUR / 2, HOUR, 2 * HOUR)
PHASES = (*[Phase.ANNOUNCED] * 9, Phase.HALTED, Phase.RELEASED, Phase.DEPLOYING, Phase.FAILED)


@cache
def few(whole: tuple[str, ...], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """None, one or more of them, up to so many; more rarely many."""
    return st.sampled_from([c for n in range(most + 1) for c in combinations(whole, n)])


one_of = cache(st.sampled_from)
QUARTERS = st.integers(0, 20)
HALF = st.booleans()


@st.composite
def needs_of(draw, product: str, products: tuple[str, ...], kinds: tuple[str, ...] = CONSTRAINTS):
    others = draw(few(tuple(p for p in products if p != product), 2))
    return tuple(Need(other, draw(one_of(kinds))) for other in others)


@st.composite
def uses(draw):
    lengths = (None, *LENGTHS)
    return tuple(
        Use(each, draw(one_of((timedelta(), HOUR / 2))), draw(one_of(lengths)))
        for each in draw(few(RESOURCES, 1))
    )


@st.composite
def a_candidate(
    draw,
    number: int,
    of: tuple[str, ...],
    products: tuple[str, ...],
    kinds: tuple[str, ...] = CONSTRAINTS,
):
    product = draw(one_of(of))
    version, phase = draw(one_of(("2", "3", "4", "3", "4", "x"))), draw(one_of(PHASES))
    when = draw(QUARTERS)
    if phase not in UNRELEASED:
        when = -(when // 2)
    waits = phase in UNRELEASED and when == 0 and draw(HALF)
    return Planned(
        name=f"{product}@{version}#{number}",
        product=product,
        version=version,
        phase=phase,
        at=None if waits else NOW + when * QUARTER,
        announced_at=LONG_AGO + number % 3 * HOUR,
        needs=draw(needs_of(product, products, kinds)),
        uses=draw(uses()),
        waived=frozenset(f"needs:{p}" for p in draw(few(products[:2], 1)))
        | frozenset(f"breaks:{p}" for p in draw(few(products[:2], 1))),
        overridden=frozenset(draw(one_of(((), (), ("gala",))))),
    )


@st.composite
def in_production(draw, product: str, products: tuple[str, ...]):
    version = draw(one_of(("1", "2", "2", "3", "x", None)))
    needs = draw(needs_of(product, products, ("<3", "<4", "<3", ""))) if version else ()
    return InProduction(version, needs, rolled_back=draw(one_of((None, "3"))))


@st.composite
def a_freeze(draw, name: str):
    hard, whom = draw(HALF), draw(one_of(((), (), ("ledger",))))
    where = draw(one_of(((), (), ("live",), ("staging",))))
    made = partial(Freeze, name, hard, products=whom, environments=where)
    first = draw(QUARTERS) - 2
    walls = NOW + first * QUARTER, NOW + (first + draw(one_of((1, 4, 8)))) * QUARTER
    zone = draw(one_of((None, "UTC", "Asia/Kolkata", "America/New_York")))
    if zone is None:
        return made("UTC", *walls)
    local = [wall.astimezone(ZoneInfo(zone)) for wall in walls]
    marks = [Mark(wall.weekday(), wall.time()) for wall in local]
    return made(zone, recurring=Recurring(Every.WEEK, *marks))


@st.composite
def likely_worlds(draw):
    """Worlds as they are most of the time: everything is there, and one newer version of most is on its way."""
    names = PRODUCTS[: draw(st.integers(2, 5))]
    world = draw(worlds(most=0, fewest=len(names)))
    goers = [draw(a_candidate(n, (name,), names, LIKELY)) for n, name in enumerate(names)]
    return replace(
        world,
        planned=tuple(replace(c, version="3", name=f"{c.product}@3#1") for c in goers),
        products={name: replace(p, environments=("live",)) for name, p in world.products.items()},
        production={
            (name, "live"): InProduction("2", draw(needs_of(name, names, ("", "<3", "<4"))))
            for name in names
        },
    )


def agreed(world: World) -> World:
    """The world with the members of each set at one time."""
    brute = Brute(world)
    return replace(world, planned=tuple(replace(c, at=brute.time(c)) for c in world.planned))


@st.composite
def worlds(draw, most: int = 8, fewest: int = 2):
    """Up to so many candidates of two to five products, and everything that can come between them."""
    names = PRODUCTS[: draw(st.integers(fewest, 5))]
    nowhere = draw(one_of((False, False, False, True)))
    where = ((),) if nowhere else (PLACES, PLACES[:1], PLACES[:1])
    products = [
        a_product(name, uses=draw(uses()), occupies=draw(one_of((None, *LENGTHS))))
        for name in names
    ]
    known = [(p, e) for p in names for e in draw(few((*PLACES, ANYWHERE), 2))]
    capacity = one_of((1, 2))
    world = World(
        now=NOW,
        products={p.name: replace(p, environments=draw(one_of(where))) for p in products},
        planned=tuple(
            draw(a_candidate(n, names, names)) for n in range(draw(st.integers(0, most)))
        ),
        production={(p, e): draw(in_production(p, names)) for p, e in known},
        environments={
            e: Environment(e, draw(capacity), draw(one_of(LENGTHS))) for e in draw(few(PLACES, 2))
        },
        resources={r: Resource(r, draw(capacity)) for r in draw(few(RESOURCES, 2))},
        freezes={f: draw(a_freeze(f)) for f in FREEZES if draw(HALF)},
        satisfies=satisfies,
        newer=newer,
        groups=groups,
    )
    return agreed(world) if draw(HALF) else world


def tried(examples: int) -> settings:
    """So many examples, the same ones every time; `PRESUMPTIVE_EXAMPLES=5000` tries others in number."""
    return settings(
        max_examples=int(os.environ.get("PRESUMPTIVE_EXAMPLES", examples)),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Step.generate]
        if os.environ.get("PRESUMPTIVE_QUICK")
        else [Step.generate, Step.shrink],
    )
