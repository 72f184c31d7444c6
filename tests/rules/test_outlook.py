"""The calendar's rule: what goes where and when, what is frozen, and what is in the way, from hand-made worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from rules.collision import Collision
from rules.dependencies import Need
from rules.environments import Environment
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.outlook import outlook
from rules.product import Product
from rules.resources import Resource, Use
from rules.words import Phase
from rules.world import ANYWHERE, InProduction, Planned, World
from tests.rules.cases import HOUR, LONG_AGO, at

NOW = at("2026-11-23 10:00")
SINCE, UNTIL = at("2026-11-23 00:00"), at("2026-12-07 00:00")
TUESDAY = at("2026-11-24 14:00")


def product(name: str, *environments: str, **more: Any) -> Product:
    return Product(name, "C1", "Europe/London", {}, environments=environments, **more)


def planned(name: str, when: datetime | None = TUESDAY, **more: Any) -> Planned:
    """`web@2#1`, announced."""
    title, _, _ = name.partition("#")
    about, _, version = title.partition("@")
    given: dict[str, Any] = {"phase": Phase.ANNOUNCED, "at": when, "announced_at": LONG_AGO} | more
    return Planned(name=name, product=about, version=version, **given)


def world(*candidates: Planned, **more: Any) -> World:
    """Four products in two environments; `tool` names none."""
    products = (
        product("web", "prod-eu", "prod-us"),
        product("payments", "prod-eu"),
        product("ledger", "prod-eu"),
        product("tool"),
    )
    given: dict[str, Any] = {
        "products": {p.name: p for p in products},
        "environments": {
            "prod-eu": Environment("prod-eu", capacity=2, occupies=2 * HOUR),
            "dark": Environment("dark"),
        },
        "satisfies": lambda scheme, version, constraint: version >= constraint,
    } | more
    return World(NOW, planned=candidates, **given)


def seen(here: World, found: Any = None, together: Any = None, **more: Any) -> Any:
    return outlook(here, found or {}, together or {}, SINCE, UNTIL, **more)


def bars(ahead: Any, place: str) -> list[tuple[str, datetime, datetime]]:
    (row,) = (row for row in ahead.rows if row.environment.name == place)
    return [(bar.entry.name, bar.start, bar.end) for bar in row.bars]


def names(entries: Any) -> list[str]:
    return [entry.name for entry in entries]


# Environments.


def test_a_release_takes_up_each_of_its_environments_as_long_as_it_occupies_it() -> None:
    ahead = seen(world(planned("web@2#1")))
    assert bars(ahead, "prod-eu") == [("web@2#1", TUESDAY, TUESDAY + 2 * HOUR)]
    assert bars(ahead, "prod-us") == [("web@2#1", TUESDAY, TUESDAY + HOUR)]
    assert bars(ahead, "dark") == []
    assert names(ahead.planned) == ["web@2#1"], "once, though it goes to two places"


def test_rows_are_the_declared_ones_then_those_only_named_and_no_environment_last() -> None:
    order = [row.environment.name for row in seen(world(planned("tool@1#1"))).rows]
    assert order == ["dark", "prod-eu", "prod-us", ANYWHERE]
    order = [row.environment.name for row in seen(world(planned("web@1#1"))).rows]
    assert order == ["dark", "prod-eu", "prod-us"], "nothing goes without one"
    (row,) = (row for row in seen(world()).rows if row.environment.name == "prod-eu")
    assert row.environment.capacity == 2


def test_bars_are_in_order_of_time_and_then_of_names() -> None:
    ahead = seen(
        world(
            planned("web@2#1"),
            planned("payments@9#1"),
            planned("ledger@1#1", TUESDAY - HOUR),
        )
    )
    assert [name for name, *_ in bars(ahead, "prod-eu")] == [
        "ledger@1#1",
        "payments@9#1",
        "web@2#1",
    ]
    assert names(ahead.planned) == ["ledger@1#1", "payments@9#1", "web@2#1"]


@pytest.mark.parametrize(
    ("when", "drawn", "later"),
    [
        (SINCE - 2 * HOUR, 0, 0),
        (SINCE - HOUR, 1, 0),
        (UNTIL - HOUR, 1, 0),
        (UNTIL, 0, 1),
        (UNTIL + 30 * HOUR, 0, 1),
    ],
)
def test_spans_are_half_open(when: datetime, drawn: int, later: int) -> None:
    early = replace(world(planned("payments@2#1", when)), now=SINCE - 3 * HOUR)
    ahead = seen(early)
    assert len(bars(ahead, "prod-eu")) == drawn == len(ahead.planned)
    assert ahead.later == later == sum(row.later for row in ahead.rows)


@pytest.mark.parametrize(
    ("phase", "when", "end", "overdue"),
    [
        (Phase.ANNOUNCED, NOW + HOUR, NOW + 3 * HOUR, False),
        (Phase.ANNOUNCED, NOW - 4 * HOUR, NOW, True),
        (Phase.RELEASED, NOW - HOUR, NOW + HOUR, False),
        (Phase.DEPLOYING, NOW - HOUR, NOW + HOUR, False),
        (Phase.DEPLOYING, NOW - 2 * HOUR, NOW, True),
        (Phase.RELEASED, NOW - 5 * HOUR, NOW, True),
    ],
)
def test_what_should_be_over_and_is_not_goes_on_until_now(
    phase: Phase, when: datetime, end: datetime, overdue: bool
) -> None:
    ahead = seen(world(planned("payments@2#1", when, phase=phase)))
    assert bars(ahead, "prod-eu") == [("payments@2#1", when, end)]
    assert ahead.planned[0].overdue is overdue


def test_a_set_goes_at_the_latest_of_its_times() -> None:
    here = world(planned("web@2#1"), planned("payments@2#1", TUESDAY + 3 * HOUR))
    pair = {"web@2#1": ("payments@2#1",), "payments@2#1": ("web@2#1",)}
    ahead = seen(here, together=pair)
    assert {start for _, start, _ in bars(ahead, "prod-eu")} == {TUESDAY + 3 * HOUR}
    assert ahead.planned[0].together == ("web@2#1",)
    assert ahead.sets == (("payments@2#1", "web@2#1"),)
    held = world(planned("web@2#1"), planned("payments@2#1", None))
    assert bars(seen(held, together=pair), "prod-eu")[0][1] == TUESDAY, "one of it waits"


# Beside the rows.


def test_what_waits_is_halted_or_failed_takes_up_no_place() -> None:
    ahead = seen(
        world(
            planned("web@1#1", None),
            planned("web@2#1", phase=Phase.HALTED),
            planned("web@3#1", None, phase=Phase.HALTED),
            planned("web@4#1", phase=Phase.FAILED),
        )
    )
    assert [names(e) for e in (ahead.waiting, ahead.halted, ahead.failed)] == [
        ["web@1#1"],
        ["web@2#1", "web@3#1"],
        ["web@4#1"],
    ]
    assert ahead.planned == () and not any(row.bars for row in ahead.rows)
    assert names(ahead.entries) == ["web@2#1", "web@3#1", "web@1#1", "web@4#1"]


def test_what_is_in_production_where() -> None:
    old = InProduction("1", candidate="web@1#1", since=LONG_AGO)
    gone = InProduction(None, rolled_back="2")
    ahead = seen(
        world(
            production={
                ("web", ANYWHERE): InProduction("0"),
                ("web", "prod-us"): old,
                ("payments", "prod-eu"): gone,
                ("payments", "staging"): old,
                ("stranger", ANYWHERE): old,
            }
        )
    )
    assert [(t.product, t.environment, t.what.version) for t in ahead.production] == [
        ("payments", "prod-eu", None),
        ("payments", "staging", "1"),
        ("stranger", ANYWHERE, "1"),
        ("web", "prod-eu", "0"),
        ("web", "prod-us", "1"),
    ]


def test_resources_with_who_has_them_when() -> None:
    here = world(
        planned("ledger@2#1", uses=(Use("lab", 24 * HOUR, 3 * HOUR),)),
        planned("payments@2#1", phase=Phase.HALTED),
        planned("web@2#1", None),
        resources={"dba": Resource("dba", 2), "idle": Resource("idle")},
    )
    using = {n: replace(p, uses=(Use("dba", 2 * HOUR),)) for n, p in here.products.items()}
    ahead = seen(replace(here, products=using))
    assert [
        (b.resource.name, b.resource.capacity, [(x.entry.name, x.start, x.end) for x in b.bars])
        for b in ahead.resources
    ] == [
        ("dba", 2, [("ledger@2#1", TUESDAY - 2 * HOUR, TUESDAY + 2 * HOUR)]),
        ("idle", 1, []),
        ("lab", 1, [("ledger@2#1", TUESDAY - 24 * HOUR, TUESDAY - 21 * HOUR)]),
    ]


# Freezes.


def frozen(ahead: Any) -> dict[str, list[str]]:
    return {r.environment.name: [f.freeze.name for f in r.freezes] for r in ahead.rows}


def once(name: str, start: datetime = TUESDAY, **more: Any) -> Freeze:
    return Freeze(name, True, "UTC", starts=start, ends=start + 24 * HOUR, **more)


def under(*freezes: Freeze, **more: Any) -> Any:
    return seen(world(freezes={f.name: f for f in freezes}), **more)


def test_a_freeze_is_shown_where_it_binds_what_goes_there() -> None:
    ahead = under(
        once("everywhere"),
        once("in the states", environments=("prod-us",)),
        once("of payments", products=("payments",)),
        once("of nobody", products=("stranger",)),
        once("lifted", lifted_at=NOW),
        once("over", SINCE - 24 * HOUR),
        once("next", UNTIL),
    )
    assert frozen(ahead) == {
        "dark": ["everywhere"],
        "prod-eu": ["everywhere", "of payments"],
        "prod-us": ["everywhere", "in the states"],
    }
    assert [f.freeze.name for f in ahead.freezes] == ["everywhere", "in the states", "of payments"]


def test_a_recurring_freeze_is_shown_each_time_and_whole() -> None:
    weekend = Recurring(Every.WEEK, Mark(4, time(18)), Mark(0, time(6)))
    again = Freeze("weekend", False, "Europe/Berlin", recurring=weekend)
    assert [(f.start, f.end) for f in under(again).freezes] == [
        (at("2026-11-20 17:00"), at("2026-11-23 05:00")),
        (at("2026-11-27 17:00"), at("2026-11-30 05:00")),
        (at("2026-12-04 17:00"), at("2026-12-07 05:00")),
    ]


# Collisions.


def needs(of: str, why: str, *, roots: tuple[str, ...], **more: Any) -> Collision:
    return Collision("needs", of, why, roots=roots, **more)


def test_root_blockers_come_with_all_that_waits_for_them_the_heaviest_first() -> None:
    here = world(
        planned("ledger@3#1", phase=Phase.HALTED),
        planned("payments@2#1"),
        planned("web@2#1"),
        planned("tool@2#1"),
    )
    ahead = seen(
        here,
        {
            "ledger@3#1": (needs("hsm", "not-announced", roots=("hsm", "ledger@3#1")),),
            "payments@2#1": (needs("ledger", "halted", roots=("ledger@3#1",)),),
            "web@2#1": (
                needs("payments", "blocked", roots=("ledger@3#1",)),
                needs("ledger", "halted", roots=("ledger@3#1",)),
            ),
            "tool@2#1": (needs("stranger", "halted", roots=("z@1#1",), waived_by="U1"),),
        },
    )
    assert [(b.name, b.entry and b.entry.phase, b.holds) for b in ahead.blockers] == [
        ("ledger@3#1", Phase.HALTED, ("payments@2#1", "web@2#1")),
        ("hsm", None, ("ledger@3#1",)),
    ]


def crowd(of: str, *others: str, kind: str = "environment") -> Collision:
    return Collision(kind, of, "at-once", others=others)


def test_a_crowd_is_told_once() -> None:
    a, b, c, d = (f"web@{n}#1" for n in "abcd")
    here = world(planned(d, TUESDAY + HOUR), planned(c), planned(b), planned(a))
    ahead = seen(
        here,
        {
            a: (crowd("prod-eu", b, c), crowd("dba", b, kind="resource")),
            b: (crowd("prod-eu", a, c), crowd("dba", a, kind="resource")),
            c: (crowd("prod-eu", a, b, d),),
            d: (crowd("prod-eu", c),),
        },
    )
    assert [(each.kind, each.of, names(each.entries)) for each in ahead.crowds] == [
        ("environment", "prod-eu", [a, b, c, d]),
        ("resource", "dba", [a, b]),
    ]


def arrows(here: World, found: Any = None, together: Any = None) -> list[tuple[str, str, bool]]:
    return [(a.first, a.after, a.broken) for a in seen(here, found, together).arrows]


def test_an_arrow_leads_from_what_brings_a_need_to_what_has_it() -> None:
    wanting = planned("payments@2#1", needs=(Need("ledger", "3"),))
    early, late = planned("ledger@3#1", TUESDAY - HOUR), planned("ledger@4#1", TUESDAY + HOUR)
    old = planned("ledger@2#1", TUESDAY - 2 * HOUR)
    earlier = planned("ledger@5#1", TUESDAY - 3 * HOUR)
    here = world(wanting, early, late, old, earlier)
    assert arrows(here) == [("ledger@3#1", "payments@2#1", False)]
    there = replace(here, production={("ledger", "prod-eu"): InProduction("3")})
    assert arrows(there) == [], "production has it"
    less = replace(here, production={("ledger", "prod-eu"): InProduction("2")})
    assert arrows(less) == [("ledger@3#1", "payments@2#1", False)]
    collision = Collision("needs", "ledger", "later", others=("ledger@4#1",))
    assert arrows(here, {wanting.name: (collision,)}) == [("ledger@4#1", "payments@2#1", True)]
    pair = {early.name: (wanting.name,), wanting.name: (early.name,)}
    assert arrows(here, together=pair) == [], "they go together"


# One place, one product.


def test_narrowed_to_a_place_or_a_product_only_what_concerns_it_is_left() -> None:
    here = world(
        planned("web@2#1"),
        planned("payments@2#1"),
        planned("ledger@2#1", UNTIL),
        planned("web@3#1", None),
        planned("payments@3#1", None),
        production={
            ("web", "prod-us"): InProduction("1"),
            ("ledger", "prod-eu"): InProduction("1"),
        },
        freezes={
            f.name: f
            for f in (
                once("all"),
                once("states", environments=("prod-us",)),
                once("pay", products=("payments",)),
            )
        },
    )
    roots = {
        "web@2#1": (needs("hsm", "not-announced", roots=("hsm",)),),
        "payments@2#1": (needs("vault", "not-announced", roots=("vault",)),),
    }
    ahead = seen(here, roots, environment="prod-us")
    assert [r.environment.name for r in ahead.rows] == ["prod-us"]
    assert (names(ahead.planned), names(ahead.waiting), ahead.later) == (
        ["web@2#1"],
        ["web@3#1"],
        0,
    )
    assert [f.freeze.name for f in ahead.freezes] == ["all", "states"]
    assert [b.name for b in ahead.blockers] == ["hsm"]
    assert [t.product for t in ahead.production] == ["web"]
    ahead = seen(here, roots, product="payments")
    assert [r.environment.name for r in ahead.rows] == ["prod-eu"]
    assert names(ahead.planned) == ["payments@2#1"]
    assert frozen(ahead) == {"prod-eu": ["all", "pay"]}
    assert [f.freeze.name for f in ahead.freezes] == ["all", "pay"]
    assert [b.name for b in ahead.blockers] == ["vault"]
    assert seen(here, product="ledger").later == 1


def test_an_empty_world_is_empty() -> None:
    ahead = outlook(World(NOW, {}), {}, {}, SINCE, UNTIL)
    assert ahead.rows == ahead.entries == ahead.freezes == ahead.production == ahead.resources == ()
    assert (ahead.since, ahead.until, ahead.now) == (SINCE, UNTIL, NOW)
    assert ahead.until - ahead.since == timedelta(days=14)
