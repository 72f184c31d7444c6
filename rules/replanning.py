"""What follows when plans are looked at again: collisions open and close, sets form, times move out of freezes (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from rules.apply import apply, decide
from rules.candidate import UNRELEASED, Candidate
from rules.collision import VIOLATIONS, Collision
from rules.facts import CLOCK, Decision, Fact, fact, iso
from rules.product import Setting
from rules.schedule import frozen_at, plan
from rules.words import Phase, State

Member = tuple[Candidate, Setting]


def replan(
    candidate: Candidate,
    found: Sequence[Collision],
    together: Sequence[str],
    now: datetime,
) -> Decision:
    """Note what the plan of a candidate now collides with, and whom it must go together with.

    A new violation reopens Organization. Where what it depends on was rolled back, it waits again,
    though it was released already, unless its deployment has begun. Nothing new is no fact.
    """
    facts = [*_set(candidate, together, now), *_collisions(candidate, found, now)]
    after = candidate
    for each in facts:
        after = apply(after, each)
    facts += _sent_back(candidate, after, now)
    return decide(candidate, *facts)


def _set(candidate: Candidate, together: Sequence[str], now: datetime) -> Iterator[Fact]:
    if candidate.phase not in UNRELEASED or tuple(together) == candidate.together:
        return
    if together:
        yield fact("set.joined", candidate, CLOCK, now, **{"with": list(together)})
    else:
        was = list(candidate.together)
        yield fact("set.left", candidate, CLOCK, now, **{"with": was})


def _collisions(candidate: Candidate, found: Sequence[Collision], now: datetime) -> Iterator[Fact]:
    stands = {each.key: each for each in candidate.collisions}
    comes = {each.key: each for each in found}
    for key, each in stands.items():
        if key not in comes:
            about: dict[str, Any] = {"key": key, "kind": each.kind, "of": each.of}
            yield fact("collision.closed", candidate, CLOCK, now, **about)
    asserted = State.ORGANIZATION in candidate.assertions
    for key, each in comes.items():
        if key not in stands:
            about = {"key": key, "collision": each.about()}
            reopens = asserted and each.kind in VIOLATIONS and _still_decided(candidate, each)
            yield fact("collision.opened", candidate, CLOCK, now, **about, reopens=reopens)
        elif replace(each, waived_by=None) != replace(stands[key], waived_by=None):
            about = {"key": key, "collision": each.about()}
            yield fact("collision.changed", candidate, CLOCK, now, **about)


def _still_decided(candidate: Candidate, found: Collision) -> bool:
    """Whether its release is yet to come, or has to come again: what is out has been decided."""
    return candidate.phase in UNRELEASED or found.rolled_back


def _sent_back(before: Candidate, after: Candidate, now: datetime) -> Iterator[Fact]:
    """What has not begun goes back to waiting when what it depends on was rolled back."""
    old = {each.key for each in before.collisions if each.rolled_back}
    gone = [each for each in after.violations if each.rolled_back and each.key not in old]
    if not gone:
        return
    about = {"release_at": None, "why": [f"dependency:{each.of}" for each in gone]}
    if after.phase is Phase.RELEASED:
        yield fact("release.recalled", after, CLOCK, now, **about)
    elif after.phase is Phase.ANNOUNCED and after.release_at is not None:
        yield fact("release.waiting", after, CLOCK, now, **about)


def out_of_freeze(candidate: Candidate, setting: Setting, now: datetime) -> Decision:
    """The first fair time after the hard freezes that a planned release lies under."""
    at = candidate.release_at
    if candidate.phase is not Phase.ANNOUNCED or at is None or at <= now:
        return Decision()
    if not frozen_at(candidate, setting, at):
        return Decision()
    return _moved(candidate, plan(candidate, setting, now, at).about(), now)


def _moved(candidate: Candidate, about: dict[str, Any], now: datetime) -> Decision:
    kind = "release.waiting" if about["release_at"] is None else "release.postponed"
    if kind == "release.postponed":
        about = {"from": iso(candidate.release_at), **about}
    return decide(candidate, fact(kind, candidate, CLOCK, now, **about))


def align(members: Sequence[Member], now: datetime) -> Decision:
    """A set shares its latest time; where one of it can't go then, the next time that suits all.

    Those that are halted or wait keep what they have: the others are held by them.
    """
    going = [m for m in members if m[0].phase is Phase.ANNOUNCED and m[0].release_at is not None]
    times = {c.release_at for c, _ in going if c.release_at is not None}
    shared = _shared(going, max(times), now) if times else None
    if shared is None or times == {shared}:
        return Decision()
    decisions = [
        _moved(candidate, {"release_at": iso(shared), "why": _with(candidate, members)}, now)
        for candidate, _ in going
        if candidate.release_at != shared
    ]
    return together(decisions)


def _shared(going: Sequence[Member], at: datetime, now: datetime) -> datetime | None:
    """The first time from `at` on that is fair for every one of these."""
    for _ in range(20):
        planned = [
            plan(each, setting, now, at, computed=each.release_at != at).at
            for each, setting in going
        ]
        if None in planned:
            return at
        latest = max(each for each in planned if each is not None)
        if latest == at:
            return at
        at = latest
    return at


def _with(candidate: Candidate, members: Sequence[Member]) -> list[str]:
    return [f"together:{c.name}" for c, _ in members if c.name != candidate.name]


def together(decisions: Sequence[Decision]) -> Decision:
    """Several decisions, each about candidates of its own, as one."""
    return Decision(
        tuple(each for decision in decisions for each in decision.facts),
        tuple(each for decision in decisions for each in decision.candidates),
    )
