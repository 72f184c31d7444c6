"""`extend`: one working day more, once per person, role and candidate."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.moving import extend


def run(act: Act) -> Reply:
    """Move the release one working day on; nobody can move it back before that."""
    found = meant(act.reader, act.tools, act.request.text)
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = extend(found.candidate, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    return Reply("extended-by-you", {"candidate": decision.candidates[-1]})
