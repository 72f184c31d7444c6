"""A machine that lets anybody do anything at any time and looks for a way around the law (DESIGN 2).

`PRESUMPTIVE_EXAMPLES=2000 pytest tests/rules/test_machine.py` looks longer.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import Phase as Step
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from rules.announcing import Announcement, announce
from rules.asserting import assert_states, revoke
from rules.candidate import Candidate
from rules.deploying import report
from rules.facts import Actor, Decision
from rules.halting import halt, judge_pending, lift, review_halt
from rules.hotfix import hotfix, review_ok
from rules.moving import extend, reschedule, withdraw
from rules.presume import go
from rules.product import Policy, Setting
from rules.reminding import snooze
from rules.words import Phase, Refused, Silence, State
from rules.worktime import Calendar, Slot
from tests.rules.cases import OC, PO, SA
from tests.rules.stories import KNOWN, KNOWN_LEADS, LEADS, TURNS
from tests.rules.world import MINUTE, ZONES, World

HOUR = timedelta(hours=1)
ANYBODY = st.sampled_from([*ZONES, None])
HOLDERS = st.sampled_from(["pat", "sam", "kim", "olga", "dee", "rae"])
STATES = st.lists(st.sampled_from(State), unique=True, max_size=2)
WHICH = st.integers(0, 2)
POLICIES = st.builds(
    Policy,
    silence=st.sampled_from([Silence.PRESUME, Silence.PRESUME, Silence.HOLD]),
    notice_hours=st.sampled_from([2, 8, 12]),
    door_open_minutes=st.sampled_from([30, 60]),
    resume_hours=st.sampled_from([1, 2, 4]),
    hotfix_minutes=st.sampled_from([60, 90]),
)
DAYS_OFF = [frozenset(), frozenset({date(2026, 11, 24)}), frozenset({date(2026, 11, 25)})]
SLOTS = [{}, {1: (10, 12), 3: (14, 16)}, {5: (8, 9)}]

Verb = Callable[[Candidate, Setting, Actor, "Machine", list[State]], Decision]
VERBS: dict[str, Verb] = {
    "assert": lambda c, s, a, m, on: assert_states(c, on, s, a, m.now),
    "revoke": lambda c, s, a, m, on: revoke(c, on, "why", s, a, m.now),
    "halt": lambda c, s, a, m, on: halt(c, on, "why", s, a, m.now),
    "halt without a reason": lambda c, s, a, m, on: halt(c, on, None, s, a, m.now),
    "lift": lambda c, s, a, m, on: lift(c, (), "mended", s, a, m.now),
    "extend": lambda c, s, a, m, on: extend(c, s, a, m.now),
    "sooner": lambda c, s, a, m, on: reschedule(c, m.now + HOUR, s, a, m.now),
    "tomorrow": lambda c, s, a, m, on: reschedule(c, m.now + 24 * HOUR, s, a, m.now),
    "later": lambda c, s, a, m, on: reschedule(c, m.now + 72 * HOUR, s, a, m.now),
    "go": lambda c, s, a, m, on: go(c, s, a, m.now),
    "withdraw": lambda c, s, a, m, on: withdraw(c, "why", a, m.now),
    "hotfix": lambda c, s, a, m, on: hotfix(c, "CVE", s, a, m.now),
    "keep": lambda c, s, a, m, on: review_halt(c, s, a, m.now),
    "review ok": lambda c, s, a, m, on: review_ok(c, a, m.now),
    "snooze": lambda c, s, a, m, on: snooze(c, m.now + HOUR, a, m.now),
    "deploying": lambda c, s, a, m, on: report("deploying", c, None, a, m.now),
    "deployed": lambda c, s, a, m, on: report("deployed", c, None, a, m.now),
    "failed": lambda c, s, a, m, on: report("failed", c, None, a, m.now),
    "rolled-back": lambda c, s, a, m, on: report("rolled-back", c, None, a, m.now),
}
HIDES = ["lift", "rebuild", "newer", "alike", "withdraw", "revoke"]
OFTEN = ["assert", "assert", "assert", "halt", "lift", "lift", "sooner", "extend", "hotfix", "go"]


class Machine(RuleBasedStateMachine):
    """Its steps are what people, machines and accidents do; the world holds the law to its word."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.versions = 0
        self.alike = 0
        """How many versions of equal rank were announced."""

    @property
    def now(self):
        return self.world.now

    def name(self, which: int) -> str:
        """One of the youngest candidates, the youngest most easily."""
        return list(self.world.rows)[-min(which + 1, len(self.world.rows))]

    @rule(
        by=ANYBODY,
        how=st.sampled_from(["newer", "rebuild", "artifact", "again", "alike"]),
        hours=st.sampled_from([None, None, 1, 30, 80]),
        fix=st.sampled_from([None, None, "CVE"]),
    )
    def announce(self, by, how, hours, fix):
        rows = list(self.world.rows.values())
        self.versions += how == "newer" or not rows
        self.alike += how == "alike"
        version = f"1.{self.versions}" + (f"+{self.alike}" if how == "alike" else "")
        said = Announcement(
            version,
            digest=f"sha256:{len(rows)}" if how == "artifact" else None,
            release_at=hours and self.now + hours * HOUR,
            rebuild=how == "rebuild",
            hotfix=fix,
        )
        others = self.world.others(version)
        setting, actor = self.world.setting(), self.world.actor(by)
        try:
            decision = announce(said, others, setting, actor, self.now)
        except Refused:
            return
        self.world.wished = hours is not None
        self.world.record(decision, Decision)
        self.world.tick()

    @initialize()
    def the_first_announcement(self):
        self.announce("nan", "newer", None, None)

    @rule(
        hours=st.sampled_from([None, None, 30, 80]),
        fix=st.sampled_from([None, None, None, "CVE"]),
        post=st.sampled_from(["prompt", "prompt", "prompt", "prompt", "late", "card", "people"]),
        turns=st.lists(st.tuples(st.sampled_from(LEADS), st.sampled_from(TURNS)), max_size=4),
    )
    def story(self, hours, fix, post, turns):
        """A newer version on its way to its release time, and what happens to it there."""
        self.world.prompt = post == "prompt"
        self.policy_changes(Policy())
        self.announce("nan", "newer", hours, fix)
        name = self.name(0)
        book = self.world.books[name]
        if post == "card":
            book.card = self.now
        if post == "people":
            book.messages = dict.fromkeys(book.messages, self.now)
        for lead, turn in turns:
            due = self.world.rows[name].release_at
            if isinstance(lead, int):
                self.world.advance(self.now + lead * MINUTE)
            elif due is not None and due > self.now:
                self.world.advance(max(self.now, due - timedelta(minutes=float(lead))))
            self.turn(turn)
        self.wait_for_the_next_due()

    @rule(
        hours=st.sampled_from([None, None, 80]),
        ready=st.sampled_from(["everybody", "assert sam", "policy", "restart"]),
        lead=st.sampled_from(["180", "20", "1"]),
        turns=st.lists(st.sampled_from(TURNS), min_size=1, max_size=3),
    )
    def close_call(self, hours, ready, lead, turns):
        """The same with everybody told, and all that happens just before the release time."""
        first, *others = turns
        later = [(0, turn) for turn in others]
        self.story(hours, None, "prompt", [(20, ready), (lead, first), *later])

    @rule(
        hours=st.sampled_from([None, 80]),
        lead=st.sampled_from(KNOWN_LEADS),
        known=st.sampled_from(KNOWN),
    )
    def known_way_around(self, hours, lead, known):
        """What has been tried against such rules before."""
        post, first, *others = known
        turns = [(0, "restart") if first == "restart" else (20, first)]
        self.story(hours, None, post, turns + [(lead, turn) for turn in others])

    def turn(self, turn):
        what, _, which = turn.partition(" ")
        who = which.split()[0] if which else ""
        if what == "everybody":
            self.all_four_assert(["pat", "sam", "dee", "rae"])
        elif what == "deliver":
            self.deliver(0, which == "dead")
        elif what == "outage":
            self.world.shut(int(which) * MINUTE, ticking=False)
        elif what == "pending":
            self.halt_pending(0, "zoe")
        elif what == "judged":
            self.pending_judged(which == "guest")
        elif what == "deactivated":
            self.world.gone ^= {who}
        elif what == "leaves":
            self.holders_change(self.role_of(who), who)
        elif what == "returns":
            self.holders_change(self.role_of(who), who)
            self.world.advance(self.now + 20 * MINUTE)
            self.holders_change(self.role_of(who), who)
        elif what == "wait":
            self.wait_for_the_next_due()
        elif what == "policy":
            self.policy_changes(Policy(silence=Silence.HOLD))
        elif what == "restart":
            self.restart()
        else:
            self.speak(0, who, what, [])

    def role_of(self, who):
        return {"pat": PO, "kim": SA, "sam": SA, "olga": OC}[who]

    @rule(by=HOLDERS, verb=st.sampled_from(OFTEN))
    def speak_often(self, by, verb):
        self.speak(0, by, verb, [])

    @rule(by=HOLDERS, on=STATES, then=st.sampled_from(HIDES))
    def halt_and_then(self, by, on, then):
        """A halt, and what may make it disappear."""
        self.speak(0, by, "halt", on)
        if then in {"lift", "revoke"}:
            self.speak(0, by, then, [])
            return
        if then == "withdraw":
            self.speak(0, "pat", then, [])
        self.announce("nan", "alike" if then == "withdraw" else then, None, None)

    @precondition(lambda self: self.world.rows)
    @rule(which=WHICH, by=ANYBODY, verb=st.sampled_from(list(VERBS)), states=STATES)
    def speak(self, which, by, verb, states):
        name, run, actor = self.name(which), VERBS[verb], self.world.actor(by)

        def ask() -> Decision:
            return run(self.world.rows[name], self.world.setting(name), actor, self, states)

        try:
            decision = ask()
        except Refused:
            return
        two_hats = verb == "extend" and len(actor.hats) > 1
        self.world.record(decision, Decision if two_hats else ask)
        self.world.tick()

    @precondition(lambda self: self.world.rows)
    @rule(by=st.permutations(["pat", "sam", "dee", "rae"]))
    def all_four_assert(self, by):
        for who in by:
            self.speak(0, who, "assert", [])

    @rule(minutes=st.sampled_from([1, 4, 14, 60, 240, 900, 2880]))
    def wait(self, minutes):
        self.world.advance(self.now + minutes * MINUTE)

    @rule()
    def wait_for_the_next_due(self):
        due = [r.release_at for r in self.world.rows.values() if r.phase is Phase.ANNOUNCED]
        self.world.advance(min((t for t in due if t and t > self.now), default=self.now))

    @rule(minutes=st.sampled_from([1, 2, 20, 45, 600, 2000]), ticking=st.booleans())
    def outage(self, minutes, ticking):
        self.world.shut(minutes * MINUTE, ticking=ticking)

    @rule(
        lead=st.sampled_from([0, 1, 7, 40]),
        minutes=st.sampled_from([1, 2, 3, 4, 9, 50]),
        ready=st.booleans(),
    )
    def outage_about_the_next_due(self, lead, minutes, ready):
        self.announce("nan", "newer", None, None)
        if ready:
            self.all_four_assert(["pat", "sam", "dee", "rae"])
        due = [r.release_at for r in self.world.rows.values() if r.phase is Phase.ANNOUNCED]
        soon = min((t for t in due if t and t > self.now), default=self.now)
        self.world.advance(max(self.now, soon - lead * MINUTE - MINUTE))
        self.world.shut(minutes * MINUTE, ticking=False)

    @rule(
        post=st.sampled_from(["late", "card", "people"]),
        minutes=st.sampled_from([10, 40, 200]),
    )
    def late_post(self, post, minutes):
        """All or some of the post arrives a little too late for the time that was computed."""
        self.story(None, None, post, [(minutes, "deliver")])

    @rule(minutes=st.sampled_from([20, 45]), lead=st.sampled_from(["60", "180"]))
    def short_outage(self, minutes, lead):
        """The door is shut a while before the release time, but not across it."""
        self.story(None, None, "prompt", [(lead, f"outage {minutes}")])

    @rule(prompt=st.booleans())
    def the_post_is(self, prompt):
        self.world.prompt = prompt

    @precondition(lambda self: self.world.rows)
    @rule(which=WHICH, dead=st.sampled_from([False, False, True]))
    def deliver(self, which, dead):
        """What was on its way arrives late, or one message never will."""
        book = self.world.books[self.name(which)]
        on_its_way = [k for k, when in book.messages.items() if when is None and k not in book.dead]
        if dead:
            book.dead.update(on_its_way[:1])
            return
        book.card = book.card or self.now
        book.messages |= dict.fromkeys(on_its_way, self.now)
        self.world.tick()

    @precondition(lambda self: self.world.rows)
    @rule(which=WHICH, who=st.sampled_from(["nan", "zoe"]))
    def halt_pending(self, which, who):
        self.world.books[self.name(which)].pending[who] = self.now

    @precondition(lambda self: any(b.pending for b in self.world.books.values()))
    @rule(guest=st.booleans())
    def pending_judged(self, guest):
        for name, book in self.world.books.items():
            while book.pending:
                who, _ = book.pending.popitem()
                if guest:
                    continue

                def ask(name=name, who=who) -> Decision:
                    row, setting = self.world.rows[name], self.world.setting(name)
                    return judge_pending(row, who, setting, self.now, "stop")

                self.world.record(ask(), ask)
        self.world.tick()

    @rule(policy=POLICIES)
    def policy_changes(self, policy):
        world = self.world
        world.change(lambda: setattr(world, "product", replace(world.product, policy=policy)))

    @rule(role=st.sampled_from([PO, SA, OC]), who=st.sampled_from(["pat", "kim", "olga", "nan"]))
    def holders_change(self, role, who):
        """Somebody stops holding a role, or begins to."""

        def change() -> None:
            held = self.world.held[role]
            if held.pop(who, None) is None:
                held[who] = self.now

        self.world.change(change)
        self.world.tick()

    @rule(off=st.sampled_from(DAYS_OFF))
    def the_calendar_changes(self, off):
        def change() -> None:
            world = self.world
            world.product = replace(world.product, calendar=Calendar(holidays=off))
            for hours in (world.house, *world.hours.values()):
                hours.holidays = off

        self.world.change(change)

    @rule(slots=st.sampled_from(SLOTS))
    def the_slots_change(self, slots):
        def change() -> None:
            world = self.world
            listed = tuple(
                Slot(day, *(Calendar().opens.replace(hour=h) for h in span))
                for day, span in slots.items()
            )
            world.product = replace(world.product, slots=listed)
            world.slots = slots

        self.world.change(change)

    @rule()
    def restart(self):
        before = dict(self.world.rows)
        self.world.restart()
        assert self.world.rows == before


Machine.TestCase.settings = settings(
    max_examples=int(os.environ.get("PRESUMPTIVE_EXAMPLES", "300")),
    stateful_step_count=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Step.generate] if os.environ.get("PRESUMPTIVE_QUICK") else [Step.generate, Step.shrink],
)
test_no_way_around_the_law = Machine.TestCase


@pytest.mark.parametrize("known", KNOWN, ids=", ".join)
def test_the_known_ways_around_are_shut(known):
    for hours, lead in product([None, 30, 80], KNOWN_LEADS):
        machine = Machine()
        machine.the_first_announcement()
        machine.known_way_around(hours, lead, known)
