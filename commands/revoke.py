"""`revoke`: take an assertion back, with a reason; its state halts until asserted again."""

from __future__ import annotations

from commands.act import Act, leading_states
from commands.naming import meant
from commands.request import Reply
from rules.asserting import revoke
from rules.words import State


def run(act: Act) -> Reply:
    """Revoke the states named, or every state of the caller's that is asserted."""
    found = meant(act.reader, act.tools, act.request.text)
    fields = act.request.fields
    states, after = leading_states(found.rest)
    reason = found.rest if after else ""
    if "states" in fields:
        states, reason = tuple(State(s) for s in fields["states"]), fields.get("reason") or ""
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    actor = act.actor(setting)
    decision = revoke(found.candidate, states, reason.strip(), setting, actor, act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    return Reply("revoked", {"candidate": decision.candidates[-1], "states": states})
