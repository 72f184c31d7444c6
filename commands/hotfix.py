"""`hotfix`: ask for the short notices with a reason, or confirm that somebody's is one."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.hotfix import hotfix


def run(act: Act) -> Reply:
    """Mark a candidate as a hotfix, or as another role holder confirm the mark."""
    found = meant(act.reader, act.tools, act.request.text)
    reason = str(act.request.fields.get("reason", found.rest)).strip() or None
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = hotfix(found.candidate, reason, setting, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    after = decision.candidates[-1]
    return Reply("hotfix-confirmed" if after.is_hotfix else "hotfix-asked", {"candidate": after})
