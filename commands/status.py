"""`status`: how one candidate stands and a way out of its collisions, or every open one and what blocks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from commands.act import Act
from commands.naming import meant
from commands.planning import MOST_TOLD, apply_choice, setting_of, way_out_of, way_told, world_of
from commands.request import Choice, Reply
from commands.standing import stand
from rules.candidate import UNRELEASED, Candidate
from rules.colliding import collisions
from rules.rights import PLANNERS
from rules.way_out import WayOut, concerned

NO_WAY: dict[str, Any] = {"moves": [], "sets": [], "blocked": []}


def run(act: Act) -> Reply:
    """The state of the candidate named; with none named, of all that are open."""
    text = act.request.text.strip()
    if text in {"", "all"}:
        opened = act.reader.open_candidates()
        return Reply("open-candidates", {"candidates": list(opened), "roots": roots(opened)})
    found = meant(act.reader, act.tools, text, known=True)
    way, choices = _way_out(act, found.candidate)
    standing = stand(act.reader, found.candidate, act.now)
    return Reply("status", {"standing": standing, **way}, choices=choices)


def roots(opened: Sequence[Candidate]) -> list[dict[str, Any]]:
    """What is at the bottom of missing dependencies, with all that waits for it, the heaviest first."""
    waiting: dict[str, list[str]] = {}
    for candidate in opened:
        for root in dict.fromkeys(r for each in candidate.violations for r in each.roots):
            waiting.setdefault(root, []).append(candidate.name)
    found = [{"root": root, "waiting": names} for root, names in waiting.items()]
    return sorted(found, key=lambda each: (-len(each["waiting"]), each["root"]))


def _way_out(act: Act, candidate: Candidate) -> tuple[dict[str, Any], tuple[Choice, ...]]:
    """What is proposed where it collides; the button for those who may make every move of it."""
    if candidate.phase not in UNRELEASED or not candidate.collisions:
        return NO_WAY, ()
    world = world_of(act.reader, act.tools, act.now)
    group = concerned(world, candidate.name, collisions(world), most=MOST_TOLD)
    way = way_out_of(act.reader, world, group)
    return way_told(way), apply_choice(way) if _may_apply(act, way) else ()


def _may_apply(act: Act, way: WayOut) -> bool:
    moved = (act.reader.candidate(move.name) for move in way.moves)
    settings = (setting_of(act.reader, each, act.now) for each in moved if each is not None)
    return act.person is not None and all(
        PLANNERS & set(setting.hats(act.person)) for setting in settings
    )
