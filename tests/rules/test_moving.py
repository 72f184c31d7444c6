"""Extend, reschedule, wait and resume, and changes around a candidate that may only delay it (DESIGN 2.1, 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from rules.candidate import Hotfix
from rules.facts import CLOCK
from rules.moving import extend, reschedule, resume_waiting, tighten, withdraw
from rules.product import Notice, Policy
from rules.words import Phase, Refused, Silence, State
from rules.worktime import Slot
from tests.rules.cases import (
    DEE,
    HOLDERS,
    HOUR,
    MONDAY,
    NAN,
    OC,
    PAT,
    RAE,
    SA,
    SAM,
    SECURITY,
    actor,
    around,
    at,
    candidate,
    checked,
    days,
    kinds,
    last,
    said,
    stop,
    told,
    user,
    wall,
)

NOON = at("2026-11-24 12:00")
SETTING = told(around(NOON), MONDAY)


def extended(before, by=SAM, setting=SETTING, now=NOON):
    return last(checked(before, extend(before, setting, by, now)))


def moved(before, wanted, by=RAE, setting=SETTING, now=NOON):
    return last(checked(before, reschedule(before, at(wanted), setting, by, now)))


def test_an_extension_is_one_working_day_of_the_product_s_calendar():
    assert wall(extended(candidate()).release_at) == "Thu 2026-11-26 14:00"
    friday = candidate(release_at=at("2026-11-27 14:00"))
    assert wall(extended(friday).release_at) == "Mon 2026-11-30 14:00"
    off = told(around(NOON, calendar=days("2026-11-30")), MONDAY)
    assert wall(extended(friday, setting=off).release_at) == "Tue 2026-12-01 14:00"
    slots = told(around(NOON, slots=(Slot(0, time(20), time(22)),)), MONDAY)
    assert wall(extended(friday, setting=slots).release_at) == "Mon 2026-11-30 20:00"


def test_an_extension_keeps_the_wall_clock_over_a_change_of_clocks():
    thursday = candidate(release_at=at("2026-10-23 14:00", "Europe/London"))
    after = extended(thursday, now=at("2026-10-22 12:00"))
    assert wall(after.release_at, "Europe/London") == "Mon 2026-10-26 14:00"


def test_each_person_extends_once_in_each_role():
    first = extended(candidate(), DEE)
    second = extended(first, DEE)
    assert [e.role for e in second.extensions] == [SA, OC]
    assert wall(second.release_at) == "Fri 2026-11-27 14:00"
    with pytest.raises(Refused, match="already-extended"):
        extended(second, DEE)
    assert extended(second, SAM)
    assert extended(second, actor("kim", SA))


def test_a_later_reschedule_can_t_undo_an_extension():
    after = extended(candidate())
    with pytest.raises(Refused, match="no-earlier"):
        moved(after, "2026-11-25 14:00")
    far = moved(after, "2026-12-02 14:00")
    assert wall(moved(far, "2026-11-25 14:00").release_at) == "Thu 2026-11-26 14:00"


def test_an_extension_of_a_hotfix_is_one_hotfix_notice():
    mark = Hotfix("CVE", "nan", MONDAY, "rae", MONDAY)
    fix = candidate(hotfix=mark, release_at=NOON + HOUR)
    assert wall(extended(fix).release_at) == "Tue 2026-11-24 14:00"


def test_what_waits_is_extended_from_now():
    waiting = extended(candidate(release_at=None, why=("vacant:security",)))
    assert waiting.release_at is None
    assert wall(waiting.extended_until) == "Wed 2026-11-25 12:00"


def test_extended_past_the_horizon_it_can_still_be_planned():
    far = extended(candidate(release_at=at("2027-02-15 14:00")))
    after = moved(moved(far, "2027-03-01 14:00"), "2026-11-26 14:00")
    assert wall(after.release_at) == "Tue 2027-02-16 14:00"


def test_later_starts_nothing_anew():
    after = moved(candidate(), "2026-11-29 23:30")
    assert wall(after.release_at) == "Sun 2026-11-29 23:30"
    assert (after.notice_from, after.not_before) == (MONDAY, None)


def test_earlier_starts_notice_anew():
    far = candidate(release_at=at("2026-12-01 14:00"))
    after = moved(far, "2026-11-24 13:00")
    assert wall(after.release_at) == "Wed 2026-11-25 12:00"  # 5 h on Tuesday, 3 h on Wednesday
    assert after.notice_from == NOON


def test_earlier_with_everything_asserted_still_keeps_the_resume_notice():
    far = candidate(release_at=at("2026-12-01 14:00"), assertions=said(*State))
    assert wall(moved(far, "2026-11-24 12:01").release_at) == "Tue 2026-11-24 14:00"


def test_where_earlier_would_be_later_nothing_moves():
    with pytest.raises(Refused, match="no-earlier") as refused:
        moved(candidate(release_at=at("2026-11-25 11:00")), "2026-11-24 15:00")
    assert wall(refused.value.about["at"]) == "Wed 2026-11-25 11:00"


def test_a_halted_candidate_whose_time_has_passed_may_be_planned_anew():
    passed = candidate(phase=Phase.HALTED, halts=(stop(SAM),), release_at=NOON - HOUR)
    after = moved(passed, "2026-11-26 11:00")
    assert (wall(after.release_at), after.notice_from) == ("Thu 2026-11-26 11:00", MONDAY)


def test_what_waits_gets_no_time_while_the_cause_lasts_and_the_resume_notice_after():
    vacant = told(around(NOON, holders=HOLDERS | {SA: ()}), MONDAY)
    waiting = candidate(release_at=None, why=("vacant:security",))
    with pytest.raises(Refused, match="still-waiting"):
        moved(waiting, "2026-11-26 11:00", setting=vacant)
    spoken = replace(waiting, assertions=said(*State))
    assert wall(moved(spoken, "2026-11-24 12:30").release_at) == "Tue 2026-11-24 14:00"


def test_the_cause_gone_it_gets_the_earliest_fair_time():
    waiting = candidate(release_at=None, why=("vacant:security",))
    holders = HOLDERS | {SA: (user("sam", NOON),)}
    setting = told(around(NOON, holders=holders), MONDAY)
    after = last(checked(waiting, resume_waiting(waiting, setting, NOON)))
    assert wall(after.release_at) == "Wed 2026-11-25 12:00"  # a holder since noon: 5 h and 3 h
    still = told(around(NOON, holders=HOLDERS | {SA: ()}), MONDAY)
    assert not resume_waiting(waiting, still, NOON)


def test_resumed_it_is_at_least_the_resume_notice_away():
    waiting = candidate(release_at=None, why=("vacant:security",), assertions=said(*State))
    after = last(resume_waiting(waiting, SETTING, NOON))
    assert wall(after.release_at) == "Tue 2026-11-24 14:00"


def test_waiting_for_a_message_it_resumes_when_that_arrives():
    waiting = candidate(release_at=None, why=("undelivered:security",))
    lost = (Notice("sam", SECURITY),)
    unheard = replace(
        SETTING, notices=tuple(n for n in SETTING.notices if n.person != "sam") + lost
    )
    assert not resume_waiting(waiting, unheard, NOON)
    assert wall(last(resume_waiting(waiting, SETTING, NOON)).release_at) == "Tue 2026-11-24 14:00"
    spoken = replace(waiting, assertions=said(SECURITY))
    assert resume_waiting(spoken, unheard, NOON)


def test_another_cause_is_told_once():
    waiting = candidate(release_at=None, why=("vacant:product",))
    vacant = told(around(NOON, holders=HOLDERS | {SA: ()}), MONDAY)
    told_so = checked(waiting, resume_waiting(waiting, vacant, NOON))
    assert (kinds(told_so), last(told_so).why) == (["release.waiting"], ("vacant:security",))
    assert not resume_waiting(last(told_so), vacant, NOON)


def test_what_holds_for_words_resumes_only_by_words():
    holding = Policy(silence=Silence.HOLD)
    waiting = candidate(release_at=None, why=("silent:security",), policy=holding)
    assert not resume_waiting(waiting, SETTING, NOON)
    unplanned = replace(waiting, why=("no-working-hours",))
    assert resume_waiting(unplanned, SETTING, NOON)


def changed(before, setting=SETTING, old=SETTING, now=NOON, **product):
    new = replace(setting, product=replace(setting.product, **product))
    return checked(before, tighten(before, old, new, CLOCK, now))


def test_open_candidates_keep_the_stricter_of_old_and_new():
    strict = Policy(Silence.PRESUME, 12, 30, 4, 60)
    before = candidate(policy=Policy(Silence.PRESUME, 8, 60, 2, 60))
    after = last(changed(before, policy=strict))
    assert after.policy == Policy(Silence.PRESUME, 12, 60, 4, 60)
    assert after.release_at == before.release_at
    assert not changed(after, policy=strict)
    assert not changed(after, policy=Policy(notice_hours=1))


def test_a_longer_notice_delays_what_it_must():
    soon = candidate(release_at=at("2026-11-24 14:00"))
    after = last(changed(soon, policy=Policy(notice_hours=16)))
    assert wall(after.release_at) == "Wed 2026-11-25 10:00"  # 7 h, 8 h, 1 h
    assert after.why == tuple(f"fair-notice:{state}" for state in State)


def test_a_change_that_would_hasten_leaves_a_floor():
    """Sam's four days off are cancelled; what was fair on Monday can't be planned sooner for that."""
    old = told(around(NOON, calendar=days(*[f"2026-11-{d}" for d in (24, 25, 26, 27)])), MONDAY)
    before = candidate(release_at=at("2026-12-02 14:00"))
    freed = changed(before, setting=SETTING, old=old)
    after = last(freed)
    assert wall(after.release_at) == "Wed 2026-12-02 14:00"
    assert wall(after.not_before) == "Mon 2026-11-30 10:00"
    sooner = moved(after, "2026-11-25 14:00")
    assert wall(sooner.release_at) == "Mon 2026-11-30 10:00"
    assert not checked(after, tighten(after, old, SETTING, CLOCK, NOON))


def test_a_change_without_effect_is_no_fact():
    assert not changed(candidate())
    assert not changed(candidate(), slots=(Slot(2, time(8), time(18)),))
    assert not changed(candidate(phase=Phase.RELEASED), policy=Policy(notice_hours=99))


def test_a_role_left_vacant_waits_and_filled_again_comes_no_sooner_than_planned():
    before = candidate(release_at=at("2026-11-27 14:00"), assertions=said(*list(State)[:1]))
    left = last(changed(before, holders=HOLDERS | {SA: ()}))
    assert left.waiting
    assert left.why == ("vacant:security",)
    back = last(resume_waiting(left, SETTING, NOON))
    assert wall(back.release_at) == "Fri 2026-11-27 14:00"


def test_halted_candidates_are_tightened_and_keep_their_time():
    halted = candidate(phase=Phase.HALTED, halts=(stop(SAM),), release_at=NOON + HOUR)
    after = last(changed(halted, policy=Policy(notice_hours=40)))
    assert (after.release_at, after.policy.notice_hours) == (NOON + HOUR, 40)


def test_the_announcer_withdraws_until_the_first_assertion():
    assert last(withdraw(candidate(), "wrong one", NAN, NOON)).phase is Phase.WITHDRAWN
    with pytest.raises(Refused, match="already-asserted"):
        withdraw(candidate(assertions=said(SECURITY)), "wrong one", NAN, NOON)
    gone = last(checked(candidate(), withdraw(candidate(), "wrong one", PAT, NOON)))
    assert gone.ended_why == "wrong one"
    assert not withdraw(gone, "wrong one", PAT, NOON)
