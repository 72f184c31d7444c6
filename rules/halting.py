"""Halt and lift: one open halt outweighs any number of assertions, and none is ever lost (DESIGN 2.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rules.apply import decide
from rules.candidate import OPEN, Candidate, Halt
from rules.facts import CLOCK, Actor, Decision, Fact, fact, iso
from rules.halts import halt_about
from rules.phases import ended, require_halted
from rules.product import Setting
from rules.rights import answerable, not_allowed, require_lifter
from rules.schedule import resumed, review_at
from rules.words import Phase, Refused, State

ONE_PRESS = timedelta(hours=1)
"""Within this the same words are the same halt, forwarded once."""
HEARD = OPEN | {Phase.DEPLOYING, Phase.DEPLOYED, Phase.FAILED}
"""Where a halt is still news to the four, though it may stop nothing."""


def halt(
    candidate: Candidate,
    states: Sequence[State],
    reason: str | None,
    setting: Setting,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Stop the candidate. No state named means those the actor owns; no reason means it is owed.

    The same person saying the same again changes nothing, and giving a reason pays one owed.
    A full member without a role, or a halt that comes too late, stops nothing: `halt.forwarded`
    goes to all four. Refuses: superseded, already-withdrawn.
    """
    if candidate.phase in {Phase.SUPERSEDED, Phase.WITHDRAWN}:
        raise ended(candidate)
    if candidate.phase not in OPEN or not (actor.hats or actor.is_operator):
        return forward(candidate, reason, actor, now)
    named = tuple(dict.fromkeys(states)) or tuple(hat.state for hat in actor.hats)
    mine = [h for h in candidate.open_halts if _covers(h, named, actor)]
    if any(reason in (None, standing.reason) for standing in mine):
        return Decision()
    for owed in (standing for standing in mine if standing.reason is None):
        about = {"id": owed.id, "reason": reason}
        return decide(candidate, fact("halt.explained", candidate, actor, now, **about))
    return place_halt(candidate, named, reason, setting, actor, now)


def _covers(standing: Halt, states: Sequence[State], actor: Actor) -> bool:
    """Whether this author's own halt already stops all that is named, in every hat worn now."""
    return (
        standing.by == actor.person
        and not standing.revokes
        and set(states) <= set(standing.states)
        and set(actor.hats) <= set(standing.hats)
    )


def place_halt(
    candidate: Candidate,
    states: Sequence[State],
    reason: str | None,
    setting: Setting,
    actor: Actor,
    now: datetime,
    *,
    revokes: bool = False,
) -> Decision:
    """The fact of a new halt; what its author owns of it loses its assertion."""
    placed = Halt(
        id=f"{candidate.version}#{candidate.build}-{candidate.seq + 1}",
        by=actor.person,
        hats=actor.hats,
        states=tuple(states),
        reason=reason,
        at=now,
        review_at=review_at(setting, now),
        revokes=revokes,
        origin=candidate.name,
    )
    revoked = [s for s in State if s in placed.owned and s in candidate.assertions]
    about: dict[str, Any] = {
        "halt": halt_about(placed),
        "revoked": revoked,
        "after_release": candidate.phase is Phase.RELEASED,
        "groups": dict(actor.groups),
    }
    return decide(candidate, fact("candidate.halted", candidate, actor, now, **about))


def forward(candidate: Candidate, reason: str | None, actor: Actor, now: datetime) -> Decision:
    """A halt that stops nothing, from a full member without a role or too late: all four are told.

    The same words again within the hour are a second press; later they are news.
    """
    before = candidate.forwarded.get(actor.person or "")
    if before and before.reason == (reason or "") and now - before.at < ONE_PRESS:
        return Decision()
    about = {"reason": reason, "late": candidate.phase not in OPEN, "phase": candidate.phase}
    return decide(candidate, fact("halt.forwarded", candidate, actor, now, **about))


def lift(
    candidate: Candidate,
    halt_ids: Sequence[str],
    reason: str | None,
    setting: Setting,
    actor: Actor,
    now: datetime,
) -> Decision:
    """Take halts back; with none named, every open one the actor may lift.

    Refuses: not-halted, not-your-role, assert-again (a revocation ends by asserting), reason-needed
    and the ended phases.
    """
    chosen = [h for h in candidate.open_halts if not halt_ids or h.id in halt_ids]
    if not chosen and any(h.id in halt_ids for h in candidate.halts):
        return Decision()
    require_halted(candidate)
    if not chosen:
        raise Refused("not-halted", {"candidate": candidate.name})
    if not halt_ids:
        chosen = _liftable(chosen, actor)
    for standing in chosen:
        require_lifter(standing, actor)
        if standing.revokes:
            raise Refused("assert-again", {"states": list(standing.states)})
    if not reason:
        raise Refused("reason-needed", {"verb": "lift"})
    facts: list[Fact] = [
        fact("halt.lifted", candidate, actor, now, id=h.id, reason=reason) for h in chosen
    ]
    after = decide(candidate, *facts).candidates[0]
    if not after.open_halts:
        last = facts[-1]
        facts[-1] = replace(last, about={**last.about, **resumed(after, setting, now)})
    return decide(candidate, *facts)


def _liftable(open_halts: Sequence[Halt], actor: Actor) -> list[Halt]:
    """The halts this actor may lift. Refuses: not-your-role, naming whoever may lift any of them."""
    mine = [h for h in open_halts if answerable(h) & set(actor.hats)]
    if not mine:
        raise not_allowed("lift", frozenset(r for h in open_halts for r in answerable(h)))
    return [h for h in mine if not h.revokes] or mine


def review_halt(candidate: Candidate, setting: Setting, actor: Actor, now: datetime) -> Decision:
    """The halt's owner, asked at its review time, keeps it for another working day.

    What is not due for review stays as it is. Refuses: not-halted, not-your-role, the ended phases.
    """
    require_halted(candidate)
    mine = [h for h in candidate.open_halts if answerable(h) & set(actor.hats)]
    if not mine:
        raise not_allowed("review", answerable(candidate.open_halts[0]))
    later = iso(review_at(setting, now))
    facts = [
        fact("halt.reviewed", candidate, actor, now, id=h.id, review_at=later)
        for h in mine
        if h.review_at <= now
    ]
    return decide(candidate, *facts)


def judge_pending(
    candidate: Candidate, person: str, setting: Setting, now: datetime, reason: str | None
) -> Decision:
    """A pending halt unresolved after 15 minutes: all four hear of it, and the release gets the
    resume notice, once per person and candidate (DESIGN 3)."""
    if person in candidate.pending_judged or candidate.phase not in HEARD:
        return Decision()
    about: dict[str, Any] = {
        "person": person,
        "reason": reason,
        "late": candidate.phase not in OPEN,
    }
    if candidate.phase is Phase.ANNOUNCED and candidate.release_at is not None:
        about |= resumed(candidate, setting, now)
    return decide(candidate, fact("halt.unresolved", candidate, CLOCK, now, **about))
