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


def run(act: Act) -> Reply:
    """Move the release to the time said, in the caller's own zone; several, divided by `;`, all or none."""
    parts = [part for part in SEVERAL.split(act.request.text.strip(" ;\n")) if part]
    if len(parts) > 1:
        return _several(act, parts)
    found = meant(act.reader, act.tools, act.request.text)
    setting = setting_of(act.reader, found.candidate, act.now)
    require("reschedule", act.actor(setting))
    require_unreleased(found.candidate)
    wanted = act.time(str(act.request.fields.get("at", found.rest)).removeprefix("to "))
    changed = _moved(act, found.candidate, wanted)
    if not changed:
        return Reply("nothing-new", {"candidate": found.candidate})
    others = [each.name for each in changed if each.name != found.candidate.name]
    about = {"candidate": changed[0], "asked": wanted, "others": others}
    return Reply("rescheduled", about)


def _several(act: Act, parts: list[str]) -> Reply:
    """Each in turn, looking at collisions after each: the later ones may rest on the earlier."""
    moved: dict[str, Candidate] = {}
    with act.tx.savepoint():
        for part in parts:
            found = meant(act.reader, act.tools, part)
            wanted = act.time(found.rest.removeprefix("to "))
            try:
                changed = _moved(act, found.candidate, wanted)
            except Refused as refused:
                refused.about["candidate"] = found.candidate.name
                refused.about.setdefault("product", found.candidate.product)
                raise
            moved |= {each.name: each for each in changed}
            replan_all(act.tx, act.tools)
    if not moved:
        return Reply("nothing-new", {"candidate": found.candidate})
    stand = [act.reader.candidate(name) or each for name, each in moved.items()]
    return Reply("rescheduled-all", {"candidates": stand})


def _moved(act: Act, candidate: Candidate, wanted: datetime) -> tuple[Candidate, ...]:
    """The candidate as it then is, and the others of its set, which it takes along (DESIGN 2.6)."""
    of_set = members(act.reader, (candidate.name, *candidate.together), act.now)
    (first, setting), others = of_set[0], of_set[1:]
    actor = act.actor(setting)
    decision = reschedule(first, wanted, setting, actor, act.now)
    changed = act.save(decision, setting).candidates
    for other, around in others:
        bound = reschedule(other, wanted, around, actor, act.now, bound=True)
        changed += act.save(bound, around).candidates
    return changed
