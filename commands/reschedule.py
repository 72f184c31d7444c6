"""`reschedule`: plan another release time; a time too early becomes the earliest fair one."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.moving import reschedule
from rules.phases import require_unreleased
from rules.rights import require


def run(act: Act) -> Reply:
    """Move the release to the time said, in the caller's own zone."""
    found = meant(act.reader, act.tools, act.request.text)
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    actor = act.actor(setting)
    require("reschedule", actor)
    require_unreleased(found.candidate)
    wanted = act.time(str(act.request.fields.get("at", found.rest)).removeprefix("to "))
    decision = reschedule(found.candidate, wanted, setting, actor, act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    return Reply("rescheduled", {"candidate": decision.candidates[-1], "asked": wanted})
