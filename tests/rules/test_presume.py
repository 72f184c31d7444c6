"""At the release time: what silence lacks, what an outage costs, and what `go` skips (DESIGN 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from rules.candidate import Extension, Hotfix
from rules.door import Door, Ended, Record
from rules.facts import Decision
from rules.people import Holder
from rules.presume import NotYet, go, settle
from rules.product import Notice, PendingHalt, Policy
from rules.words import Phase, Refused, Silence, State
from rules.worktime import Slot, Span
from tests.rules.cases import (
    HOLDERS,
    HOUR,
    MINUTE,
    MONDAY,
    OLGA,
    PEOPLE,
    PRODUCT,
    RAE,
    SA,
    SECURITY,
    around,
    at,
    candidate,
    checked,
    door,
    kinds,
    last,
    person,
    said,
    stop,
    told,
    user,
    wall,
)

DUE = at("2026-11-25 14:00")
SECOND = timedelta(seconds=1)


def settled(before=None, now=DUE, *shut, setting=None, **changes) -> Decision:
    before = before or candidate()
    around_now = setting or told(around(now, *shut), MONDAY)
    decision = settle(before, replace(around_now, **changes), now)
    assert isinstance(decision, Decision)
    return checked(before, decision)


def hole(start: str, end: str) -> Span:
    return Span(at(start), at(end))


def test_silence_releases_and_says_on_whose_notice():
    before = candidate(assertions=said(PRODUCT))
    done = settled(before)
    assert kinds(done) == ["candidate.released"]
    after = last(done)
    assert (after.phase, after.released_at) == (Phase.RELEASED, DUE)
    assert after.outcome == {PRODUCT: "asserted"} | dict.fromkeys(list(State)[1:], "presumed")
    states = done.facts[0].about["states"]
    assert states[SECURITY]["person"] == "sam"
    assert states[SECURITY]["hours"] == 20  # Mon 7, Tue 8, Wed 5


def test_before_its_time_nothing_happens():
    assert not settled(now=DUE - SECOND)


def test_a_halted_or_waiting_candidate_is_not_settled():
    assert not settled(candidate(phase=Phase.HALTED, halts=(stop(OLGA),)))
    assert not settled(candidate(release_at=None))


def test_a_pending_halt_a_shut_door_and_old_rows_only_put_it_off():
    setting = told(around(DUE), MONDAY)
    waits = replace(setting, pending_halts=(PendingHalt("zoe", DUE - MINUTE),))
    assert settle(candidate(), waits, DUE) == NotYet("pending-halt")
    deaf = replace(setting, door=door(DUE - 91 * SECOND))
    assert settle(candidate(), deaf, DUE) == NotYet("door-shut")
    old = PEOPLE | {"sam": replace(person("sam"), fetched_at=DUE - 31 * MINUTE)}
    assert settle(candidate(), replace(setting, people=old), DUE) == NotYet("stale-people")
    unread = PEOPLE | {"kim": replace(person("kim"), fetched_at=DUE)}
    holders = HOLDERS | {SA: (user("sam"), Holder("group", "S1", MONDAY))}
    product = replace(setting.product, holders=holders)
    missing = replace(setting, people=unread, product=product)
    assert settle(candidate(), missing, DUE) == NotYet("stale-people")
    asserted = candidate(assertions=said(*State))
    assert settle(asserted, replace(setting, people=old), DUE)


@pytest.mark.parametrize("gap", [0, 15, 90])
def test_a_release_at_or_just_after_a_heartbeat_goes_out(gap):
    setting = told(replace(around(DUE), door=door(DUE - gap * SECOND)), MONDAY)
    assert kinds(settled(setting=setting)) == ["candidate.released"]


def test_the_door_must_have_been_open_for_half_an_hour():
    short = settled(None, DUE, hole("2026-11-25 13:20", "2026-11-25 13:40"))
    assert kinds(short) == ["release.postponed"]
    assert (wall(last(short).release_at), last(short).why) == ("Wed 2026-11-25 14:15", ("door",))
    enough = settled(None, DUE, hole("2026-11-25 13:20", "2026-11-25 13:30"))
    assert kinds(enough) == ["candidate.released"]
    asserted = candidate(assertions=said(*State))
    word = settled(asserted, DUE, hole("2026-11-25 13:20", "2026-11-25 13:40"))
    assert kinds(word) == ["candidate.released"]


@pytest.mark.parametrize("assertions", [{}, said(*State)])
def test_after_an_outage_across_the_time_nothing_goes_out_at_once(assertions):
    before = candidate(assertions=assertions)
    late = settled(before, at("2026-11-25 16:10"), hole("2026-11-25 13:50", "2026-11-25 16:08"))
    assert (wall(last(late).release_at), last(late).why) == ("Wed 2026-11-25 16:45", ("outage",))
    # Reopened at 16:38: half an hour later the working day is over.
    late = settled(before, at("2026-11-25 16:40"), hole("2026-11-25 13:50", "2026-11-25 16:38"))
    assert wall(last(late).release_at) == "Thu 2026-11-26 09:00"


def test_after_an_outage_a_product_with_slots_waits_for_its_slot():
    now = at("2026-11-25 14:10")
    slots = (Slot(3, HALF_NINE, TEN),)
    setting = told(around(now, hole("2026-11-25 13:50", "2026-11-25 14:09"), slots=slots), MONDAY)
    assert wall(last(settled(now=now, setting=setting)).release_at) == "Thu 2026-11-26 09:30"


HALF_NINE, TEN = at("2026-11-25 09:30").time(), at("2026-11-25 10:00").time()


def test_settled_late_with_the_door_open_it_is_announced_again_first():
    late = settled(None, DUE + 6 * MINUTE)
    assert (wall(last(late).release_at), last(late).why) == ("Wed 2026-11-25 14:15", ("late",))
    assert kinds(settled(None, DUE + 5 * MINUTE)) == ["candidate.released"]


def test_a_role_vacant_at_the_time_is_not_presumed():
    setting = told(around(DUE), MONDAY)
    gone = replace(setting, people=PEOPLE | {"sam": person("sam", deactivated=True)})
    done = settled(setting=gone)
    assert kinds(done) == ["release.waiting"]
    assert last(done).waiting
    assert last(done).why == ("vacant:security",)
    asserted = candidate(assertions=said(SECURITY))
    assert kinds(settled(asserted, setting=gone)) == ["candidate.released"]


def test_a_message_undelivered_postpones_and_the_second_time_waits():
    setting = told(around(DUE), MONDAY)
    lost = tuple(n if n.person != "sam" else Notice("sam", SECURITY) for n in setting.notices)
    first = settled(setting=setting, notices=lost)
    # Arriving by 14:15 on Wednesday: 2 h 45, and 5 h 15 on Thursday.
    assert wall(last(first).release_at) == "Thu 2026-11-26 14:15"
    assert last(first).why == ("undelivered:security",)
    then = at("2026-11-26 14:15")
    setting = told(around(then), MONDAY)
    second = settled(last(first), then, setting=setting, notices=lost)
    assert kinds(second) == ["release.waiting"]
    assert last(second).why == ("undelivered:security",)


def test_an_announcement_undelivered_is_no_notice_to_anybody():
    done = settled(card_delivered_at=None)
    assert kinds(done) == ["release.postponed"]
    assert last(done).why == tuple(f"undelivered:{state}" for state in State)


def test_a_late_message_postpones_to_fair_notice():
    setting = told(around(DUE), at("2026-11-25 11:00"))
    done = settled(setting=setting)
    assert wall(last(done).release_at) == "Thu 2026-11-26 11:00"  # 6 h and 2 h
    assert last(done).why == tuple(f"fair-notice:{state}" for state in State)


def test_where_silence_holds_it_waits_for_the_words_it_lacks():
    holding = candidate(policy=Policy(silence=Silence.HOLD), assertions=said(PRODUCT, SECURITY))
    done = settled(holding)
    assert last(done).waiting
    assert last(done).why == ("silent:operation", "silent:organization")
    spoken = replace(holding, assertions=said(*State))
    assert kinds(settled(spoken)) == ["candidate.released"]


def test_a_hotfix_is_presumed_after_an_hour_even_at_night():
    night = at("2026-11-29 02:00")
    mark = Hotfix("CVE", "nan", night, "rae", night)
    fix = candidate(hotfix=mark, announced_at=night, notice_from=night, release_at=night + HOUR)
    setting = told(around(night + HOUR), night)
    assert kinds(settled(fix, night + HOUR, setting=setting)) == ["candidate.released"]
    unconfirmed = replace(fix, hotfix=Hotfix("CVE", "nan", night))
    assert kinds(settled(unconfirmed, night + HOUR, setting=setting)) == ["release.postponed"]


READY = candidate(assertions=said(*State))


def gone(before=READY, by=RAE, now=MONDAY + HOUR, **changes):
    return checked(before, go(before, replace(around(now), **changes), by, now))


def test_go_needs_every_word_and_no_halt_pending_or_open():
    assert last(gone()).phase is Phase.RELEASED
    with pytest.raises(Refused, match="still-silent"):
        gone(candidate(assertions=said(PRODUCT)))
    with pytest.raises(Refused, match="halt-pending"):
        gone(pending_halts=(PendingHalt("zoe", MONDAY),))
    with pytest.raises(Refused, match="halted"):
        gone(replace(READY, phase=Phase.HALTED, halts=(stop(OLGA),)))


def test_go_skips_the_resume_notice_the_outage_wait_and_the_slots():
    soon = replace(READY, not_before=MONDAY + 9 * HOUR)
    night = at("2026-11-29 03:00")
    assert gone(soon, now=night, product=around(night, slots=(Slot(3, HALF_NINE, TEN),)).product)
    assert gone(replace(READY, release_at=None, why=("outage",)))


@pytest.mark.parametrize(("minutes", "goes"), [(1, False), (29, False), (30, True), (120, True)])
def test_a_halt_lost_with_a_process_can_be_given_again_though_all_four_have_asserted(minutes, goes):
    """The release time comes so many minutes after the door was opened again."""
    again = DUE - minutes * MINUTE
    lost = Record("one", Span(MONDAY, again - SECOND), Ended.LOST)
    opened = Record("two", Span(again, DUE), Ended.OPEN)
    before = candidate(assertions=said(*State))
    after = settled(before, DUE, door=Door.recorded([lost, opened]))
    if goes:
        assert kinds(after) == ["candidate.released"]
        return
    assert kinds(after) == ["release.postponed"]
    assert after.candidates[0].release_at >= again + 30 * MINUTE
    assert after.candidates[0].why == ("outage",)


def test_go_is_bound_by_an_extension_asked_for_since_the_role_asserted():
    until = MONDAY + 30 * HOUR
    asked = replace(READY, extensions=(Extension("sam", SA, MONDAY + MINUTE, until),))
    with pytest.raises(Refused, match="extended"):
        gone(asked)
    assert gone(asked, now=until)
    at_once = replace(READY, extensions=(Extension("sam", SA, MONDAY, until),))
    with pytest.raises(Refused, match="extended"):
        gone(at_once)
    before = replace(READY, extensions=(Extension("sam", SA, MONDAY - MINUTE, until),))
    assert gone(before)
