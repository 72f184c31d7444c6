"""Collisions on a candidate: what opens and closes, what is reopened, waived, sent back and moved (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.apply import apply
from rules.asserting import assert_states
from rules.candidate import Override
from rules.collision import Collision
from rules.facts import Decision
from rules.freezes import Freeze
from rules.halting import halt
from rules.moving import reschedule, resume_waiting
from rules.presume import go, settle
from rules.product import Policy
from rules.replanning import align, out_of_freeze, replan
from rules.settling import resume_together, settle_together
from rules.words import Phase, Refused, Silence, State
from tests.rules.cases import (
    HOUR,
    MONDAY,
    ORGANIZATION,
    PAT,
    RAE,
    around,
    at,
    candidate,
    checked,
    kinds,
    last,
    said,
    stop,
    told,
    wall,
)

DUE = at("2026-11-25 14:00")
BEFORE = at("2026-11-25 09:00")
NEEDS = Collision("needs", "ledger", "halted", ">=3.2", "3.1", ("ledger@3.2#1",), ("ledger@3.2#1",))
CROWD = Collision("environment", "prod-eu", "at-once", others=("web@1.0#1",))
GONE = replace(
    NEEDS, why="rolled-back", others=(), roots=("ledger",), version=None, rolled_back=True
)
YEAR_END = Freeze(
    "year-end", hard=True, zone="UTC", starts=at("2026-11-25 12:00"), ends=at("2026-11-27 10:00")
)


def set_of(*members, now=DUE, **changes):
    """Candidates of one set, each told of long ago."""
    names = [f"payments@{n}#1" for n in range(1, len(members) + 1)]
    return [
        (
            replace(
                each, version=str(n), together=tuple(x for x in names if x != f"payments@{n}#1")
            ),
            told(around(now, **changes), MONDAY),
        )
        for n, each in enumerate(members, 1)
    ]


def settled(before, setting, now=DUE):
    """What the release time brings: never a wait for what is not known yet."""
    decision = settle(before, setting, now)
    assert isinstance(decision, Decision)
    return checked(before, decision)


def checked_each(members, decision):
    """The decision, once replaying each member's own facts has given the row it says."""
    rows = {c.name: c for c, _ in members}
    for fact in decision.facts:
        rows[fact.candidate] = apply(rows[fact.candidate], fact)
    for after in decision.candidates:
        assert rows[after.name] == after
    return decision


# What opens, changes and closes.


def test_a_collision_opens_once_and_closes_once():
    before = candidate()
    opened = checked(before, replan(before, [CROWD], (), BEFORE))
    after = last(opened)

    assert kinds(opened) == ["collision.opened"]
    assert after.collisions == (CROWD,)
    assert not replan(after, [CROWD], (), BEFORE)
    assert kinds(checked(after, replan(after, [], (), BEFORE))) == ["collision.closed"]


def test_a_collision_with_others_than_before_is_changed_and_not_opened():
    before = candidate(collisions=(CROWD,))
    other = replace(CROWD, others=("mobile@2.0#1",))
    changed = checked(before, replan(before, [other], (), BEFORE))

    assert kinds(changed) == ["collision.changed"]
    assert last(changed).collisions == (other,)


@pytest.mark.parametrize(("found", "reopened"), [(NEEDS, True), (CROWD, False)])
def test_only_a_new_violation_reopens_organization(found, reopened):
    before = candidate(assertions=said(*State))
    after = last(checked(before, replan(before, [found], (), BEFORE)))

    assert (ORGANIZATION in after.silent) == reopened
    assert len(after.silent) == int(reopened)


# Presuming Organization.


def test_organization_is_not_presumed_while_a_violation_is_open():
    before = candidate(collisions=(NEEDS,))
    decision = settled(before, told(around(DUE), MONDAY))

    assert kinds(decision) == ["release.waiting"]
    assert last(decision).why == ("dependency:ledger",)


def test_it_moves_to_when_what_it_needs_is_there():
    there = replace(NEEDS, why="later", until=at("2026-11-26 11:00"))
    before = candidate(collisions=(there,))
    decision = settled(before, told(around(DUE), MONDAY))

    assert wall(last(decision).release_at) == "Thu 2026-11-26 11:00"
    assert last(decision).why == ("dependency:ledger",)


def test_a_crowd_informs_and_moves_nothing():
    before = candidate(collisions=(CROWD,))
    assert kinds(settled(before, told(around(DUE), MONDAY))) == ["candidate.released"]


