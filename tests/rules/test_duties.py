"""Separate duties: the announcer asserts nothing, and nobody two states."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.asserting import assert_states
from rules.halting import halt
from rules.product import Policy
from rules.words import Refused, State
from tests.rules.cases import (
    DEE,
    HOLDERS,
    MONDAY,
    OC,
    OLGA,
    PAT,
    SA,
    SAM,
    around,
    candidate,
    checked,
    last,
    told,
    user,
)

SEPARATE = Policy(separate_duties=True)
TWO_HATS = HOLDERS | {SA: (user("sam"), user("dee")), OC: (user("olga"), user("dee"))}
SETTING = told(around(MONDAY, holders=TWO_HATS), MONDAY)
SECURITY, OPERATION = State.SECURITY, State.OPERATION


def asserted(before, by, *states):
    return last(checked(before, assert_states(before, states, SETTING, by, MONDAY)))


def refused(before, by, *states):
    with pytest.raises(Refused) as found:
        assert_states(before, states, SETTING, by, MONDAY)
    assert found.value.lack_of_right
    return found.value.reason, found.value.about.get("held"), found.value.about.get("states")


def test_the_announcer_asserts_nothing_but_may_halt():
    for policy, separate in ((SEPARATE, True), (Policy(), False)):
        theirs = candidate(announced_by="pat", policy=policy)
        if separate:
            assert refused(theirs, PAT)[0] == "announcer-asserts-nothing"
        else:
            assert State.PRODUCT in asserted(theirs, PAT).assertions
        assert halt(theirs, (), "why", SETTING, PAT, MONDAY)
        assert SECURITY in asserted(theirs, SAM).assertions


def test_nobody_asserts_two_states_at_once_or_one_after_the_other():
    both = [SECURITY, OPERATION]
    separate = candidate(policy=SEPARATE)
    assert refused(separate, DEE) == ("one-state-each", [], both)
    assert refused(separate, DEE, *both) == ("one-state-each", [], both)
    one = asserted(separate, DEE, SECURITY)
    assert refused(one, DEE, OPERATION) == ("one-state-each", [SECURITY], [OPERATION])
    assert not assert_states(one, [SECURITY], SETTING, DEE, MONDAY)
    assert set(asserted(candidate(), DEE).assertions) == set(both)


def test_whoever_owns_two_of_which_one_is_asserted_by_another_asserts_the_other():
    before = asserted(candidate(policy=SEPARATE), OLGA)
    assert set(asserted(before, DEE).assertions) == {SECURITY, OPERATION}


def test_an_open_candidate_keeps_the_stricter():
    assert Policy().stricter(SEPARATE) == SEPARATE.stricter(Policy()) == SEPARATE
    assert not Policy().stricter(Policy()).separate_duties
    assert replace(SEPARATE, separate_duties=False) == Policy()
