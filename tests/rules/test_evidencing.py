"""Evidence: it informs, the first red begins notice anew, and it never asserts, halts or hastens (DESIGN 2.4)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.evidencing import Said, add
from rules.words import Phase, Refused, State
from tests.rules.cases import (
    HOUR,
    MONDAY,
    NAN,
    SECURITY,
    around,
    at,
    candidate,
    checked,
    in_phase,
    last,
    said,
    told,
)

NOON = at("2026-11-24 12:00")
SETTING = told(around(NOON), MONDAY)
RED = Said(SECURITY, None, "link", "red", "2 findings new", "https://ci.example/1")


def added(before, word, now=NOON):
    return checked(before, add(before, word, SETTING, NAN, now))


def test_the_first_red_of_a_silent_state_moves_the_release_to_fair_notice():
    before = candidate(release_at=NOON + HOUR)
    after = last(added(before, RED))
    assert after.first_red == {SECURITY: NOON}
    assert after.release_at is not None and after.release_at > NOON + HOUR


def test_the_second_red_moves_nothing():
    first = last(added(candidate(release_at=NOON + HOUR), RED))
    again = Said(SECURITY, "Vulnerabilities evaluated", "junit", "red", "more")
    after = last(added(first, again, NOON + HOUR))
    assert (after.first_red, after.release_at) == (first.first_red, first.release_at)


def test_red_on_an_asserted_state_keeps_the_time():
    before = candidate(release_at=NOON + HOUR, assertions=said(*State))
    assert last(added(before, RED)).release_at == NOON + HOUR


def test_the_same_again_changes_nothing():
    assert not added(last(added(candidate(), RED)), RED, NOON + HOUR)


@pytest.mark.parametrize("phase", [Phase.SUPERSEDED, Phase.WITHDRAWN])
def test_what_is_over_takes_no_evidence(phase):
    with pytest.raises(Refused):
        add(in_phase(phase), RED, SETTING, NAN, NOON)


def test_what_is_out_does_and_begins_no_notice():
    after = last(added(in_phase(Phase.DEPLOYED), RED))
    assert after.evidence and not after.first_red


@given(
    state=st.sampled_from(State),
    verdict=st.sampled_from(["green", "red", "none"]),
    asserted=st.sets(st.sampled_from(State)),
    hours=st.integers(1, 200),
)
def test_evidence_never_changes_phase_assertions_or_halts_and_never_hastens(
    state, verdict, asserted, hours
):
    before = candidate(release_at=NOON + hours * HOUR, assertions=said(*asserted))
    after = last(added(before, Said(state, None, "junit", verdict, "words")))
    assert (after.phase, after.assertions, after.halts) == (
        before.phase,
        before.assertions,
        before.halts,
    )
    assert before.release_at is not None
    assert after.release_at is None or after.release_at >= before.release_at
    if verdict != "red":
        assert after.release_at == before.release_at


def test_a_release_that_moves_for_it_is_told_as_postponed() -> None:
    decision = added(candidate(release_at=NOON + HOUR), RED)
    assert [each.kind for each in decision.facts] == ["evidence.added", "release.postponed"]
    assert decision.facts[1].about["why"] == ["fair-notice:security"]
