"""`lift`: take a halt back, with a reason; the release is then at least the resume notice away."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.halting import lift


def run(act: Act) -> Reply:
    """Lift the caller's halts, or the one a button names."""
    found = meant(act.reader, act.tools, act.request.text)
    fields = act.request.fields
    reason = str(fields.get("reason", found.rest)).strip() or None
    chosen = (fields["halt"],) if fields.get("halt") else ()
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = lift(found.candidate, chosen, reason, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    return Reply("lifted-by-you", {"candidate": decision.candidates[-1]})
