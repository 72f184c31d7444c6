"""How the facts of plans change a candidate: collisions, sets, freezes, resources, environments (DESIGN 2.6, 2.7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from rules.candidate import Candidate, Override
from rules.collision import Collision
from rules.dependencies import Need
from rules.facts import Fact
from rules.resources import Use
from rules.words import Phase, State

About = Mapping[str, Any]


def needs_from(about: Iterable[About]) -> tuple[Need, ...]:
    """Dependencies as a fact stores them."""
    return tuple(Need(each["product"], each["constraint"]) for each in about)


def needs_about(needs: Iterable[Need]) -> list[dict[str, str]]:
    """Dependencies for a fact to store."""
    return [{"product": need.product, "constraint": need.constraint} for need in needs]


def uses_from(about: Iterable[About]) -> tuple[Use, ...]:
    """Uses of resources as a fact stores them, in seconds."""
    return tuple(
        Use(
            each["resource"],
            timedelta(seconds=each["before"]),
            None if each["length"] is None else timedelta(seconds=each["length"]),
        )
        for each in about
    )


def opened(candidate: Candidate, fact: Fact) -> Candidate:
    """A collision opens; a new violation of a dependency reopens Organization."""
    found = Collision.of_about(fact.about["collision"])
    after = candidate.but(collisions=(*candidate.collisions, found))
    if not fact.about.get("reopens"):
        return after
    kept = {s: a for s, a in candidate.assertions.items() if s is not State.ORGANIZATION}
    return after.but(assertions=kept)


def changed(candidate: Candidate, fact: Fact) -> Candidate:
    """A collision stays, and is with others or for another reason now."""
    found = Collision.of_about(fact.about["collision"])
    return candidate.but(
        collisions=tuple(
            replace(found, waived_by=each.waived_by) if each.key == found.key else each
            for each in candidate.collisions
        )
    )


def closed(candidate: Candidate, fact: Fact) -> Candidate:
    """A collision is none any more, and what was waived of it with it."""
    left = tuple(each for each in candidate.collisions if each.key != fact.about["key"])
    return candidate.but(collisions=left)


def waived(candidate: Candidate, keys: Iterable[str], by: str) -> Candidate:
    """Violations in spite of which Organization is asserted."""
    named = set(keys)
    if not named:
        return candidate
    return candidate.but(
        collisions=tuple(
            replace(each, waived_by=by) if each.key in named else each
            for each in candidate.collisions
        )
    )


def joined(candidate: Candidate, fact: Fact) -> Candidate:
    """It must go together with others."""
    return candidate.but(together=tuple(fact.about["with"]))


def left(candidate: Candidate, fact: Fact) -> Candidate:
    """It goes by itself again."""
    return candidate.but(together=())


def overridden(candidate: Candidate, fact: Fact) -> Candidate:
    """A freeze binds it no more."""
    about = fact.about
    added = Override(about["key"], about["reason"], fact.by.person, fact.at)
    kept = (each for each in candidate.overrides if each.freeze != added.freeze)
    return candidate.but(overrides=(*kept, added))


def booked(candidate: Candidate, fact: Fact) -> Candidate:
    """It needs these resources beside those of every release of its product."""
    return candidate.but(uses=uses_from(fact.about["uses"]))


def recalled(candidate: Candidate, fact: Fact) -> Candidate:
    """Released, not begun, and what it needs is gone: it waits again."""
    return candidate.to(Phase.ANNOUNCED).but(outcome={}, released_at=None, reviewed={})


def reached(candidate: Candidate, fact: Fact) -> Candidate:
    """It is in production in one more environment; its deployment goes on."""
    return candidate.but(reached=_with(candidate.reached, [fact.about["environment"]]))


def deployed(candidate: Candidate, fact: Fact) -> Candidate:
    """It is in production wherever it was to go."""
    where = fact.about.get("environments", ())
    return candidate.to(Phase.DEPLOYED).but(
        ended_why=fact.about.get("reason"), reached=_with(candidate.reached, where)
    )


def rolled_back(candidate: Candidate, fact: Fact) -> Candidate:
    """It is in production nowhere any more."""
    return candidate.to(Phase.ROLLED_BACK).but(ended_why=fact.about.get("reason"), reached=())


def _with(reached: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*reached, *more)))
