"""`deploying`, `deployed`, `failed`, `rolled-back`: how the deployment of a released candidate goes."""

from __future__ import annotations

from collections.abc import Callable

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.candidate import FOLLOWS, Candidate
from rules.deploying import REPORTS, report


def reporting(verb: str) -> Callable[[Act], Reply]:
    """The verb that reports this step; a product alone means the one that is about to take it."""
    phase, _ = REPORTS[verb]

    def fits(candidate: Candidate) -> bool:
        return candidate.phase is phase or phase in FOLLOWS[candidate.phase]

    def run(act: Act) -> Reply:
        found = meant(act.reader, act.tools, act.request.text, known=True, fits=fits)
        reason = str(act.request.fields.get("reason", found.rest)).strip() or None
        setting = act.setting(act.product_of(found.candidate), found.candidate)
        decision = report(verb, found.candidate, reason, act.actor(setting), act.now)
        act.save(decision, setting)
        if not decision:
            return Reply("nothing-new", {"candidate": found.candidate})
        return Reply("deployment", {"candidate": decision.candidates[-1], "verb": verb})

    return run
