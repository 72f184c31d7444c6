"""A set is settled as one: all of it goes out at one instant, or none of it does (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from rules.apply import decide
from rules.candidate import Candidate
from rules.facts import CLOCK, Decision, fact
from rules.moving import resume_waiting
from rules.presume import NotYet, settle
from rules.replanning import Member, align, together
from rules.words import Phase

HELD = "held"
"""Why a member waits: another one of its set is halted, or waits."""
ODD = "row-differs"
"""Why one waits whose row is not what its facts make it (DESIGN 2.7)."""


def wait_for_record(
    candidates: Sequence[Candidate], odd: Mapping[str, str], now: datetime
) -> Decision:
    """Those of a set that are due wait while the rows of the `odd` ones differ; what differs is said."""
    holding = [each for each in candidates if each.name in odd]
    waiting = []
    for candidate in candidates:
        if candidate.name in odd and _runs(candidate):
            about = {"release_at": None, "why": [ODD], "differs": odd[candidate.name]}
            waiting.append(
                decide(candidate, fact("release.waiting", candidate, CLOCK, now, **about))
            )
        elif _is_due(candidate, now):
            waiting.append(_held(candidate, holding, now))
    return together(waiting)


def settle_together(members: Sequence[Member], now: datetime) -> Decision | NotYet:
    """Release a set whose time has come, or say what one of it still lacks.

    A member that is halted or waits holds the others: they wait, announced. One that must go later
    takes the others with it. A decision without facts: it is not due.
    """
    due = [c for c, _ in members if _is_due(c, now)]
    if not due:
        return Decision()
    holding = [c for c, _ in members if not _runs(c)]
    if holding:
        return together([_held(candidate, holding, now) for candidate in due])
    if len(due) < len(members):
        return align(members, now)
    decisions = []
    for candidate, setting in members:
        decision = settle(candidate, setting, now)
        if isinstance(decision, NotYet):
            return decision
        decisions.append(decision)
    if all(_releases(decision) for decision in decisions):
        return together(decisions)
    return _kept_together(members, decisions, now)


def _is_due(candidate: Candidate, now: datetime) -> bool:
    return _runs(candidate) and candidate.release_at is not None and candidate.release_at <= now


def _runs(candidate: Candidate) -> bool:
    return candidate.phase is Phase.ANNOUNCED and candidate.release_at is not None


def _releases(decision: Decision) -> bool:
    return all(c.phase is Phase.RELEASED for c in decision.candidates) and bool(decision)


def _held(candidate: Candidate, holding: Sequence[Candidate], now: datetime) -> Decision:
    about = {"release_at": None, "why": [f"{HELD}:{each.name}" for each in holding]}
    return decide(candidate, fact("release.waiting", candidate, CLOCK, now, **about))


def _kept_together(
    members: Sequence[Member], decisions: Sequence[Decision], now: datetime
) -> Decision:
    """Those that can't go yet move as they must, and the others with them."""
    moved = {d.candidates[0].name: d for d in decisions if d and not _releases(d)}
    after = [
        (moved[c.name].candidates[0] if c.name in moved else c, setting) for c, setting in members
    ]
    holding = [c for c, _ in after if not _runs(c)]
    rest = [(c, s) for c, s in after if _is_due(c, now)]
    if holding:
        others = [_held(c, holding, now) for c, _ in rest]
        return together([*moved.values(), *others])
    aligned = align(after, now)
    return _one_each([*moved.values(), aligned])


def _one_each(decisions: Sequence[Decision]) -> Decision:
    """Decisions one after another, each candidate as the last of them leaves it."""
    whole = together(decisions)
    last = {candidate.name: candidate for candidate in whole.candidates}
    return Decision(whole.facts, tuple(last.values()))


def resume_together(members: Sequence[Member], now: datetime) -> Decision:
    """A set whose members wait gets its time once nothing holds any of them, all of it at once (DESIGN 2.4, 2.6).

    Each is asked whether its own cause is gone: one that waits for the others only has none.
    """
    waiting = [member for member in members if member[0].waiting]
    if not waiting or any(not _runs(c) and not c.waiting for c, _ in members):
        return Decision()
    resumed = [resume_waiting(candidate, setting, now) for candidate, setting in waiting]
    if not all(decision and _runs(decision.candidates[0]) for decision in resumed):
        return Decision()
    after = {decision.candidates[0].name: decision.candidates[0] for decision in resumed}
    aligned = align([(after.get(c.name, c), setting) for c, setting in members], now)
    return _one_each([*resumed, aligned])
