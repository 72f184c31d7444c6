"""Presume: what happens at the release time, by silence or by word (DESIGN 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rules.apply import decide
from rules.candidate import Candidate
from rules.facts import CLOCK, Actor, Decision, fact, iso
from rules.notice import had_notice, notice_hours_had, reached
from rules.phases import require_unreleased
from rules.product import Setting
from rules.rights import require
from rules.schedule import frozen_at, holds, plan
from rules.words import OWNER, Phase, Refused, State

LATE = timedelta(minutes=5)
"""A release settled later than this has been slept through, whatever the door says."""


@dataclass(frozen=True)
class NotYet:
    """Nothing may be settled now, and nothing changes: what must be known first."""

    reason: str
    """`door-shut`, `pending-halt` or `stale-people`."""


def settle(candidate: Candidate, setting: Setting, now: datetime) -> Decision | NotYet:
    """Release a candidate whose time has come, or say what its silence still lacks.

    A decision without facts: it is not due. `NotYet` writes nothing and is asked again soon.
    """
    due = candidate.release_at
    if candidate.phase is not Phase.ANNOUNCED or due is None or due > now:
        return Decision()
    if setting.pending_halts:
        return NotYet("pending-halt")
    if setting.door.open_since(now) is None:
        return NotYet("door-shut")
    if holds(candidate):
        return _wait(candidate, tuple(f"silent:{state}" for state in candidate.silent), now)
    missed = _missed(candidate, setting, due, now)
    if missed:
        return _postponed(candidate, setting, now, missed)
    if candidate.silent and not _people_fresh(candidate, setting, now):
        return NotYet("stale-people")
    states = {state: _standing(candidate, setting, state, now) for state in State}
    frozen = frozen_at(candidate, setting, due)
    if all(states.values()) and _door_open_long_enough(candidate, setting, now) and not frozen:
        return decide(
            candidate,
            fact("candidate.released", candidate, CLOCK, now, states=states, by="silence"),
        )
    return _postponed(candidate, setting, now, None)


def _missed(candidate: Candidate, setting: Setting, due: datetime, now: datetime) -> str | None:
    """Why the release time passed unsettled, or can't be relied on; None: it did not.

    With a process that ended without a word a halt may be lost, which outweighs any number of
    assertions: whoever gave it has as long as the door must be open to see that it does not stand.
    """
    if setting.door.shut_at(due, now):
        return "outage"
    if now - due > LATE:
        return "late"
    unseen = timedelta(minutes=candidate.policy.door_open_minutes)
    if not candidate.silent and setting.door.recovered_since(now - unseen, now):
        return "outage"
    return None


def _standing(
    candidate: Candidate, setting: Setting, state: State, now: datetime
) -> dict[str, Any] | None:
    """How `state` goes into the release: asserted, or presumed and on whose notice; None: neither."""
    word = candidate.assertions.get(state)
    noted = [{"criterion": w.criterion, "reason": w.reason} for w in candidate.waived(state)]
    waived = {"waived": noted} if noted else {}
    if word is not None:
        how = "asserted with waivers" if noted else "asserted"
        return {
            "how": how,
            "by": word.by,
            "at": iso(word.at),
            **waived,
            **_in_spite(candidate, state),
        }
    if state is State.ORGANIZATION and candidate.violations:
        return None
    fair = had_notice(candidate, setting, state, now)
    if fair is None:
        return None
    return {
        "how": "presumed",
        "person": fair.person,
        "heard_from": iso(fair.heard_from),
        "hours": notice_hours_had(candidate, setting, fair, now),
        **waived,
    }


def _in_spite(candidate: Candidate, state: State) -> dict[str, Any]:
    """The violations that the assertion of Organization waived by name (DESIGN 2.6)."""
    waived = [each.key for each in candidate.collisions if each.waived_by is not None]
    return {"violations": waived} if waived and state is State.ORGANIZATION else {}


def _door_open_long_enough(candidate: Candidate, setting: Setting, now: datetime) -> bool:
    if not candidate.silent:
        return True
    since = setting.door.open_since(now)
    wanted = timedelta(minutes=candidate.policy.door_open_minutes)
    return since is not None and now - since >= wanted


def _people_fresh(candidate: Candidate, setting: Setting, now: datetime) -> bool:
    """Whether everybody whose silence would count was read lately enough to rely on."""
    for state in candidate.silent:
        for holder in setting.product.holders.get(OWNER[state], ()):
            row = (setting.people if holder.kind == "user" else setting.groups).get(holder.id)
            if row is None or not row.fresh(now):
                return False
        if any(not seat.person.fresh(now) for seat in setting.seats(OWNER[state])):
            return False
    return True


def _postponed(
    candidate: Candidate, setting: Setting, now: datetime, missed: str | None
) -> Decision:
    """The earliest instant at which all can hold, and why.

    A message still on its way a second time is no new reason: the candidate then waits for it.
    """
    planned = plan(candidate, setting, now, missed=missed)
    unheard = {
        f"fair-notice:{state}": f"undelivered:{state}"
        for state in candidate.silent
        if not reached(setting, state)
    }
    why = tuple(unheard.get(reason, reason) for reason in planned.why)
    again = tuple(r for r in why if r in candidate.why and r.startswith("undelivered:"))
    if planned.at is None or again:
        return _wait(candidate, again or why, now)
    about = {"from": iso(candidate.release_at), "release_at": iso(planned.at), "why": list(why)}
    return decide(candidate, fact("release.postponed", candidate, CLOCK, now, **about))


def _wait(candidate: Candidate, why: tuple[str, ...], now: datetime) -> Decision:
    about = {"release_at": None, "why": list(why)}
    return decide(candidate, fact("release.waiting", candidate, CLOCK, now, **about))


def go(candidate: Candidate, setting: Setting, actor: Actor, now: datetime) -> Decision:
    """Release now: all four asserted, nothing halted or pending.

    It skips only the outage wait, the resume notice and the slots; an extension asked for since
    its role asserted still stands. Refuses: not-your-role, still-silent, halted, halt-pending,
    extended, and the ended phases.
    """
    require("go", actor)
    if candidate.phase is Phase.RELEASED:
        return Decision()
    require_unreleased(candidate)
    if candidate.open_halts:
        raise Refused("halted", {"halts": list(candidate.open_halts)})
    if candidate.silent:
        raise Refused("still-silent", {"states": list(candidate.silent)})
    if setting.pending_halts:
        raise Refused("halt-pending", {"people": [p.person for p in setting.pending_halts]})
    for extension in candidate.extensions:
        word = candidate.assertions[extension.role.state]
        if extension.at >= word.at and extension.until > now:
            raise Refused("extended", {"by": extension.by, "until": extension.until})
    frozen = frozen_at(candidate, setting, now)
    if frozen:
        raise Refused("frozen", {"candidate": candidate.name, "freezes": list(frozen)})
    states = {state: _standing(candidate, setting, state, now) for state in State}
    return decide(
        candidate, fact("candidate.released", candidate, actor, now, states=states, by="go")
    )
