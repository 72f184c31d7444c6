"""Every phase, every verb, everybody: what the law answers, written out and not computed (DESIGN 2.1, 2.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.announcing import Announcement, Others, announce
from rules.asserting import assert_states, revoke
from rules.candidate import FOLLOWS, Candidate, Hotfix
from rules.deploying import report
from rules.editing import book
from rules.facts import CLOCK, Actor, Decision
from rules.freezes import Freeze
from rules.freezing import override
from rules.halting import halt, judge_pending, lift, review_halt
from rules.hotfix import hotfix, review_ok
from rules.moving import extend, reschedule, resume_waiting, tighten, withdraw
from rules.presume import NotYet, go, settle
from rules.product import Policy, Setting
from rules.reminding import snooze
from rules.resources import Use
from rules.words import Phase, Refused, State
from tests.rules.cases import (
    DEE,
    HOLDERS,
    HOUR,
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
    said,
    stop,
    told,
    user,
)
from tests.rules.table import CLOCKS, CODES, TABLE

NOW = at("2026-11-24 12:00")
FREEZE = Freeze("year-end", True, "UTC", NOW, NOW + 24 * HOUR)
WHO: tuple[tuple[str, Actor], ...] = (
    ("Product Owner", PAT),
    ("Security Architect", SAM),
    ("Operations Coordinator", OLGA),
    ("Release Coordinator", RAE),
    ("both Security and Operations", DEE),
    ("nobody", actor("zoe")),
    ("the announcer", NAN),
    ("the operator", OPERATOR),
)
TRUE_STATE = {
    Phase.SUPERSEDED: "superseded",
    Phase.WITHDRAWN: "already-withdrawn",
    Phase.RELEASED: "already-released",
    Phase.DEPLOYING: "already-deploying",
    Phase.DEPLOYED: "already-deployed",
    Phase.FAILED: "deployment-failed",
    Phase.ROLLED_BACK: "already-rolled-back",
}

Verb = Callable[[Candidate, Setting, Actor], Decision]
VERBS: dict[str, Verb] = {
    "announce again": lambda c, s, a: announce(Announcement("2.4.1"), Others([c]), s, a, NOW),
    "announce a rebuild": lambda c, s, a: announce(
        Announcement("2.4.1", rebuild=True), Others([c]), s, a, NOW
    ),
    "assert": lambda c, s, a: assert_states(c, (), s, a, NOW),
    "assert security": lambda c, s, a: assert_states(c, [SECURITY], s, a, NOW),
    "revoke": lambda c, s, a: revoke(c, (), "why", s, a, NOW),
    "halt": lambda c, s, a: halt(c, (), "why", s, a, NOW),
    "lift": lambda c, s, a: lift(c, (), "mended", s, a, NOW),
    "extend": lambda c, s, a: extend(c, s, a, NOW),
    "reschedule": lambda c, s, a: reschedule(c, at("2026-11-26 11:00"), s, a, NOW),
    "go": lambda c, s, a: go(c, s, a, NOW),
    "withdraw": lambda c, s, a: withdraw(c, "why", a, NOW),
    "withdraw before the first assertion": lambda c, s, a: withdraw(c, "why", a, NOW),
    "hotfix": lambda c, s, a: hotfix(c, "CVE", s, a, NOW),
    "review keep": lambda c, s, a: review_halt(c, s, a, NOW),
    "review ok": lambda c, s, a: review_ok(c, a, NOW),
    "snooze": lambda c, s, a: snooze(c, NOW + HOUR, a, NOW),
    "deploying": lambda c, s, a: report("deploying", c, None, a, NOW),
    "deployed": lambda c, s, a: report("deployed", c, None, a, NOW),
    "failed": lambda c, s, a: report("failed", c, None, a, NOW),
    "rolled-back": lambda c, s, a: report("rolled-back", c, None, a, NOW),
    "override a freeze": lambda c, s, a: override(c, FREEZE, s.product, "why", a, NOW),
    "book a resource": lambda c, s, a: book(c, "dba", Use("dba", HOUR), a, NOW),
}
DONE = {
    "announce again": "candidate.announced",
    "announce a rebuild": "candidate.announced",
    "assert": "state.asserted",
    "revoke": "candidate.halted",
    "halt": "candidate.halted",
    "lift": "halt.lifted",
    "extend": "release.extended",
    "reschedule": "release.rescheduled",
    "go": "candidate.released",
    "withdraw": "candidate.withdrawn",
    "withdraw before the first assertion": "candidate.withdrawn",
    "hotfix": "hotfix.confirmed",
    "review keep": "halt.reviewed",
    "review ok": "hotfix.reviewed",
    "snooze": "reminder.snoozed",
    "deploying": "deployment.began",
    "deployed": "deployment.succeeded",
    "failed": "deployment.failed",
    "rolled-back": "deployment.rolled_back",
    "override a freeze": "freeze.overridden",
    "book a resource": "resources.booked",
    "settle": "candidate.released",
    "resume": "release.resumed",
    "judge": "halt.unresolved",
    "tighten": "policy.tightened",
}
OUT = {Phase.RELEASED, Phase.DEPLOYING, Phase.DEPLOYED, Phase.FAILED, Phase.ROLLED_BACK}


def standing(verb: str, phase: Phase) -> Candidate:
    """The candidate of the table in this phase, with what the verb needs to be about something."""
    asserted = said(*State) if verb in {"go", "settle", "resume"} else said(PRODUCT, SECURITY)
    if verb == "withdraw before the first assertion":
        asserted = {}
    found = candidate(phase=phase, assertions=asserted, release_at=at("2026-11-25 14:00"))
    if phase in {Phase.HALTED, Phase.SUPERSEDED, Phase.WITHDRAWN}:
        due = stop(OLGA, OPERATION, review_at=NOW - HOUR)
        found = replace(found, halts=(due,))
    if phase in OUT:
        how = {s: "asserted" if s in asserted else "presumed" for s in State}
        found = replace(found, outcome=how, released_at=NOW - HOUR)
    if verb == "review ok":
        found = replace(found, hotfix=Hotfix("CVE", "nan", MONDAY, "rae", MONDAY))
    if verb == "settle":
        found = replace(found, release_at=NOW)
    if verb == "resume":
        found = replace(found, release_at=None, why=("undelivered:security",))
    return found


def company() -> Setting:
    holders = HOLDERS | {SA: (user("sam"), user("dee")), OC: (user("olga"), user("dee"))}
    return told(around(NOW, holders=holders, announcers=("nan",)), MONDAY)


def answer(verb: str, phase: Phase, by: Actor) -> str:
    """What the law answers, in the words of the table's codes."""
    before = standing(verb, phase)
    try:
        decision = checked(before, VERBS[verb](before, company(), by))
    except Refused as refused:
        over = phase in TRUE_STATE and refused.reason == TRUE_STATE[phase]
        return "the true state" if over else refused.reason
    if not decision:
        return "nothing changes"
    return {"halt.forwarded": "passed on to all four", "hotfix.asked": "only asked for"}.get(
        kinds(decision)[-1], "done" if DONE[verb] in kinds(decision) else str(kinds(decision))
    )


