"""Separate duties: where a product asks for them, the announcer asserts nothing and nobody two states (DESIGN 2.1)."""

from __future__ import annotations

from collections.abc import Sequence

from rules.candidate import Candidate
from rules.facts import Actor
from rules.words import Refused, State


def require_separate(candidate: Candidate, states: Sequence[State], actor: Actor) -> None:
    """Whether the actor may assert `states`, which they own, on top of what they have asserted.

    Refuses, where the candidate's policy separates duties: announcer-asserts-nothing, one-state-each.
    """
    if not candidate.policy.separate_duties or not states:
        return
    if actor.person is not None and actor.person == candidate.announced_by:
        raise Refused("announcer-asserts-nothing", {"candidate": candidate.name}, True)
    held = [s for s, word in candidate.assertions.items() if word.by == actor.person]
    if len({*held, *states}) > 1:
        about = {"candidate": candidate.name, "held": held, "states": list(states)}
        raise Refused("one-state-each", about, True)