def test_asserting_organization_waives_the_violation_by_name():
    before = candidate(collisions=(NEEDS,))
    setting = told(around(BEFORE), MONDAY)
    asserted = checked(before, assert_states(before, [ORGANIZATION], setting, RAE, BEFORE))
    after = last(asserted)

    assert asserted.facts[-1].about["violations"] == ["needs:ledger"]
    assert after.collisions[0].waived_by == "rae"
    assert not after.violations
    released = settled(after, told(around(DUE), MONDAY))
    assert released.facts[0].about["states"]["organization"]["violations"] == ["needs:ledger"]
    assert not replan(after, [NEEDS], (), BEFORE), "the same violation does not reopen it"


def test_a_halt_by_organization_takes_the_waiver_back_with_the_assertion():
    before = candidate(collisions=(replace(NEEDS, waived_by="rae"),), assertions=said(ORGANIZATION))
    after = last(halt(before, [], "not yet", around(BEFORE), RAE, BEFORE))

    assert after.violations == after.collisions


def test_a_violation_that_closed_and_comes_again_is_new():
    before = candidate(collisions=(replace(NEEDS, waived_by="rae"),), assertions=said(ORGANIZATION))
    closed = last(checked(before, replan(before, [], (), BEFORE)))
    again = last(checked(closed, replan(closed, [NEEDS], (), BEFORE)))

    assert ORGANIZATION in again.silent
    assert again.violations == (NEEDS,)


def test_what_waits_for_a_dependency_gets_its_time_once_it_is_there():
    waits = candidate(release_at=None, why=("dependency:ledger",), collisions=(NEEDS,))
    setting = told(around(BEFORE), MONDAY)

    assert not resume_waiting(waits, setting, BEFORE)
    free = replace(waits, collisions=())
    resumed = checked(free, resume_waiting(free, setting, BEFORE))
    assert wall(last(resumed).release_at) == "Wed 2026-11-25 11:00", "the resume notice is kept"


# Rolled back.


def test_what_has_not_begun_goes_back_to_waiting_when_what_it_needs_is_rolled_back():
    announced = candidate()
    released = candidate(phase=Phase.RELEASED, released_at=MONDAY, assertions=said(*State))
    for before, expected in ((announced, "release.waiting"), (released, "release.recalled")):
        decision = checked(before, replan(before, [GONE], (), BEFORE))
        after = last(decision)

        assert kinds(decision) == ["collision.opened", expected]
        assert after.waiting
        assert after.why == ("dependency:ledger",)
        assert ORGANIZATION in after.silent


def test_what_is_halted_or_waived_is_not_sent_back():
    halted = candidate(phase=Phase.HALTED, halts=(stop(PAT),))
    assert kinds(replan(halted, [GONE], (), BEFORE)) == ["collision.opened"]
    waived = candidate(collisions=(replace(GONE, waived_by="rae"),), assertions=said(ORGANIZATION))
    assert not replan(waived, [GONE], (), BEFORE)


# Hard freezes.


def test_a_freeze_laid_over_a_plan_moves_it_to_the_first_fair_time_after():
    before, setting = candidate(), told(around(BEFORE, freezes=(YEAR_END,)), MONDAY)
    moved = checked(before, out_of_freeze(before, setting, BEFORE))

    assert wall(last(moved).release_at) == "Fri 2026-11-27 10:00"
    assert last(moved).why == ("freeze:year-end",)
    assert not out_of_freeze(last(moved), setting, BEFORE)


def test_an_overridden_freeze_moves_nothing_and_binds_nothing():
    over = Override("year-end", "the regulator asks", "rae", MONDAY)
    before = candidate(overrides=(over,), assertions=said(*State))
    setting = told(around(DUE, freezes=(YEAR_END,)), MONDAY)

    assert not out_of_freeze(before, setting, BEFORE)
    assert last(settled(before, setting)).phase is Phase.RELEASED
    assert last(go(before, setting, RAE, DUE)).phase is Phase.RELEASED


def test_a_freeze_binds_what_is_asserted_and_go_too():
    before = candidate(assertions=said(*State))
    setting = told(around(DUE, freezes=(YEAR_END,)), MONDAY)

    assert kinds(settled(before, setting)) == ["release.postponed"]
    with pytest.raises(Refused) as refused:
        go(before, setting, RAE, DUE)
    assert refused.value.reason == "frozen"
    assert refused.value.about["freezes"] == ["year-end"]


def test_a_time_asked_for_under_a_freeze_becomes_the_first_after_it():
    before, setting = candidate(), told(around(BEFORE, freezes=(YEAR_END,)), MONDAY)
    moved = checked(before, reschedule(before, at("2026-11-26 10:00"), setting, RAE, BEFORE))

    assert wall(last(moved).release_at) == "Fri 2026-11-27 10:00"
    assert last(moved).why == ("freeze:year-end",)


