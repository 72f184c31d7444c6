"""Assert: only the owner, each state once, and the last word of a product that does not presume (DESIGN 2.1, 2.4)."""

from __future__ import annotations

import pytest

from rules.asserting import assert_states
from rules.product import Policy
from rules.words import Phase, Refused, Role, Silence, State
from tests.rules.cases import (
    DEE,
    MONDAY,
    OLGA,
    OPERATION,
    ORGANIZATION,
    PRODUCT,
    RAE,
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
HOLDING = Policy(silence=Silence.HOLD)


def asserted(before, *states, by):
    return checked(before, assert_states(before, states, SETTING, by, NOON))


def test_the_record_keeps_all_hats():
    word = last(asserted(candidate(), by=DEE)).assertions[OPERATION]
    assert (word.by, word.hats, word.at) == ("dee", DEE.hats, NOON)


def test_two_people_with_one_role_are_one_voice():
    first = last(asserted(candidate(), by=SAM))
    assert not asserted(first, by=actor("kim", *SAM.hats))


def test_the_release_coordinator_asserts_nobody_else_s_state():
    with pytest.raises(Refused, match="not-your-state") as refused:
        asserted(candidate(), SECURITY, by=RAE)
    assert refused.value.lack_of_right
    assert refused.value.about["roles"] == [Role.SECURITY_ARCHITECT]


def test_a_state_another_halts_may_be_asserted_and_stays_halted():
    before = candidate(phase=Phase.HALTED, halts=(stop(OLGA, SECURITY),))
    after = last(asserted(before, by=SAM))
    assert (after.phase, after.contested(SECURITY)) == (Phase.HALTED, True)


def test_the_last_word_where_silence_holds_is_followed_by_the_resume_notice():
    waiting = candidate(
        policy=HOLDING,
        release_at=None,
        why=("silent:organization",),
        assertions=said(PRODUCT, SECURITY, OPERATION),
    )
    after = last(asserted(waiting, by=RAE))
    assert wall(after.release_at) == "Tue 2026-11-24 14:00"
    soon = candidate(
        policy=HOLDING,
        release_at=at("2026-11-24 12:30"),
        assertions=said(PRODUCT, SECURITY, OPERATION),
    )
    assert wall(last(asserted(soon, by=RAE)).release_at) == "Tue 2026-11-24 14:00"
    far = candidate(policy=HOLDING, assertions=said(PRODUCT, SECURITY, OPERATION))
    assert last(asserted(far, by=RAE)).release_at == far.release_at


def test_the_last_word_where_silence_presumes_moves_nothing():
    before = candidate(assertions=said(PRODUCT, SECURITY, OPERATION))
    done = asserted(before, by=RAE)
    assert kinds(done) == ["state.asserted"]
    assert (last(done).release_at, last(done).not_before) == (before.release_at, None)


def test_words_said_while_halted_are_followed_by_the_notice_of_the_lift():
    before = candidate(
        policy=HOLDING,
        phase=Phase.HALTED,
        halts=(stop(OLGA, PRODUCT),),
        assertions=said(*[s for s in State if s is not ORGANIZATION]),
    )
    assert last(asserted(before, by=RAE)).not_before is None
