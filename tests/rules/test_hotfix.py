"""Hotfix: a second pair of eyes shortens the notice, and looks again within two days (DESIGN 2.4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.candidate import Extension, Hotfix
from rules.hotfix import hotfix, review_due, review_ok, to_review
from rules.product import Policy
from rules.words import Phase, Refused, Silence, State
from tests.rules.cases import (
    HOLDERS,
    HOUR,
    MINUTE,
    MONDAY,
    NAN,
    OLGA,
    OPERATION,
    ORGANIZATION,
    PAT,
    PRODUCT,
    RAE,
    RC,
    SA,
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
    user,
    wall,
)

NOON = at("2026-11-24 12:07")
SETTING = told(around(NOON), MONDAY)
ASKED = Hotfix("CVE", "nan", MONDAY)
MARKED = Hotfix("CVE", "nan", MONDAY, "rae", MONDAY)


def fixed(before, by=RAE, reason=None, setting=SETTING, now=NOON):
    return checked(before, hotfix(before, reason, setting, by, now))


def test_the_announcer_asks_and_another_role_holder_confirms():
    asked = fixed(candidate(), NAN, "CVE")
    assert kinds(asked) == ["hotfix.asked"]
    assert not last(asked).is_hotfix
    with pytest.raises(Refused, match="confirm-by-another"):
        fixed(last(asked), NAN)
    confirmed = last(fixed(last(asked), RAE))
    assert confirmed.is_hotfix
    assert confirmed.hotfix
    assert (confirmed.hotfix.asked_by, confirmed.hotfix.confirmed_by) == ("nan", "rae")
    # Everybody was told on Monday; an hour from 12:07, rounded up.
    assert wall(confirmed.release_at) == "Tue 2026-11-24 13:15"


def test_the_announcer_s_own_word_suffices_only_where_no_other_holder_exists():
    announced = candidate(announced_by="pat", hotfix=ASKED)
    with pytest.raises(Refused, match="confirm-by-another"):
        fixed(announced, PAT)
    alone = told(around(NOON, holders=dict.fromkeys(HOLDERS, (user("pat"),))), MONDAY)
    assert last(fixed(announced, actor("pat", *HOLDERS), setting=alone)).is_hotfix


def test_asking_takes_a_reason():
    with pytest.raises(Refused, match="reason-needed"):
        fixed(candidate(), NAN)


def test_confirming_restarts_the_short_notice():
    confirmed = last(fixed(candidate(hotfix=ASKED)))
    assert confirmed.notice_from == NOON
    assert confirmed.not_before == NOON + HOUR


def test_with_everything_asserted_it_is_still_an_hour_away():
    ready = candidate(hotfix=ASKED, assertions=said(*State))
    assert wall(last(fixed(ready)).release_at) == "Tue 2026-11-24 13:15"


@pytest.mark.parametrize("minutes", [10, 60, 68])
def test_confirming_never_moves_a_time_later_nor_starts_its_notice_anew(minutes):
    near = candidate(hotfix=ASKED, release_at=NOON + minutes * MINUTE)
    confirmed = last(fixed(near))
    assert (confirmed.release_at, confirmed.notice_from) == (near.release_at, MONDAY)


def test_confirming_hastens_past_no_floor():
    until = at("2026-11-25 11:00")
    extended = candidate(hotfix=ASKED, extensions=(Extension("sam", SA, MONDAY, until),))
    assert last(fixed(extended)).release_at == until
    lifted = candidate(hotfix=ASKED, not_before=until)
    assert last(fixed(lifted)).release_at == until


def test_a_halted_candidate_may_become_a_hotfix_and_stays_halted():
    halted = candidate(hotfix=ASKED, phase=Phase.HALTED, halts=(stop(OLGA, OPERATION),))
    confirmed = last(fixed(halted))
    assert (confirmed.phase, confirmed.is_hotfix) == (Phase.HALTED, True)
    assert wall(confirmed.release_at) == "Tue 2026-11-24 13:15"


def test_what_waits_for_words_goes_on_waiting():
    holding = candidate(
        hotfix=ASKED,
        release_at=None,
        why=("silent:security",),
        policy=Policy(silence=Silence.HOLD),
    )
    confirmed = last(fixed(holding))
    assert confirmed.is_hotfix
    assert confirmed.waiting


def released(phase=Phase.RELEASED, mark=MARKED):
    outcome = {s: "asserted" if s in (PRODUCT, SECURITY) else "presumed" for s in State}
    return candidate(hotfix=mark, phase=phase, outcome=outcome, released_at=NOON)


def test_the_owner_of_each_presumed_state_answers_within_two_days():
    out = released()
    assert to_review(out) == (OPERATION, ORGANIZATION)
    assert wall(review_due(out)) == "Thu 2026-11-26 12:07"
    half = last(checked(out, review_ok(out, OLGA, NOON)))
    assert to_review(half) == (ORGANIZATION,)
    assert not review_ok(half, OLGA, NOON)
    both = last(checked(half, review_ok(half, actor("rae", RC), NOON)))
    assert review_due(both) is None


def test_there_is_nothing_to_review_of_what_did_not_go_out_or_was_no_hotfix():
    assert to_review(released(Phase.SUPERSEDED)) == ()
    assert to_review(released(mark=ASKED)) == ()
    asserted = replace(released(), outcome=dict.fromkeys(State, "asserted"))
    with pytest.raises(Refused, match="nothing-to-review"):
        review_ok(asserted, OLGA, NOON)
