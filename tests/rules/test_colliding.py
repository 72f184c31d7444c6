"""What collides, worked by hand, and whatever else the slow way finds (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.colliding import collisions, sets
from rules.collision import Collision
from rules.freezes import Every, Freeze, Mark, Recurring
from rules.world import World
from tests.rules.brute import Found, brute_collisions, brute_sets
from tests.rules.collisions_by_hand import CASES, HALTED, LEDGER_1
from tests.rules.small_worlds import NOW, a_product, a_world, clock, goes, there, tried, worlds


def short(each: Collision) -> str:
    """A collision in a few words: `needs:ledger later ledger@2`."""
    others = (name.removesuffix("#1") for name in each.others)
    return " ".join([each.key, each.why, *others])


def told(world: World) -> dict[str, list[str]]:
    """What each candidate is told, in a few words; nothing of those that are told nothing."""
    found = collisions(world)
    return {name.removesuffix("#1"): list(map(short, each)) for name, each in found.items() if each}


def one(world: World, name: str) -> Collision:
    """The only collision of a candidate."""
    (found,) = collisions(world)[f"{name}#1"]
    return found


@pytest.mark.parametrize(
    ("planned", "around", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_what_collides(planned, around, expected):
    world = a_world(*planned, **around)
    assert told(world) == expected
    assert_the_slow_way_agrees(world)


def seen(each: Collision) -> tuple[object, ...]:
    """What the design fixes of a collision beside its key."""
    if each.kind == "freeze":
        return (each.why, each.until)
    return tuple(sorted(each.others)) if each.kind in {"environment", "resource"} else ()


def as_found(found: Mapping[str, tuple[Collision, ...]]) -> dict[str, Found]:
    return {name: {c.key: seen(c) for c in each} for name, each in found.items() if each}


def assert_the_slow_way_agrees(world: World) -> None:
    found = collisions(world)
    assert as_found(found) == brute_collisions(world)
    assert all(len({c.key for c in each}) == len(each) for each in found.values())
    assert {frozenset({name, *others}) for name, others in sets(world).items()} == brute_sets(world)


@tried(500)
@given(worlds())
def test_the_slow_way_finds_the_same_in_any_world(world):
    assert_the_slow_way_agrees(world)


@tried(100)
@given(worlds(), st.randoms(use_true_random=False))
def test_in_which_order_things_are_planned_changes_nothing(world, random):
    mixed = random.sample(world.planned, len(world.planned))
    assert collisions(replace(world, planned=tuple(mixed))) == collisions(world)


@tried(100)
@given(worlds())
def test_a_product_that_has_nothing_to_do_with_the_others_changes_nothing_for_them(world):
    zoo = a_world(goes("zoo@2", "11:00"), goes("zoo@1", "11:30"), production=[there("zoo@2")])
    key, before = there("zoo@1", place="cage")
    wider = replace(
        world,
        planned=(*zoo.planned, *world.planned),
        products={**world.products, "zoo": a_product("zoo", "cage")},
        production={**world.production, key: before},
        freezes={**world.freezes, "winter": freeze("winter", "11:00", "12:00", products=("zoo",))},
    )
    found = collisions(wider)
    assert {"environment:cage", "freeze:winter"} <= {c.key for c in found["zoo@2#1"]}
    assert {n: each for n, each in found.items() if not n.startswith("zoo")} == collisions(world)


# What is told beside the kind and the reason.


def freeze(name: str, starts: str, ends: str, *, hard: bool = True, **more: Any) -> Freeze:
    return Freeze(name, hard, "UTC", clock(starts), clock(ends), **more)


def test_a_freeze_binds_from_its_beginning_to_before_its_end_whom_it_is_for_and_who_is_not_excused():
    gala = freeze("gala", "12:00", "16:00", products=("shop", "ledger"), environments=("live",))
    world = a_world(
        goes("shop@2", "11:59"),
        goes("shop@3", "12:00", **HALTED),
        goes("shop@4", "15:59"),
        goes("shop@5", "16:00"),
        goes("shop@6", "14:00", overridden=frozenset({"gala"})),
        goes("shop@7", None),
        goes("mail@2", "14:00"),
        goes("ledger@2", "14:00"),
        products=[a_product("ledger", "staging")],
        freezes={"gala": gala},
    )
    assert told(world) == {"shop@3": ["freeze:gala hard"], "shop@4": ["freeze:gala hard"]}
    assert one(world, "shop@4").until == clock("16:00")
    lifted = replace(world, freezes={"gala": replace(gala, lifted_at=NOW)})
    assert told(lifted) == {}
    assert_the_slow_way_agrees(world)


def test_a_soft_freeze_comes_every_night_of_its_week():
    monday = Recurring(Every.WEEK, Mark(0, time(17)), Mark(1, time(9)))
    nights = {"nights": Freeze("nights", False, "Europe/Berlin", recurring=monday)}
    world = a_world(goes("shop@2", "16:00"), goes("mail@2", "Tue 08:00"), freezes=nights)
    assert told(world) == {"shop@2": ["freeze:nights soft"]}
    assert one(world, "shop@2").until == clock("Tue 08:00")
    assert_the_slow_way_agrees(world)


def test_two_freezes_at_once_are_two_collisions():
    both = {name: freeze(name, "12:00", "16:00") for name in ("gala", "sale")}
    world = a_world(goes("shop@2", "14:00", overridden=frozenset({"none"})), freezes=both)
    assert told(world) == {"shop@2": ["freeze:gala hard", "freeze:sale hard"]}


def test_a_violation_says_what_would_do_what_is_there_instead_and_from_when_on_it_is_none():
    world = a_world(
        goes("ledger@3", "12:00"),
        goes("shop@2", "12:30", "ledger >=3"),
        production=[LEDGER_1],
    )
    found = one(world, "shop@2")
    assert (found.constraint, found.version, found.until) == (">=3", "1", clock("13:00"))
    assert found.others == ("ledger@3#1",) and found.roots == () and found.violates


def test_what_is_at_the_bottom_of_a_chain_is_told_at_its_top():
    planned = [goes("ledger@2", "12:00", **HALTED), goes("mail@2", "14:00", "ledger =2", "desk")]
    world = a_world(*planned, goes("shop@2", "16:00", "mail =2"))
    assert one(world, "shop@2").roots == ("desk", "ledger@2#1")


def test_a_waived_violation_is_told_and_violates_no_more():
    waives = frozenset({"needs:ledger"})
    found = one(a_world(goes("shop@2", "12:30", "ledger >=3", waived=waives)), "shop@2")
    assert found.waived_by is not None and not found.violates


def test_of_what_it_is_older_is_told():
    world = a_world(goes("ledger@2", "14:00"), production=[there("ledger@3")])
    assert one(world, "ledger@2").version == "3"


def test_a_set_is_told_by_both_and_only_of_the_others():
    three = [
        goes("ledger@3", "14:00", "shop >=3"),
        goes("shop@3", "14:00", "mail >=3"),
        goes("mail@3", "14:00", "ledger >=3"),
    ]
    world = a_world(*three, goes("desk@1", "15:00", "mail >=3"))
    assert sets(world) == {
        "ledger@3#1": ("mail@3#1", "shop@3#1"),
        "mail@3#1": ("ledger@3#1", "shop@3#1"),
        "shop@3#1": ("ledger@3#1", "mail@3#1"),
    }
    assert told(world) == {}
