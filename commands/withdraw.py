"""`withdraw`: take a candidate out of the running."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.moving import withdraw


def run(act: Act) -> Reply:
    """Withdraw the candidate; the words after it are the reason."""
    found = meant(act.reader, act.tools, act.request.text)
    reason = str(act.request.fields.get("reason", found.rest)).strip() or None
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = withdraw(found.candidate, reason, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    return Reply("withdrawn", {"candidate": decision.candidates[-1]})
