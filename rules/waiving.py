"""Criteria answered: each met, or noted and waived for this candidate only, with a reason (DESIGN 1, 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.apply import decide
from rules.candidate import Candidate
from rules.facts import Actor, Decision, Fact, fact
from rules.phases import require_unreleased
from rules.product import Product
from rules.rights import require_state
from rules.words import Refused, State

LONGEST = 300
"""Characters of what is waived; a criterion has no more either."""


@dataclass(frozen=True)
class Answers:
    """What an owner says of one state's criteria, by their words."""

    met: tuple[str, ...] = ()
    waived: Mapping[str, str] = field(default_factory=dict)
    """A criterion and why it is waived."""


def asked_of(candidate: Candidate, state: State, product: Product) -> tuple[str, ...]:
    """The criteria that this candidate's state is judged by."""
    return product.criteria_of(state, candidate.versions(state))


def all_met(candidate: Candidate, state: State, product: Product) -> Answers:
    """What a word without particulars says: all is met that is not waived already."""
    noted = {waiver.criterion for waiver in candidate.waived(state)}
    return Answers(tuple(c for c in asked_of(candidate, state, product) if c not in noted))


def answered(
    candidate: Candidate, said: Mapping[State, Answers], product: Product
) -> dict[State, Any]:
    """What the fact of an assertion tells of each state: versions, what is met, what is waived.

    Refuses: criteria-untouched, criteria-both, waiver-reason-needed; each names the state.
    """
    told = {state: _one(candidate, state, answers, product) for state, answers in said.items()}
    for state, answers in said.items():
        unsaid = [c for c, reason in answers.waived.items() if not reason.strip()]
        if unsaid:
            raise Refused("waiver-reason-needed", {"state": state, "criteria": unsaid})
    return told


def _one(
    candidate: Candidate, state: State, answers: Answers, product: Product
) -> dict[str, list[Any]]:
    """Refuses: criteria-both, criteria-untouched."""
    asked = asked_of(candidate, state, product)
    noted = {waiver.criterion for waiver in candidate.waived(state)} - set(answers.met)
    waived = noted | set(answers.waived)
    both = [c for c in asked if c in answers.met and c in answers.waived]
    if both:
        raise Refused("criteria-both", {"state": state, "criteria": both})
    untouched = [c for c in asked if c not in answers.met and c not in waived]
    if untouched:
        raise Refused("criteria-untouched", {"state": state, "criteria": untouched})
    return {
        "versions": list(candidate.versions(state)),
        "met": [c for c in asked if c in answers.met],
        "waived": sorted(waived, key=lambda c: asked.index(c) if c in asked else len(asked)),
    }


def waivers(
    candidate: Candidate, said: Mapping[State, Answers], actor: Actor, now: datetime
) -> list[Fact]:
    """A fact for each waiver that these answers add or give another reason for."""
    noted = {(w.state, w.criterion): w.reason for w in candidate.waivers}
    return [
        _fact(candidate, state, criterion, reason, actor, now)
        for state, answers in said.items()
        for criterion, reason in answers.waived.items()
        if noted.get((state, criterion)) != reason
    ]


def waive(
    candidate: Candidate,
    state: State,
    criterion: str,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Note a criterion, or an issue that is none, as waived for this candidate; the state's owner only.

    Of a state asserted already it tells what its assertion leaves out. The same again changes nothing.
    Refuses: not-your-state, reason-needed, words-too-long, and the ended phases.
    """
    require_state("waive", state, actor)
    require_unreleased(candidate)
    if not reason:
        raise Refused("reason-needed", {"verb": "waive"})
    if len(criterion) > LONGEST:
        raise Refused("words-too-long", {"most": LONGEST})
    return decide(
        candidate, *waivers(candidate, {state: Answers((), {criterion: reason})}, actor, now)
    )


def _fact(
    candidate: Candidate, state: State, criterion: str, reason: str, actor: Actor, now: datetime
) -> Fact:
    about = {"state": state, "criterion": criterion, "reason": reason}
    return fact("criterion.waived", candidate, actor, now, **about)
