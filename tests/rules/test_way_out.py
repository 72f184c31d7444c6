"""The way out of collisions: it leads out, moves nobody who need not move, and puts nobody in (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from rules.colliding import collisions, sets
from rules.collision import VIOLATIONS
from rules.environments import Environment
from rules.freezes import Freeze
from rules.resources import Use
from rules.way_out import Fair, WayOut, concerned, moved, way_out
from rules.worktime import round_up
from rules.world import World
from tests.rules.brute import QUARTER, brute_collisions
from tests.rules.cases import HOUR, LONG_AGO
from tests.rules.collisions_by_hand import DEPLOYING, FAILED, HALTED, LEDGER_1, ONE, SHOP_1, TWO
from tests.rules.small_worlds import (
    NOW,
    a_product,
    a_world,
    clock,
    goes,
    likely_worlds,
    there,
    tried,
    worlds,
)

Keys = dict[str, set[str]]
PATTERNS = ((1, 0), (2, 0), (4, 0), (16, 4), (96, 68))
"""Which quarters of an hour are fair, counted from midnight: every so many, from such a one on; five o'clock is always."""


@dataclass(frozen=True)
class Fairness:
    """Every so many quarters of an hour is fair, from a day's beginning on, and for some nothing is."""

    patterns: dict[str, tuple[int, int]] = field(default_factory=dict)
    never: Collection[str] = ()
    floor: datetime | None = None

    def __call__(self, name: str, wanted: datetime) -> datetime | None:
        if name in self.never:
            return None
        every, first = self.patterns.get(name, (1, 0))
        at = round_up(max(wanted, self.floor or wanted))
        midnight = at.replace(hour=0, minute=0)
        while ((at - midnight) // QUARTER - first) % every:
            at += QUARTER
        return at


@st.composite
def fairness(draw, world: World) -> Fairness:
    names = [each.name for each in world.planned]
    patterns = {name: draw(st.sampled_from(PATTERNS)) for name in names}
    never = draw(st.sampled_from([(), (), (), *[(name,) for name in names]]))
    floor = draw(st.sampled_from([None, world.now + 8 * QUARTER]))
    return Fairness(patterns, never, floor)


def led(world: World, *names: str, fair: Fair = Fairness()) -> tuple[dict[str, str], list[str]]:
    """Who moves, in that order, to which time; and who is blocked. No names: everybody is asked about."""
    whole = [f"{name}#1" for name in names] or [each.name for each in world.planned]
    found = way_out(world, whole, fair)
    moves = {
        m.name.removesuffix("#1"): f"{m.at:%a %H:%M}".removeprefix("Mon ") for m in found.moves
    }
    return moves, [name.removesuffix("#1") for name in found.blocked]


# By hand.


def test_of_two_in_the_same_place_the_one_planned_first_stays():
    world = a_world(goes("shop@2", "14:00"), goes("ledger@2", "14:30"), environments=ONE)
    assert led(world) == ({"ledger@2": "15:00"}, [])


def test_of_two_planned_for_the_same_time_the_one_announced_first_stays_then_the_first_by_name():
    early, late = {"announced_at": LONG_AGO}, {"announced_at": LONG_AGO + HOUR}
    world = a_world(
        goes("mail@2", "14:00", **late), goes("shop@2", "14:00", **early), environments=ONE
    )
    assert led(world) == ({"mail@2": "15:00"}, [])
    world = a_world(goes("shop@2", "14:00"), goes("mail@2", "14:00"), environments=ONE)
    assert led(world) == ({"shop@2": "15:00"}, [])


def test_where_nothing_collides_nothing_moves_however_unfair():
    world = a_world(goes("shop@2", "14:07"), goes("ledger@2", None), environments=ONE)
    assert led(world, fair=Fairness(floor=clock("18:00"))) == ({}, [])


def test_who_moves_goes_around_everybody_who_stays():
    """At 15:00 comes the mail, and the desk is being deployed until 11:30 and counts till then."""
    world = a_world(
        goes("ledger@2", "14:00"),
        goes("shop@2", "14:30"),
        goes("mail@2", "15:00"),
        goes("desk@2", "09:30", **DEPLOYING),
        goes("search@2", "10:15"),
        environments=ONE,
    )
    assert led(world) == ({"search@2": "10:30", "shop@2": "16:00"}, [])


def test_a_chain_goes_out_one_after_the_other():
    world = a_world(
        goes("shop@2", "12:45", "mail >=2"),
        goes("mail@2", "12:30", "ledger >=2"),
        goes("ledger@2", "12:00"),
    )
    assert led(world) == ({"mail@2": "13:00", "shop@2": "14:00"}, [])
    found = way_out(world, ["shop@2#1", "mail@2#1", "ledger@2#1"], Fairness())
    assert found.order == ("ledger@2#1", "mail@2#1", "shop@2#1")
    first = found.moves[0]
    assert (first.name, first.was, first.at) == ("mail@2#1", clock("12:30"), clock("13:00"))


def test_who_breaks_a_dependent_goes_after_its_next_version():
    world = a_world(
        goes("ledger@3", "12:00"),
        goes("shop@2", "14:00", "ledger <4"),
        production=[LEDGER_1, SHOP_1],
    )
    assert led(world) == ({"ledger@3": "15:00"}, [])


def test_a_set_moves_as_one_to_a_time_that_is_fair_for_each():
    """The shop is frozen until four, and where it may only go when the ledger may not they are stuck."""
    pair = [goes("ledger@3", "14:00"), goes("shop@3", "14:00", "ledger >=3")]
    gala = Freeze("gala", False, "UTC", clock("13:00"), clock("16:00"), products=("shop",))
    world = a_world(*pair, production=[LEDGER_1, SHOP_1], freezes={"gala": gala})
    never_both = Fairness({"ledger@3#1": (4, 0), "shop@3#1": (4, 2)})
    assert led(world, "shop@3") == ({"ledger@3": "16:00", "shop@3": "16:00"}, [])
    assert led(world, "shop@3", fair=Fairness({"ledger@3#1": (4, 0)}, floor=clock("17:15"))) == (
        {"ledger@3": "18:00", "shop@3": "18:00"},
        [],
    )
    assert led(world, fair=never_both) == ({}, ["ledger@3", "shop@3"])
    assert way_out(world, ["shop@3#1"], Fairness()).sets == (("ledger@3#1", "shop@3#1"),)


def test_what_waits_gets_a_time_when_what_it_needs_has_one():
    planned = [
        goes("ledger@2", "12:00"),
        goes("mail@2", "12:30"),
        goes("shop@2", None, "ledger =2", "mail =2"),
    ]
    world = a_world(*planned, environments=ONE)
    assert led(world) == ({"mail@2": "13:00", "shop@2": "14:00"}, [])


def test_what_waits_for_something_else_goes_on_waiting():
    world = a_world(goes("ledger@2", None), goes("shop@2", "12:00", "ledger =2"))
    assert led(world) == ({}, ["shop@2"])


def test_what_is_at_the_root_of_it_can_t_be_moved_away():
    for root in (HALTED, FAILED):
        world = a_world(
            goes("ledger@2", "09:30", **root),
            goes("mail@2", "12:00", "ledger =2"),
            goes("shop@2", "12:30", "mail =2"),
            goes("desk@2", "12:00"),
            goes("search@2", "12:00", "desk =2"),
        )
        assert led(world) == ({"search@2": "13:00"}, ["mail@2", "shop@2"])
    overdue = a_world(goes("ledger@2", "08:00", **DEPLOYING), goes("mail@2", "12:00", "ledger =2"))
    assert led(overdue) == ({}, ["mail@2"])
    assert led(a_world(goes("mail@2", "12:00", "nothing"))) == ({}, ["mail@2"])


def test_a_version_older_than_what_is_there_is_helped_by_no_time():
    assert led(a_world(goes("shop@2", "14:00"), production=[there("shop@3")])) == ({}, ["shop@2"])


def test_nobody_moves_for_what_is_waived():
    waives = frozenset({"needs:ledger"})
    world = a_world(goes("ledger@2", "12:00"), goes("shop@2", "12:00", "ledger =2", waived=waives))
    assert led(world) == ({}, [])


def test_whoever_depends_on_what_moves_is_drawn_in():
    world = a_world(
        goes("desk@2", "12:00"),
        goes("ledger@2", "12:30"),
        goes("shop@2", "13:30", "ledger =2"),
        environments=ONE,
    )
    assert led(world, "desk@2", "ledger@2") == ({"ledger@2": "13:00", "shop@2": "14:00"}, [])


def test_what_somebody_depends_on_who_can_t_move_stays_and_the_other_moves():
    planned = [
        goes("desk@2", "12:00"),
        goes("ledger@2", "12:30"),
        goes("shop@2", "13:30", "ledger =2"),
    ]
    others = [goes("mail@2", "18:00"), goes("search@2", "18:30")]
    fair = Fairness(never=("shop@2#1",))
    world = a_world(*planned, environments=ONE)
    assert led(world, "desk@2", "ledger@2", fair=fair) == ({"desk@2": "14:30"}, [])
    world = a_world(*planned, *others, environments=ONE)
    assert led(world, fair=fair) == ({"desk@2": "14:30", "search@2": "19:00"}, [])


def test_for_whom_nothing_is_fair_in_sixty_days_it_is_no_way_out():
    world = a_world(goes("desk@2", "12:00"), goes("shop@2", "12:30"), environments=ONE)
    late = Fairness(never=("shop@2#1",))
    assert led(world, fair=late) == ({"desk@2": "13:30"}, [])
    assert led(world, "shop@2", fair=late) == ({}, ["shop@2"])
    assert led(world, "shop@2", fair=Fairness(floor=NOW + 61 * 24 * HOUR)) == ({}, ["shop@2"])


def test_concerned_are_all_that_hang_together_by_collisions_and_sets():
    world = a_world(
        goes("ledger@3", "14:00"),
        goes("shop@3", "14:00", "ledger >=3"),
        goes("mail@2", "14:30", uses=(Use("dba"),)),
        goes("search@2", "15:00", uses=(Use("dba"),)),
        goes("desk@2", "18:00", "search =2"),
        goes("zoo@2", "12:00", **DEPLOYING),
        production=[LEDGER_1, SHOP_1],
        environments={"live": Environment("live", 2)},
        products=[a_product("desk", "office"), a_product("ledger", uses=(Use("dba"),))],
    )
    found = collisions(world)
    together = ("ledger@3#1", "mail@2#1", "search@2#1", "shop@3#1")
    assert all(set(concerned(world, name, found)) == set(together) for name in together)
    assert concerned(world, "mail@2#1", found, most=2)[0] == "mail@2#1"
    assert len(concerned(world, "mail@2#1", found, most=2)) == 2
    assert concerned(world, "desk@2#1", found) == ("desk@2#1",)
    assert concerned(world, "zoo@2#1", found) == ()


def test_where_there_is_room_for_two_it_is_free_when_the_first_of_them_is_done():
    planned = [goes("ledger@2", "14:00"), goes("mail@2", "14:15"), goes("shop@2", "14:30")]
    assert led(a_world(*planned, environments=TWO)) == ({"shop@2": "15:00"}, [])


def test_what_should_be_done_by_now_is_still_in_the_way_of_what_is_needed_from_before():
    dba = {"uses": (Use("dba", HOUR / 2),)}
    world = a_world(goes("ledger@2", "08:30", **dba, **DEPLOYING), goes("shop@2", "10:15", **dba))
    assert led(world) == ({"shop@2": "10:30"}, [])


def test_nobody_is_in_the_way_where_no_environment_is_declared():
    dba, names = {"uses": (Use("dba"),)}, ("mail", "search", "desk")
    world = a_world(
        goes("mail@2", "14:00", **dba),
        goes("search@2", "14:30", **dba),
        goes("desk@2", "15:00"),
        products=[replace(a_product(name), environments=()) for name in names],
    )
    assert led(world) == ({"search@2": "15:00"}, [])


def test_a_new_time_is_a_quarter_of_an_hour_even_where_any_minute_is_fair():
    gala = Freeze("gala", False, "UTC", clock("13:00"), clock("16:05"))
    world = a_world(goes("shop@2", "14:07"), freezes={"gala": gala})
    assert led(world, fair=lambda name, wanted: wanted) == ({"shop@2": "16:15"}, [])


def test_who_waits_beside_one_of_its_set_takes_up_no_room_and_is_given_no_time():
    pair = [goes("ledger@3", "14:00"), goes("shop@3", None, "ledger >=3")]
    around = {"production": [LEDGER_1, SHOP_1], "environments": ONE}
    slow = [a_product("shop", occupies=2 * HOUR)]
    world = a_world(*pair, goes("mail@2", "15:00"), products=slow, **around)
    assert led(world) == ({}, [])
    world = a_world(*pair, goes("mail@2", "13:30"), products=slow, **around)
    assert led(world) == ({"ledger@3": "14:30"}, [])


def test_those_that_wait_for_each_other_and_are_no_set_are_blocked():
    """The new ledger would break the shop that goes out before it, and that shop's next version needs it."""
    world = a_world(
        goes("shop@2", "11:00", "ledger <3"),
        goes("ledger@3", "13:00"),
        goes("shop@3", "15:00", "ledger >=3"),
        production=[LEDGER_1, there("shop@1")],
    )
    assert led(world) == ({}, ["ledger@3", "shop@3"])


# In any world.


def open_keys(world: World) -> Keys:
    """What everybody collides with and nobody has waived."""
    waived = {each.name: each.waived for each in world.planned}
    return {
        name: {c.key for c in each if c.kind not in VIOLATIONS or c.key not in waived[name]}
        for name, each in collisions(world).items()
    }


def the_slow_way(world: World) -> Keys:
    waived = {each.name: each.waived for each in world.planned}
    return {name: set(each) - waived[name] for name, each in brute_collisions(world).items()}


def whom(world: World) -> st.SearchStrategy[tuple[str, ...]]:
    """Everybody, one alone, or one with all that it hangs together with."""
    everybody = tuple(each.name for each in world.planned)
    found = collisions(world)
    together = [concerned(world, name, found) for name in everybody]
    return st.sampled_from([everybody, everybody, everybody, *together, *((n,) for n in everybody)])


def asked_about(world: World, names: Collection[str]) -> set[str]:
    """These and those that go with them."""
    with_them = sets(world)
    return {*names, *(other for name in names for other in with_them.get(name, ()))}


def assert_it_leads_out(world: World, names: Collection[str], fair: Fairness) -> WayOut:
    found = way_out(world, names, fair)
    after, asked = moved(world, found.moves), asked_about(world, names)
    was = {each.name: each.at for each in world.planned}
    for move in found.moves:
        assert move.was == was[move.name] and move.at > (move.was or LONG_AGO)
        assert world.now <= move.at == round_up(move.at) == fair(move.name, move.at)
    for look in (open_keys, the_slow_way):
        before, left = look(world), look(after)
        assert not any(left.get(name) for name in asked - {*found.blocked})
        assert all(keys <= before.get(name, set()) for name, keys in left.items())
        assert found.moves == () or any(before.get(name) for name in asked)
    assert not {*found.blocked} & {move.name for move in found.moves}
    left = open_keys(after)
    assert all(any(left[n] for n in asked_about(world, [name])) for name in found.blocked)
    return found


@tried(100)
@given(st.data())
def test_in_any_world_it_leads_out_and_nobody_in(data):
    world = data.draw(worlds())
    assert_it_leads_out(world, data.draw(whom(world)), data.draw(fairness(world)))


@tried(150)
@given(st.data())
def test_in_likely_worlds_no_move_can_be_left_out_and_no_other_helps_more(data):
    world = data.draw(likely_worlds())
    names, fair = data.draw(whom(world)), data.draw(fairness(world))
    found = assert_it_leads_out(world, names, fair)
    gone = {move.name: move.at for move in found.moves}
    waits = {each.name for each in world.planned if each.at is None}
    for unit in found.sets:
        assert not gone.keys() & {*unit} or len({gone.get(n) for n in {*unit} - waits}) == 1
    assert way_out(moved(world, found.moves), names, fair).moves == ()
    for name in found.blocked:
        assert name in way_out(moved(world, found.moves), [name], fair).blocked
    asked, before = asked_about(world, names) - {*found.blocked}, open_keys(world)
    for left_out in found.moves:
        with_it = asked_about(world, [left_out.name])
        some = moved(world, [move for move in found.moves if move.name not in with_it])
        assert any(
            (keys and name in asked) or keys - before[name]
            for name, keys in open_keys(some).items()
        )
