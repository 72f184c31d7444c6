"""Hotfix: short notice, taken on by a second pair of eyes and looked at again within two days (DESIGN 2.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rules.apply import apply, decide
from rules.candidate import Candidate
from rules.facts import Actor, Decision, fact, iso
from rules.phases import require_unreleased
from rules.product import Setting
from rules.rights import require
from rules.schedule import holds, plan, resume_floor
from rules.words import Phase, Refused, Role, State

REVIEW_WITHIN = timedelta(hours=48)
"""How long the owners of presumed states have for their `review ok`."""


def hotfix(
    candidate: Candidate, reason: str | None, setting: Setting, actor: Actor, now: datetime
) -> Decision:
    """Ask that a candidate be a hotfix, or confirm it.

    It becomes one when a role holder other than the announcer confirms; where no other holder
    exists the announcer's own word suffices. Asking takes a reason, confirming does not.
    Refuses: not-your-role, reason-needed, confirm-by-another and the ended phases.
    """
    if not (actor.person is not None and actor.person == candidate.announced_by):
        require("hotfix", actor)
    require_unreleased(candidate)
    if candidate.is_hotfix:
        return Decision()
    facts, after = [], candidate
    if candidate.hotfix is None:
        if not reason:
            raise Refused("reason-needed", {"verb": "hotfix"})
        asked = fact("hotfix.asked", candidate, actor, now, reason=reason)
        facts.append(asked)
        after = apply(candidate, asked)
    if may_confirm(candidate, setting, actor):
        facts.append(
            fact("hotfix.confirmed", candidate, actor, now, **_sooner(after, setting, actor, now))
        )
    elif not facts:
        raise Refused("confirm-by-another", {"announcer": candidate.announced_by})
    return decide(candidate, *facts)


def may_confirm(candidate: Candidate, setting: Setting, actor: Actor) -> bool:
    """A role holder other than the announcer; or the announcer where no other holder exists."""
    if not actor.hats:
        return False
    if actor.person != candidate.announced_by:
        return True
    holders = {seat.person.id for role in Role for seat in setting.seats(role)}
    return holders <= {actor.person}


def _sooner(after: Candidate, setting: Setting, actor: Actor, now: datetime) -> dict[str, Any]:
    """The earliest fair time under the short notices, which run anew; nothing where that is no sooner."""
    assert after.hotfix is not None
    if after.release_at is None and holds(after):
        return {}
    marked = replace(after.hotfix, confirmed_by=actor.person, confirmed_at=now)
    renewed = replace(after, hotfix=marked, notice_from=now)
    floor = resume_floor(renewed, setting, now)
    planned = plan(replace(renewed, not_before=floor), setting, now)
    if planned.at is None or (after.release_at is not None and planned.at >= after.release_at):
        return {}
    return {"notice_from": iso(now), "not_before": iso(floor), **planned.about()}


def review_ok(candidate: Candidate, actor: Actor, now: datetime) -> Decision:
    """The owner of a presumed state of a hotfix has looked at it and found nothing.

    Refuses: nothing-to-review, not-your-role.
    """
    open_states = to_review(candidate)
    presumed = {s for s, how in candidate.outcome.items() if how == "presumed"}
    if not candidate.is_hotfix or not presumed:
        raise Refused("nothing-to-review", {"candidate": candidate.name})
    mine = [hat.state for hat in actor.hats if hat.state in presumed]
    if not mine:
        raise Refused(
            "not-your-role",
            {"verb": "review", "roles": [r for r in Role if r.state in presumed]},
            True,
        )
    fresh = [state for state in mine if state in open_states]
    if not fresh:
        return Decision()
    return decide(candidate, fact("hotfix.reviewed", candidate, actor, now, states=fresh))


def to_review(candidate: Candidate) -> tuple[State, ...]:
    """The presumed states of a released hotfix whose owner has not answered yet."""
    if not candidate.is_hotfix or candidate.phase in {Phase.SUPERSEDED, Phase.WITHDRAWN}:
        return ()
    presumed = (s for s, how in candidate.outcome.items() if how == "presumed")
    return tuple(s for s in presumed if s not in candidate.reviewed)


def review_due(candidate: Candidate) -> datetime | None:
    """When the answers are due; None where there is nothing to review."""
    if candidate.released_at is None or not to_review(candidate):
        return None
    return candidate.released_at + REVIEW_WITHIN
