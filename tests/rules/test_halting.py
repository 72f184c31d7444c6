"""Halt is absolute: who stops, who lifts, what passes on, and what is only passed along (DESIGN 2.3)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.announcing import Announcement, Others, announce
from rules.asserting import assert_states, revoke
from rules.halting import halt, judge_pending, lift, review_halt
from rules.words import Phase, Refused, State
from tests.rules.cases import (
    DEE,
    HOUR,
    MINUTE,
    MONDAY,
    NAN,
    OC,
    OLGA,
    OPERATION,
    OPERATOR,
    PAT,
    PRODUCT,
    RAE,
    SA,
    SAM,
    SECURITY,
    actor,
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

NOON = at("2026-11-24 12:00")
SETTING = told(around(NOON), MONDAY)


def halted(*halts, **changes):
    return candidate(phase=Phase.HALTED, halts=halts, **changes)


def test_the_owner_s_halt_revokes_their_assertion_and_another_s_contests_it():
    before = candidate(assertions=said(PRODUCT, SECURITY))
    by_owner = last(checked(before, halt(before, [SECURITY], "CVE", SETTING, SAM, NOON)))
    assert by_owner.phase is Phase.HALTED
    assert set(by_owner.assertions) == {PRODUCT}
    assert not by_owner.contested(SECURITY)
    by_other = last(checked(before, halt(before, [SECURITY], "CVE", SETTING, PAT, NOON)))
    assert set(by_other.assertions) == {PRODUCT, SECURITY}
    assert by_other.contested(SECURITY)
    lifted = last(checked(by_other, lift(by_other, (), "no CVE", SETTING, PAT, NOON)))
    assert (lifted.phase, lifted.contested(SECURITY)) == (Phase.ANNOUNCED, False)


def test_no_state_named_means_those_the_halter_owns():
    placed = last(halt(candidate(), (), "why", SETTING, DEE, NOON)).halts[0]
    assert (placed.states, placed.hats) == ((SECURITY, OPERATION), (SA, OC))


def test_a_halt_without_a_reason_stands_and_the_reason_can_be_paid():
    owed = last(halt(candidate(), (), None, SETTING, SAM, NOON))
    assert owed.open_halts[0].reason is None
    assert not halt(owed, (), None, SETTING, SAM, NOON)
    paid = checked(owed, halt(owed, (), "CVE-1", SETTING, SAM, NOON))
    assert kinds(paid) == ["halt.explained"]
    assert [h.reason for h in last(paid).open_halts] == ["CVE-1"]
    assert not halt(last(paid), (), "CVE-1", SETTING, SAM, NOON)
    assert len(last(halt(last(paid), (), "CVE-2", SETTING, SAM, NOON)).open_halts) == 2


def test_a_halt_in_a_new_hat_is_a_new_halt():
    before = candidate(assertions=said(SECURITY))
    first = last(halt(before, [SECURITY], "why", SETTING, actor("dee", OC), NOON))
    second = last(checked(first, halt(first, [SECURITY], "why", SETTING, DEE, NOON)))
    assert len(second.open_halts) == 2
    assert SECURITY not in second.assertions


def test_a_halt_after_the_release_stands_and_lifted_it_is_announced_again():
    out = candidate(
        phase=Phase.RELEASED,
        released_at=NOON - HOUR,
        release_at=NOON - HOUR,
        assertions=said(*State),
        outcome=dict.fromkeys(State, "asserted"),
    )
    stopped = last(checked(out, halt(out, [PRODUCT], "wrong build", SETTING, RAE, NOON)))
    assert (stopped.phase, stopped.outcome, stopped.released_at) == (Phase.HALTED, {}, None)
    again = last(checked(stopped, lift(stopped, (), "right build", SETTING, RAE, NOON)))
    assert again.phase is Phase.ANNOUNCED
    assert wall(again.release_at) == "Tue 2026-11-24 14:00"  # two working hours from noon


@pytest.mark.parametrize("phase", [Phase.DEPLOYING, Phase.DEPLOYED, Phase.FAILED])
def test_a_halt_too_late_is_passed_on_once_to_all_four(phase):
    late = candidate(phase=phase)
    first = checked(late, halt(late, (), "stop", SETTING, SAM, NOON))
    assert kinds(first) == ["halt.forwarded"]
    assert first.facts[0].about["late"]
    assert last(first).phase is phase
    assert not halt(last(first), (), "stop", SETTING, SAM, NOON + MINUTE)
    assert halt(last(first), (), "stop, it burns", SETTING, SAM, NOON + MINUTE)


def test_any_other_member_s_halt_is_passed_on_and_stops_nothing():
    passed = checked(candidate(), halt(candidate(), (), "hm", SETTING, NAN, NOON))
    assert kinds(passed) == ["halt.forwarded"]
    assert last(passed).phase is Phase.ANNOUNCED
    assert not passed.facts[0].about["late"]


def test_whoever_wears_a_hat_the_halter_wore_lifts_and_nobody_else():
    before = halted(stop(DEE, PRODUCT))
    for who in (SAM, OLGA, actor("kim", SA)):
        assert last(lift(before, (), "fine", SETTING, who, NOON)).phase is Phase.ANNOUNCED
    for who in (PAT, RAE, NAN, OPERATOR):
        with pytest.raises(Refused, match="not-your-role"):
            lift(before, (), "fine", SETTING, who, NOON)


def test_the_operator_s_halt_is_the_release_coordinator_s_to_lift_and_to_review():
    stopped = last(halt(candidate(), (), "Slack is down", SETTING, OPERATOR, NOON))
    with pytest.raises(Refused, match="not-your-role"):
        lift(stopped, (), "up", SETTING, OPERATOR, NOON)
    later = at("2026-11-25 12:00")
    assert review_halt(stopped, SETTING, RAE, later)
    assert last(lift(stopped, (), "up", SETTING, RAE, NOON)).phase is Phase.ANNOUNCED


def test_one_open_halt_is_enough():
    both = halted(stop(SAM, SECURITY), stop(OLGA, OPERATION))
    first = checked(both, lift(both, (), "fine", SETTING, SAM, NOON))
    assert last(first).phase is Phase.HALTED
    assert "release_at" not in first.facts[-1].about
    assert last(lift(last(first), (), "fine", SETTING, OLGA, NOON)).phase is Phase.ANNOUNCED


def test_lifting_takes_a_reason_and_a_lifted_halt_is_lifted_once():
    before = halted(stop(SAM, SECURITY))
    with pytest.raises(Refused, match="reason-needed"):
        lift(before, (), None, SETTING, SAM, NOON)
    after = last(lift(before, [before.halts[0].id], "fine", SETTING, SAM, NOON))
    assert not lift(after, [before.halts[0].id], "fine", SETTING, SAM, NOON)


def test_a_lift_before_the_planned_time_keeps_it_where_the_resume_notice_fits():
    before = halted(stop(SAM, SECURITY), why=("extended",))
    after = last(checked(before, lift(before, (), "fine", SETTING, SAM, NOON)))
    assert wall(after.release_at) == "Wed 2026-11-25 14:00"
    assert after.why == ("extended",)
    close = replace(before, release_at=NOON + HOUR, assertions=said(*State))
    moved = last(checked(close, lift(close, (), "fine", SETTING, SAM, NOON)))
    assert (wall(moved.release_at), moved.why) == ("Tue 2026-11-24 14:00", ("resume-notice",))


def test_a_lift_on_friday_evening_goes_out_on_monday():
    friday = at("2026-11-27 16:30")  # half an hour on Friday, an hour and a half on Monday
    before = halted(stop(SAM, SECURITY), assertions=said(*State))
    setting = told(around(friday), MONDAY)
    after = last(checked(before, lift(before, (), "fine", setting, SAM, friday)))
    assert wall(after.release_at) == "Mon 2026-11-30 10:30"


def test_revoking_halts_until_it_is_asserted_again():
    before = candidate(assertions=said(*State))
    revoked = checked(before, revoke(before, (), "new CVE", SETTING, SAM, NOON))
    assert kinds(revoked) == ["candidate.halted"]
    assert not revoke(last(revoked), (), "new CVE", SETTING, SAM, NOON)
    with pytest.raises(Refused, match="assert-again"):
        lift(last(revoked), (), "fine", SETTING, SAM, NOON)
    back = checked(last(revoked), assert_states(last(revoked), (), SETTING, SAM, NOON))
    assert kinds(back) == ["state.asserted", "halt.lifted"]
    assert last(back).phase is Phase.ANNOUNCED
    assert last(back).not_before == at("2026-11-24 14:00")


def test_a_state_revoked_asserted_and_revoked_again_is_halted_again():
    before = candidate(assertions=said(SECURITY, OPERATION))
    both = last(revoke(before, (), "why", SETTING, DEE, NOON))
    half = last(assert_states(both, [SECURITY], SETTING, DEE, NOON))
    assert half.phase is Phase.HALTED
    again = last(checked(half, revoke(half, [SECURITY], "no", SETTING, DEE, NOON)))
    assert SECURITY not in again.assertions
    assert len(again.open_halts) == 2


def test_revoking_takes_an_assertion_and_a_reason():
    with pytest.raises(Refused, match="nothing-to-revoke"):
        revoke(candidate(), (), "why", SETTING, SAM, NOON)
    with pytest.raises(Refused, match="reason-needed"):
        revoke(candidate(assertions=said(SECURITY)), (), "", SETTING, SAM, NOON)


def test_a_state_under_its_owner_s_halt_is_lifted_before_it_is_asserted():
    before = halted(stop(SAM, SECURITY))
    with pytest.raises(Refused, match="halted-by-owner"):
        assert_states(before, (), SETTING, actor("kim", SA), NOON)


def rebuilt(*old, **said_so):
    announced = Announcement("2.4.1", rebuild=True, **said_so)
    return announce(announced, Others(old), SETTING, NAN_MAY, NOON)


NAN_MAY = actor("pat", *PAT.hats)


def test_open_halts_pass_on_to_the_next_build_with_author_and_reason():
    old = halted(stop(SAM, SECURITY, reason="CVE"), replace(stop(OLGA, OPERATION), lifted=True))
    decision = checked(old, rebuilt(old))
    assert kinds(decision) == ["candidate.announced", "candidate.superseded", "halt.inherited"]
    new = last(decision)
    assert (new.name, new.phase) == ("payments@2.4.1#2", Phase.HALTED)
    assert [(h.by, h.reason, h.origin) for h in new.open_halts] == [("sam", "CVE", old.name)]
    with pytest.raises(Refused, match="superseded"):
        lift(decision.candidates[0], (), "fine", SETTING, SAM, NOON)
    assert last(lift(new, (), "fine", SETTING, SAM, NOON)).phase is Phase.ANNOUNCED


def test_open_halts_pass_on_to_a_newer_version_and_through_two_builds():
    old = halted(stop(SAM, SECURITY))
    second = last(rebuilt(old))
    newer = Announcement("2.5.0")
    decision = announce(newer, Others((), [second]), SETTING, PAT, NOON)
    assert [h.id for h in last(decision).open_halts] == [old.halts[0].id]


def test_an_inherited_revocation_ends_by_asserting_on_the_new_build():
    new = last(rebuilt(halted(stop(SAM, SECURITY, revokes=True))))
    after = last(checked(new, assert_states(new, (), SETTING, SAM, NOON)))
    assert (after.phase, set(after.assertions)) == (Phase.ANNOUNCED, {SECURITY})


def test_withdrawing_and_announcing_anew_shakes_off_no_halt():
    gone = candidate(phase=Phase.WITHDRAWN, halts=(stop(SAM, SECURITY),))
    new = last(checked(None, announce(Announcement("2.4.1"), Others([gone]), SETTING, PAT, NOON)))
    assert [h.by for h in new.open_halts] == ["sam"]


def test_every_halt_has_a_review_a_working_day_later_which_keeping_it_renews():
    friday = at("2026-11-27 11:00")
    stopped = last(halt(candidate(), (), "why", SETTING, SAM, friday))
    assert wall(stopped.halts[0].review_at) == "Mon 2026-11-30 11:00"
    assert not review_halt(stopped, SETTING, SAM, at("2026-11-30 10:59"))
    kept = last(checked(stopped, review_halt(stopped, SETTING, SAM, at("2026-11-30 11:05"))))
    assert wall(kept.halts[0].review_at) == "Tue 2026-12-01 11:05"
    assert not review_halt(kept, SETTING, SAM, at("2026-11-30 11:06"))
    with pytest.raises(Refused, match="not-your-role"):
        review_halt(stopped, SETTING, PAT, at("2026-11-30 11:05"))


def test_an_unresolved_halt_moves_the_release_once_per_person():
    before = candidate(assertions=said(*State), release_at=NOON + HOUR)
    first = checked(before, judge_pending(before, "zoe", SETTING, NOON, "stop"))
    assert wall(last(first).release_at) == "Tue 2026-11-24 14:00"
    assert not judge_pending(last(first), "zoe", SETTING, NOON + HOUR, "stop")
    assert judge_pending(last(first), "yan", SETTING, NOON + HOUR, "stop")
