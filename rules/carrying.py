"""Carry over: an owner takes their word on the build before into this one, having seen what changed (DESIGN 2.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rules.asserting import assert_states
from rules.candidate import Candidate
from rules.facts import Actor, Decision
from rules.product import Setting
from rules.rights import require_state
from rules.waiving import Answers
from rules.words import Refused, Role, State


def carriable(candidate: Candidate, earlier: Candidate | None) -> tuple[State, ...]:
    """The states asserted on the build before that nobody has a word on yet, judged by the same criteria."""
    if earlier is None or earlier.superseded_by != candidate.name:
        return ()
    return tuple(
        state
        for state in candidate.silent
        if state in earlier.assertions and earlier.versions(state) == candidate.versions(state)
    )


def carry(
    candidate: Candidate,
    earlier: Candidate | None,
    states: Sequence[State],
    setting: Setting,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Assert as on the build before: the same criteria met, the same waived, each waiver written anew.

    With no state named, every one of the actor's that can be carried. What was carried already
    changes nothing. Refuses: not-your-state, nothing-to-carry, criteria-differ, and as asserting does.
    """
    wanted = tuple(dict.fromkeys(states)) or tuple(hat.state for hat in actor.hats)
    if not wanted:
        raise Refused("not-your-state", {"verb": "carry", "state": None, "roles": list(Role)}, True)
    for state in wanted:
        require_state("carry", state, actor)
    if all(state in candidate.assertions for state in wanted):
        return Decision()
    carried = [state for state in wanted if state in carriable(candidate, earlier)]
    if earlier is None or not carried:
        raise _nothing(candidate, earlier, wanted)
    said = {state: _as_before(earlier, state, setting) for state in carried}
    return assert_states(
        candidate, carried, setting, actor, now, answers=said, carried_from=earlier.name
    )


def _as_before(earlier: Candidate, state: State, setting: Setting) -> Answers:
    waived = {waiver.criterion: waiver.reason for waiver in earlier.waived(state)}
    asked = setting.product.criteria_of(state, earlier.versions(state))
    return Answers(tuple(c for c in asked if c not in waived), waived)


def _nothing(candidate: Candidate, earlier: Candidate | None, wanted: Sequence[State]) -> Refused:
    if earlier is not None and any(
        state in earlier.assertions and state in candidate.silent for state in wanted
    ):
        return Refused("criteria-differ", {"states": list(wanted), "candidate": candidate.name})
    before = earlier.name if earlier else None
    return Refused("nothing-to-carry", {"candidate": candidate.name, "earlier": before})
