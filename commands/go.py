"""`go`: release now what all four have asserted."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.presume import go


def run(act: Act) -> Reply:
    """Release at once; the Release Coordinator only."""
    found = meant(act.reader, act.tools, act.request.text)
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = go(found.candidate, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    return Reply("gone", {"candidate": decision.candidates[-1]})
