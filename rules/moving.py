"""Move the release time: extend by one working day, reschedule, withdraw (DESIGN 2.1)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.apply import decide, policy_about
from rules.candidate import OPEN, UNRELEASED, Candidate
from rules.criteria import tightened
from rules.facts import CLOCK, Actor, Decision, fact, iso
from rules.notice import reached
from rules.phases import ended, require_unreleased
from rules.product import Setting
from rules.rights import require, require_withdrawer
from rules.schedule import extended, holds, plan, resume_floor
from rules.words import Phase, Refused


def extend(candidate: Candidate, setting: Setting, actor: Actor, now: datetime) -> Decision:
    """One working day more, once per person, role and candidate; nobody can undo it.

    A person with several roles spends them one at a time, in the order of the four.
    Refuses: not-your-role, already-extended, and the ended phases.
    """
    require("extend", actor)
    require_unreleased(candidate)
    spent = {e.role for e in candidate.extensions if e.by == actor.person}
    unspent = [hat for hat in actor.hats if hat not in spent]
    if not unspent:
        raise Refused("already-extended", {"until": candidate.extended_until})
    until = extended(candidate, setting, now)
    about: dict[str, Any] = {"roles": [unspent[0]], "until": iso(until)}
    if candidate.release_at is not None:
        about |= {"release_at": iso(until), "why": ["extended"]}
    return decide(candidate, fact("release.extended", candidate, actor, now, **about))


def reschedule(
    candidate: Candidate,
    wanted: datetime,
    setting: Setting,
    actor: Actor,
    now: datetime,
    *,
    bound: bool = False,
) -> Decision:
    """Plan another release time. Earlier restarts fair notice and asks for the resume notice.

    A time too early becomes the earliest fair one; what waits gets the resume notice too. `bound`:
    it is moved with one of its set, by whoever may move that; halted it keeps its own time.
    Refuses: not-your-role, no-earlier, still-waiting and the ended phases.
    """
    if not bound:
        require("reschedule", actor)
    elif candidate.phase is not Phase.ANNOUNCED or candidate.release_at is None:
        return Decision()
    require_unreleased(candidate)
    if wanted == candidate.release_at:
        return Decision()
    planned_at = candidate.release_at
    sooner = planned_at if planned_at and planned_at > max(wanted, now) else None
    after = candidate
    if sooner:
        after = replace(after, notice_from=now)
    if sooner or planned_at is None:
        after = replace(after, not_before=resume_floor(candidate, setting, now))
    planned = plan(after, setting, now, wanted)
    if sooner and (planned.at is None or planned.at >= sooner):
        raise Refused("no-earlier", {"at": sooner, "why": list(planned.why)})
    if planned.at is None and planned_at is None:
        raise Refused("still-waiting", {"why": list(planned.why)})
    about: dict[str, Any] = {"asked": iso(wanted), "from": iso(planned_at), **planned.about()}
    for name in ("notice_from", "not_before"):
        if getattr(after, name) != getattr(candidate, name):
            about[name] = iso(getattr(after, name))
    return decide(candidate, fact("release.rescheduled", candidate, actor, now, **about))


def withdraw(candidate: Candidate, reason: str | None, actor: Actor, now: datetime) -> Decision:
    """Take the candidate out of the running. Refuses: not-your-role, already-asserted, the ended phases."""
    if candidate.phase is Phase.WITHDRAWN:
        return Decision()
    require_withdrawer(candidate, actor)
    if candidate.phase not in OPEN:
        raise ended(candidate)
    return decide(candidate, fact("candidate.withdrawn", candidate, actor, now, reason=reason))


def resume_waiting(candidate: Candidate, setting: Setting, now: datetime) -> Decision:
    """A candidate that waits gets the earliest fair time once its cause is gone (DESIGN 2.4)."""
    if not candidate.waiting or _still_waits(candidate, setting):
        return Decision()
    floor = resume_floor(candidate, setting, now)
    planned = plan(replace(candidate, not_before=floor), setting, now)
    if planned.at is None:
        if planned.why == candidate.why:
            return Decision()
        return decide(candidate, fact("release.waiting", candidate, CLOCK, now, **planned.about()))
    about = {"not_before": iso(floor), **planned.about(), "was": list(candidate.why)}
    return decide(candidate, fact("release.resumed", candidate, CLOCK, now, **about))


UNHEARD = ("unannounced", "undeliverable", "undelivered")
"""Causes of waiting that are gone once the announcement and a message have arrived, and not before."""


def _still_waits(candidate: Candidate, setting: Setting) -> bool:
    """Whether it waits for a word its product does not presume, or for a message to arrive."""
    if holds(candidate) and all(why.startswith("silent:") for why in candidate.why):
        return True
    silent = [state for state in candidate.silent if not reached(setting, state)]
    unheard = {f"{cause}:{state}" for cause in UNHEARD for state in silent}
    return not unheard.isdisjoint(candidate.why)


def tighten(
    candidate: Candidate, old: Setting, new: Setting, actor: Actor, now: datetime
) -> Decision:
    """An open candidate keeps the stricter of the old and the new policy; a change never hastens.

    `old` and `new` are the setting before and after the change. The release time moves only later,
    and no later act may plan it before what was the earliest fair time when the change came.
    A state without a word is from now on judged by its new criteria beside the old, which moves no time.
    """
    if candidate.phase not in UNRELEASED:
        return Decision()
    stricter = replace(candidate, policy=candidate.policy.stricter(new.product.policy))
    stricter = replace(stricter, not_before=_kept_floor(candidate, stricter, old, new, now))
    about = _delayed(candidate, stricter, old, new, now)
    if stricter.not_before != candidate.not_before:
        about.setdefault("not_before", iso(stricter.not_before))
    criteria = tightened(candidate.criteria, candidate.silent, old.product, new.product)
    if criteria:
        about["criteria"] = criteria
    if stricter.policy == candidate.policy and not about:
        return Decision()
    about["policy"] = policy_about(stricter.policy)
    return decide(candidate, fact("policy.tightened", candidate, actor, now, **about))


def _kept_floor(
    candidate: Candidate, stricter: Candidate, old: Setting, new: Setting, now: datetime
) -> datetime | None:
    """The earliest fair time before the change, where the change would allow an earlier one."""
    after = plan(stricter, new, now).at
    if after is None:
        candidate = replace(candidate, not_before=None)
    before = plan(candidate, old, now).at
    if before is None or (after is not None and after >= before):
        return stricter.not_before
    return max(filter(None, (stricter.not_before, before)))


def _delayed(
    candidate: Candidate, stricter: Candidate, old: Setting, new: Setting, now: datetime
) -> dict[str, Any]:
    """The later time that the change asks for, or why it waits now; nothing where the time may stay."""
    planned_at = candidate.release_at
    if candidate.phase is not Phase.ANNOUNCED or planned_at is None:
        return {}
    before = plan(candidate, old, now, planned_at)
    after = plan(stricter, new, now, planned_at)
    if before.at is None or (after.at is not None and after.at <= before.at):
        return {}
    if after.at is not None:
        return after.about()
    floor = max(filter(None, (planned_at, stricter.not_before)))
    return {**after.about(), "not_before": iso(floor)}
