"""`go`: release now what all four have asserted; what must go together goes together."""

from __future__ import annotations

from dataclasses import replace

from commands.act import Act
from commands.naming import meant
from commands.planning import members, save_each, world_of
from commands.record import require_as_recorded
from commands.replan import replan_all
from commands.request import Reply
from rules.colliding import collisions
from rules.facts import Decision
from rules.presume import go
from rules.replanning import Member, together
from rules.words import Phase, Refused


def run(act: Act) -> Reply:
    """Release at once; the Release Coordinator only, and of a set whoever coordinates all of it.

    Refuses `row-differs`, and `withheld` while nothing may be released, whoever asks.
    """
    causes = act.tools.withheld()
    if causes:
        raise Refused("withheld", {"causes": list(causes.values())})
    replan_all(act.tx, act.tools)
    found = meant(act.reader, act.tools, act.request.text)
    of_set = members(act.reader, (found.candidate.name, *found.candidate.together), act.now)
    require_as_recorded(act.reader, [c for c, _ in of_set if c.phase is Phase.ANNOUNCED])
    decision = together([_go(act, member) for member in of_set])
    if not decision:
        return Reply("nothing-new", {"candidate": found.candidate})
    _require_all_there(act, of_set)
    save_each(act.tx, act.timed(decision), {each.name: setting for each, setting in of_set})
    gone = next(c for c in decision.candidates if c.name == found.candidate.name)
    others = [c.name for c in decision.candidates if c.name != gone.name]
    return Reply("gone", {"candidate": gone, "others": others})


def _go(act: Act, member: Member) -> Decision:
    candidate, setting = member
    try:
        return go(candidate, setting, act.actor(setting), act.now)
    except Refused as refused:
        refused.about.setdefault("candidate", candidate.name)
        refused.about.setdefault("product", candidate.product)
        raise


def _require_all_there(act: Act, of_set: list[Member]) -> None:
    """Whether what each depends on is there now, and not only by its planned time.

    Refuses: goes-too-soon, with the violations that nobody has waived by name.
    """
    names = {candidate.name for candidate, _ in of_set}
    world = world_of(act.reader, act.tools, act.now)
    now = tuple(replace(p, at=act.now) if p.name in names else p for p in world.planned)
    found = collisions(replace(world, planned=now))
    for name in sorted(names):
        missing = [each for each in found.get(name, ()) if each.violates]
        if missing:
            raise Refused("goes-too-soon", {"candidate": name, "collisions": missing})
