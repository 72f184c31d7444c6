"""`go`: release now what all four have asserted; what must go together goes together."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.planning import members, save_each
from commands.replan import replan_if_changed
from commands.request import Reply
from rules.facts import Decision
from rules.presume import go
from rules.replanning import Member, together
from rules.words import Refused


def run(act: Act) -> Reply:
    """Release at once; the Release Coordinator only, and of a set whoever coordinates all of it."""
    replan_if_changed(act.tx, act.tools)
    found = meant(act.reader, act.tools, act.request.text)
    of_set = members(act.reader, (found.candidate.name, *found.candidate.together), act.now)
    decision = together([_go(act, member) for member in of_set])
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    save_each(act.tx, act.timed(decision), {each.name: setting for each, setting in of_set})
    gone = next(c for c in decision.candidates if c.name == found.candidate.name)
    others = [c.name for c in decision.candidates if c.name != gone.name]
    return Reply("gone", {"candidate": gone, "others": others})


def _go(act: Act, member: Member) -> Decision:
    candidate, setting = member
    try:
        return go(candidate, setting, act.actor(setting), act.now)
    except Refused as refused:
        refused.about.setdefault("candidate", candidate.name)
        refused.about.setdefault("product", candidate.product)
        raise
