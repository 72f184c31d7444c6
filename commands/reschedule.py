"""`reschedule`: plan another release time, or several at once; a time too early becomes the earliest fair one."""

from __future__ import annotations

import re
from datetime import datetime

from commands.act import Act
from commands.naming import meant
from commands.planning import members, setting_of
from commands.replan import replan_all
from commands.request import Reply
from rules.candidate import Candidate
from rules.moving import reschedule
from rules.phases import require_unreleased
from rules.rights import require
from rules.words import Refused

SEVERAL = re.compile(r"\s*[;\n]\s*")
WAS = re.compile(r"\s+was\s+(?P<was>\S.*)", re.IGNORECASE)
"""At the end of a move that a way out proposed: when it was planned then."""
NEVER = "waiting"


def run(act: Act) -> Reply:
    """Move the release to the time said, in the caller's own zone; several, divided by `;`, all or none.

    Where it collides, or several move, plans are looked at after each: the later may rest on the earlier.
    """
    parts = [part for part in SEVERAL.split(act.request.text.strip(" ;\n")) if part]
    moved: dict[str, Candidate] = {}
    with act.tx.savepoint():
        for part in parts or [""]:
            named, asked, changed = _one(act, part)
            moved |= {each.name: each for each in changed}
            if len(parts) > 1 or named.collisions:
                replan_all(act.tx, act.tools)
    if not moved:
        return Reply("nothing-new", {"candidate": named})
    stands = [act.reader.candidate(name) or each for name, each in moved.items()]
    if len(parts) > 1:
        return Reply("rescheduled-all", {"candidates": stands})
    others = [name for name in moved if name != named.name]
    return Reply("rescheduled", {"candidate": stands[0], "asked": asked, "others": others})


def _one(act: Act, part: str) -> tuple[Candidate, datetime, tuple[Candidate, ...]]:
    """The candidate named, the time asked for, and all that moved."""
    found = meant(act.reader, act.tools, part)
    candidate = found.candidate
    try:
        require("reschedule", act.actor(setting_of(act.reader, candidate, act.now)))
        require_unreleased(candidate)
        asked = _asked(act, candidate, found.rest.removeprefix("to "))
        return candidate, asked, _moved(act, candidate, asked)
    except Refused as refused:
        refused.about.setdefault("candidate", candidate.name)
        refused.about.setdefault("product", candidate.product)
        raise


def _asked(act: Act, candidate: Candidate, words: str) -> datetime:
    """The time asked for. Refuses: odd-time, plan-changed where it is no longer planned as was said."""
    said = act.request.fields.get("at")
    if said:
        return act.time(str(said))
    was = WAS.search(words)
    if was is None:
        return act.time(words)
    asked = act.time(words[: was.start()])
    then = None if was["was"] == NEVER else act.time(was["was"])
    if candidate.release_at not in {then, asked}:
        about = {"candidate": candidate.name, "at": candidate.release_at, "shows": candidate.name}
        raise Refused("plan-changed", about)
    return asked


def _moved(act: Act, candidate: Candidate, wanted: datetime) -> tuple[Candidate, ...]:
    """The candidate as it then is, and the others of its set, which it takes along (DESIGN 2.6)."""
    changed: tuple[Candidate, ...] = ()
    for each, setting in members(act.reader, (candidate.name, *candidate.together), act.now):
        bound = each.name != candidate.name
        try:
            decision = reschedule(each, wanted, setting, act.actor(setting), act.now, bound=bound)
        except Refused as refused:
            refused.about["candidate"] = each.name
            raise
        changed += act.save(decision, setting).candidates
    return changed
