"""Replay: facts that went through text make the very rows that were decided (DESIGN 2.7)."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from rules.announcing import Announcement, Others, announce
from rules.apply import APPLY, NOTED, apply, decide, policy_about, policy_from
from rules.asserting import assert_states
from rules.deploying import report
from rules.facts import fact
from rules.halting import halt, lift
from rules.halts import halt_about, halt_from
from rules.hotfix import hotfix, review_ok
from rules.moving import extend, reschedule
from rules.presume import settle
from rules.product import Policy
from rules.reminding import snooze
from rules.words import Phase, Silence
from tests.rules.cases import (
    HOUR,
    MONDAY,
    NAN,
    OLGA,
    PAT,
    RAE,
    SAM,
    SECURITY,
    around,
    candidate,
    checked,
    last,
    read,
    replay,
    stop,
    stored,
    told,
)


def test_a_whole_life_replayed_from_text_is_the_row_after_every_fact():
    log: list[str] = []
    row: Any = None
    now = MONDAY
    setting = told(around(MONDAY, announcers=("nan",)), MONDAY)
    acts = [
        lambda: announce(Announcement("2.4.1", digest="d"), Others(), setting, NAN, now),
        lambda: assert_states(row, (), setting, PAT, now),
        lambda: snooze(row, now + HOUR, SAM, now),
        lambda: halt(row, (), "CVE", setting, SAM, now),
        lambda: halt(row, (), "me too", setting, NAN, now),
        lambda: lift(row, (), "no CVE", setting, SAM, now),
        lambda: extend(row, setting, OLGA, now),
        lambda: reschedule(row, now + 200 * HOUR, setting, RAE, now),
        lambda: hotfix(row, "it burns", setting, RAE, now),
    ]
    reports = ["deploying", "failed", "deploying", "deployed", "rolled-back"]
    for act in acts:
        row = kept(row, act(), log)
        now += HOUR / 60
    there = row.release_at
    row = kept(row, settle(row, replace(setting, door=around(there).door), there), log)
    row = kept(row, review_ok(row, OLGA, there), log)
    for verb in reports:
        row = kept(row, report(verb, row, "so", OLGA, there), log)
    assert row.phase is Phase.ROLLED_BACK
    assert replay(read(text) for text in log) == row
    assert row.seq == len(log)


def kept(row, decision, log):
    assert decision
    log.extend(stored(fact) for fact in decision.facts)
    return last(checked(row, decision))


def test_every_part_of_a_halt_and_a_policy_survives_text():
    placed = stop(SAM, SECURITY, reason=None, revokes=True)
    assert halt_from(halt_about(placed)) == placed
    policy = Policy(Silence.HOLD, 1.5, 45, 0.5, 90)
    assert policy_from(policy_about(policy)) == policy
    assert set(policy_about(policy)) == {field.name for field in fields(Policy)}


def test_a_candidate_begins_with_its_announcement():
    odd = fact("state.asserted", candidate(), SAM, MONDAY, states=[])
    with pytest.raises(ValueError, match="begins with its announcement"):
        apply(None, odd)
    with pytest.raises(ValueError, match="no facts"):
        replay([])


def test_what_is_only_noted_changes_no_row():
    assert not set(APPLY) & NOTED
    noted = fact("act.refused", candidate(), NAN, MONDAY, verb="go")
    assert decide(candidate(), noted).candidates == (candidate(),)


def test_an_impossible_order_of_facts_is_a_fault():
    out = fact("deployment.succeeded", candidate(), OLGA, MONDAY, reason=None)
    with pytest.raises(ValueError, match="deployed may not follow announced"):
        apply(candidate(), out)
