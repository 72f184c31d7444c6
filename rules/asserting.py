"""Assert: a role owner declares the state it owns complete; revoking takes it back with a reason (DESIGN 2.1, 2.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.apply import apply, decide
from rules.candidate import OPEN, Candidate
from rules.duties import require_separate
from rules.facts import Actor, Decision, Fact, fact
from rules.halting import place_halt
from rules.phases import ended, require_unreleased
from rules.product import Setting
from rules.rights import require_state
from rules.schedule import holds, resumed
from rules.waiving import Answers, all_met, answered, waivers
from rules.words import Refused, Role, State


def assert_states(
    candidate: Candidate,
    states: Sequence[State],
    setting: Setting,
    actor: Actor,
    now: datetime,
    answers: Mapping[State, Answers] | None = None,
    carried_from: str | None = None,
) -> Decision:
    """Assert `states`, or with none named every state the actor owns and has not asserted.

    `answers` say what is met and what is waived of each state; of a state they do not name, all
    is met that is not waived already. `carried_from` is the build whose word is carried over.
    A state under its owner's own halt is asserted only by lifting or, if revoked, by asserting.
    Refuses: not-your-state, halted-by-owner, announcer-asserts-nothing, one-state-each,
    criteria-untouched, criteria-both, waiver-reason-needed, superseded and the other ended phases.
    """
    wanted = _own(states, "assert", actor)
    require_unreleased(candidate)
    _refuse_halted_by_owner(candidate, wanted)
    fresh = [s for s in wanted if s not in candidate.assertions]
    if not fresh:
        return Decision()
    require_separate(candidate, fresh, actor)
    product = setting.product
    given = answers or {}
    said = {s: given.get(s) or all_met(candidate, s, product) for s in fresh}
    about: dict[str, Any] = {
        "states": list(fresh),
        "criteria": answered(candidate, said, product),
    }
    violations = [each.key for each in candidate.violations]
    if violations and State.ORGANIZATION in fresh:
        about["violations"] = violations
    if carried_from is not None:
        about["carried_from"] = carried_from
    facts = waivers(candidate, said, actor, now)
    facts.append(fact("state.asserted", candidate, actor, now, **about))
    after = candidate
    for each in facts:
        after = apply(after, each)
    for halt in after.open_halts:
        if halt.revokes and set(halt.states) <= set(after.assertions):
            lift = fact("halt.lifted", after, actor, now, id=halt.id, reason="asserted again")
            facts.append(lift)
            after = apply(after, lift)
    facts[-1] = _with_schedule(facts[-1], candidate, after, setting, now)
    return decide(candidate, *facts)


def _with_schedule(
    last: Fact, before: Candidate, after: Candidate, setting: Setting, now: datetime
) -> Fact:
    """A lift, or the last word of a product whose silence holds, is followed by the resume notice."""
    lifted = bool(before.open_halts) and not after.open_halts
    completed = bool(holds(before)) and not after.silent
    if after.open_halts or not (lifted or completed):
        return last
    return replace(last, about={**last.about, **resumed(after, setting, now)})


def _refuse_halted_by_owner(candidate: Candidate, states: Sequence[State]) -> None:
    for halt in candidate.open_halts:
        if not halt.revokes and halt.owned & set(states):
            raise Refused("halted-by-owner", {"halt": halt, "states": list(states)})


def revoke(
    candidate: Candidate,
    states: Sequence[State],
    reason: str,
    setting: Setting,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Take assertions back; each state then halts until it is asserted again.

    With no state named: every state of the actor's that is asserted.
    Refuses: not-your-state, reason-needed, nothing-to-revoke.
    """
    wanted = _own(states, "revoke", actor)
    if candidate.phase not in OPEN:
        raise ended(candidate)
    standing = tuple(s for s in wanted if s in candidate.assertions)
    if not standing and _already_revoked(candidate, wanted):
        return Decision()
    if not standing:
        raise Refused("nothing-to-revoke", {"candidate": candidate.name})
    if not reason:
        raise Refused("reason-needed", {"verb": "revoke"})
    return place_halt(candidate, standing, reason, setting, actor, now, revokes=True)


def _already_revoked(candidate: Candidate, states: Sequence[State]) -> bool:
    revoked = {s for halt in candidate.open_halts if halt.revokes for s in halt.states}
    return not revoked.isdisjoint(states)


def _own(states: Sequence[State], verb: str, actor: Actor) -> tuple[State, ...]:
    """The states named, or all the actor owns. Refuses: not-your-state."""
    wanted = tuple(dict.fromkeys(states)) or tuple(hat.state for hat in actor.hats)
    if not wanted:
        raise Refused("not-your-state", {"verb": verb, "state": None, "roles": list(Role)}, True)
    for state in wanted:
        require_state(verb, state, actor)
    return wanted