def test_a_freeze_without_an_end_in_sight_makes_it_wait_and_says_so():
    forever = replace(YEAR_END, ends=at("2028-01-01 00:00"))
    before, setting = candidate(), told(around(BEFORE, freezes=(forever,)), MONDAY)
    moved = checked(before, out_of_freeze(before, setting, BEFORE))

    assert last(moved).waiting
    assert last(moved).why == ("freeze:year-end",)


# Sets.


def test_a_set_is_said_once_and_left_once():
    before = candidate()
    joined = last(checked(before, replan(before, [], ("ledger@3.2#1",), BEFORE)))

    assert joined.together == ("ledger@3.2#1",)
    assert not replan(joined, [], ("ledger@3.2#1",), BEFORE)
    assert kinds(checked(joined, replan(joined, [], (), BEFORE))) == ["set.left"]


def test_a_set_shares_its_latest_time():
    members = set_of(candidate(), candidate(release_at=DUE + 20 * HOUR), now=BEFORE)
    decision = checked_each(members, align(members, BEFORE))

    assert [c.name for c in decision.candidates] == ["payments@1#1"]
    assert decision.candidates[0].release_at == DUE + 20 * HOUR
    assert decision.candidates[0].why == ("together:payments@2#1",)


def test_a_set_goes_out_at_one_instant():
    members = set_of(candidate(), candidate())
    decision = checked_each(members, settle_together(members, DUE))

    assert kinds(decision) == ["candidate.released", "candidate.released"]


def test_a_halted_member_holds_the_others_which_stay_announced():
    halted = candidate(phase=Phase.HALTED, halts=(stop(PAT),))
    members = set_of(candidate(), halted, candidate())
    decision = checked_each(members, settle_together(members, DUE))

    assert [c.phase for c in decision.candidates] == [Phase.ANNOUNCED] * 2
    assert all(c.why == ("held:payments@2#1",) for c in decision.candidates)
    assert all(c.waiting for c in decision.candidates)


def test_one_that_lacks_notice_takes_the_others_with_it():
    late = candidate(announced_at=DUE - HOUR, notice_from=DUE - HOUR)
    members = set_of(candidate(), late)
    decision = checked_each(members, settle_together(members, DUE))
    times = {c.release_at for c in decision.candidates}

    assert len(decision.candidates) == 2
    assert len(times) == 1
    assert min(times) > DUE


def test_one_whose_silence_holds_makes_the_others_wait():
    members = set_of(candidate(), candidate(policy=Policy(silence=Silence.HOLD)))
    decision = checked_each(members, settle_together(members, DUE))

    assert {c.name: c.why for c in decision.candidates} == {
        "payments@1#1": ("held:payments@2#1",),
        "payments@2#1": (
            "silent:product",
            "silent:security",
            "silent:operation",
            "silent:organization",
        ),
    }


def test_a_set_goes_on_as_one_once_nothing_holds_any_of_it():
    held = candidate(release_at=None, why=("held:payments@2#1",))
    halted = candidate(phase=Phase.HALTED, halts=(stop(PAT),))
    vacant = candidate(release_at=None, why=("vacant:security",))

    assert not resume_together(set_of(held, halted, now=BEFORE), BEFORE)
    for others in ((candidate(),), (replace(held, why=("held:payments@1#1",)),), (vacant,)):
        members = set_of(held, *others, now=BEFORE)
        decision = checked_each(members, resume_together(members, BEFORE))
        after = {c.name: c.release_at for c, _ in members}
        after |= {c.name: c.release_at for c in decision.candidates}
        assert None not in after.values()
        assert len(set(after.values())) == 1, "they share one time"


def test_a_set_waits_on_while_one_of_it_has_a_cause_of_its_own():
    held = candidate(release_at=None, why=("held:payments@2#1",))
    lacks = candidate(release_at=None, why=("dependency:core",), collisions=(NEEDS,))
    assert not resume_together(set_of(held, lacks, now=BEFORE), BEFORE)


def test_a_set_moves_with_the_one_that_is_rescheduled():
    other, setting = candidate(), told(around(BEFORE), MONDAY)
    moved = reschedule(other, DUE + 20 * HOUR, setting, RAE, BEFORE, bound=True)
    halted = candidate(phase=Phase.HALTED, halts=(stop(PAT),))

    assert last(moved).release_at == DUE + 20 * HOUR
    assert not reschedule(halted, DUE + 20 * HOUR, setting, RAE, BEFORE, bound=True)


def test_a_set_that_is_not_due_is_left_alone():
    members = set_of(candidate(), candidate(), now=BEFORE)
    assert not settle_together(members, BEFORE)
    assert not settle_together(members, DUE - timedelta(seconds=1))
