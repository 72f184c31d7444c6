"""Facts: what happened, past tense, written once; and a decision, which is nothing but facts and where they lead (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.candidate import Candidate
from rules.words import Role

LAW = 1
"""The law's version, kept with every fact; it rises when `apply` must read old facts otherwise."""


@dataclass(frozen=True)
class Actor:
    """Who acts: a Slack user, or None for the clock and the operator; the hats worn; the door used."""

    person: str | None
    hats: tuple[Role, ...] = ()
    door: str = "clock"
    """`slash`, `button`, `modal`, `command line` or `clock`."""
    groups: Mapping[str, list[str]] = field(default_factory=dict)
    """Members, as they were, of the user groups that gave a hat."""
    behalf: Mapping[Role, str] = field(default_factory=dict)
    """Of the hats worn by delegation: the holder on whose behalf each is."""

    @property
    def is_operator(self) -> bool:
        return self.person is None and self.door == "command line"


CLOCK = Actor(None)


@dataclass(frozen=True)
class Fact:
    """One line of the audit log. `about` holds results in JSON's own types; times are ISO 8601 UTC."""

    kind: str
    """`subject.happened`; all kinds stand in `rules.apply.APPLY` or `NOTED`."""
    at: datetime
    by: Actor
    product: str | None = None
    candidate: str | None = None
    """The whole name, `payments@2.4.1#3`; None for facts about the installation or a product."""
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What will be. Empty facts mean that nothing changed and nothing is to be written.

    `candidates` are the changed candidates after all facts, each once, in the order of the facts.
    """

    facts: tuple[Fact, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.facts)


def iso(at: datetime | None) -> str | None:
    """An instant as facts store it."""
    return None if at is None else at.isoformat(timespec="microseconds")


def fact(kind: str, candidate: Candidate, actor: Actor, now: datetime, /, **about: Any) -> Fact:
    """A fact about one candidate."""
    return Fact(kind, now, actor, candidate.product, candidate.name, about)
