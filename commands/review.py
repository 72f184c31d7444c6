"""`review`: `ok` after a hotfix whose state was presumed, `keep` for a halt that still holds."""

from __future__ import annotations

from commands.act import Act
from commands.naming import meant
from commands.request import Reply
from rules.candidate import Candidate
from rules.halting import review_halt
from rules.hotfix import review_ok, to_review
from rules.words import Refused


def run(act: Act) -> Reply:
    """Answer the review of a hotfix, or keep one's halt for another working day."""
    found = meant(act.reader, act.tools, act.request.text, known=True, fits=_to_look_at)
    word = found.rest.strip().casefold()
    setting = act.setting(act.product_of(found.candidate), found.candidate)
    actor = act.actor(setting)
    if word == "ok":
        decision = review_ok(found.candidate, actor, act.now)
    elif word == "keep":
        decision = review_halt(found.candidate, setting, actor, act.now)
    else:
        raise Refused("odd-review", {"word": found.rest})
    act.save(decision, setting)
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    template = "reviewed" if word == "ok" else "halt-kept"
    return Reply(template, {"candidate": decision.candidates[-1]})


def _to_look_at(candidate: Candidate) -> bool:
    return bool(to_review(candidate) or candidate.open_halts)