def rows(table: str) -> dict[Phase, str]:
    lines = (line.split(maxsplit=1) for line in table.strip().splitlines())
    return {Phase(phase): codes.replace(" ", "") for phase, codes in lines}


@pytest.mark.parametrize("verb", TABLE)
def test_every_phase_and_everybody_get_the_answer_of_the_table(verb):
    expected = rows(TABLE[verb])
    assert list(expected) == list(Phase)
    for phase, codes in expected.items():
        assert len(codes) == len(WHO)
        said_to = {who: answer(verb, phase, by) for who, by in WHO}
        assert said_to == {who: CODES[c] for (who, _), c in zip(WHO, codes, strict=True)}, phase


def by_clock(verb: str, phase: Phase) -> Decision | NotYet:
    before, setting = standing(verb, phase), company()
    if verb == "settle":
        return settle(before, setting, NOW)
    if verb == "resume":
        return resume_waiting(before, setting, NOW)
    if verb == "judge":
        return judge_pending(before, "zoe", setting, NOW, "stop it")
    slower = replace(setting, product=replace(setting.product, policy=Policy(notice_hours=16)))
    return tighten(before, setting, slower, CLOCK, NOW)


@pytest.mark.parametrize("verb", CLOCKS)
def test_the_clock_changes_only_what_is_still_on_its_way(verb):
    for phase, code in zip(Phase, CLOCKS[verb], strict=True):
        decision = by_clock(verb, phase)
        assert isinstance(decision, Decision)
        checked(standing(verb, phase), decision)
        assert kinds(decision) == ([DONE[verb]] if code == "Y" else []), phase


def test_the_phase_table_is_the_design_s():
    arrows = """announced halted, halted announced, announced superseded, halted superseded,
        announced withdrawn, halted withdrawn, announced released, released deploying,
        deploying deployed, deploying failed, failed deploying, failed rolled_back,
        deployed rolled_back, released halted, released superseded, released withdrawn,
        released announced"""
    expected = {(Phase(a.split()[0]), Phase(a.split()[1])) for a in arrows.split(",")}
    assert {(a, b) for a, follows in FOLLOWS.items() for b in follows} == expected


@pytest.mark.parametrize("before", Phase)
@pytest.mark.parametrize("after", Phase)
def test_a_phase_that_may_not_follow_is_a_fault_of_the_caller(before, after):
    if after in FOLLOWS[before]:
        assert candidate(phase=before).to(after).phase is after
        return
    with pytest.raises(ValueError, match=f"{after} may not follow {before}"):
        candidate(phase=before).to(after)


def test_asking_twice_changes_nothing_the_second_time():
    """Whatever was done, asked again of what it made: nothing, or a refusal."""
    for verb, run in VERBS.items():
        for phase in Phase:
            for who, by in WHO:
                if verb == "announce a rebuild" or (verb, by) == ("extend", DEE):
                    continue  # each rebuild is a build of its own; two hats have two extensions
                try:
                    after = run(standing(verb, phase), company(), by).candidates[-1]
                    second = run(after, company(), by)
                except (Refused, IndexError):
                    continue
                assert not second, (verb, phase, who)


def test_the_table_knows_every_code_it_uses():
    used = {code for table in TABLE.values() for row in rows(table).values() for code in row}
    assert used == set(CODES)
