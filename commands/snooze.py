"""`snooze`: no reminders about one candidate for a while; its release time stays."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.reminding import snooze

DEFAULT = "2h"


def run(act: Act) -> Reply:
    """Quiet one's own reminders for the time said, two hours if none is."""
    found = meant(act.reader, act.tools, act.request.text)
    until = act.now + act.tools.duration(found.rest.strip() or DEFAULT)
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    decision = snooze(found.candidate, until, act.actor(setting), act.now)
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    return Reply("snoozed", {"candidate": decision.candidates[-1], "until": until})
