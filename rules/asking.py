"""A halt that was asked for and not answered yet: a fact from its press on (DESIGN 2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rules.facts import CLOCK, Actor, Fact, iso

ASKED = "halt.asked"
ANSWERED = "halt.answered"
OF_ASKING = frozenset({ASKED, ANSWERED})


@dataclass(frozen=True)
class Asked:
    """Who asked for a halt, when they pressed (aware UTC), and of what, as far as it could be made out.

    Their words are in none of this: nobody knows yet whether it was a guest who spoke.
    """

    id: int
    """The number of the fact."""
    person: str
    door: str
    at: datetime
    product: str | None
    candidate: str | None

    def concerns(self, person: str, product: str | None, candidate: str | None) -> bool:
        """Whether it is this person's, about this."""
        return (self.person, self.product, self.candidate) == (person, product, candidate)


Open = Mapping[int, Asked]
"""The halts that wait for an answer, by the numbers of their facts, oldest first."""


def ask(
    waiting: Open,
    by: Actor,
    product: str | None,
    candidate: str | None,
    pressed_at: datetime,
    now: datetime,
) -> Fact | None:
    """The fact that somebody asked for a halt; None where they wait for the same already."""
    if any(each.concerns(by.person or "", product, candidate) for each in waiting.values()):
        return None
    about = {"pressed_at": iso(pressed_at), "oldest": next(iter(waiting), None)}
    return Fact(ASKED, now, by, product, candidate, about)


def answer(waiting: Open, of: Asked, how: str, now: datetime) -> Fact:
    """The fact that it waits no longer. `how`: the reply that its author was given, or `unresolved`."""
    left = [number for number in waiting if number != of.id]
    about = {"asked": of.id, "person": of.person, "how": how, "oldest": next(iter(left), None)}
    return Fact(ANSWERED, now, CLOCK, of.product, of.candidate, about)


def first_open(number: int, fact: Fact) -> int | None:
    """The oldest that waited once the last of these facts, `number`, was written; None: none did."""
    oldest: int | None = fact.about["oldest"]
    return number if fact.kind == ASKED and oldest is None else oldest


def after(waiting: Open, number: int, fact: Fact) -> Open:
    """What waits after a fact. Raises KeyError for the answer to what does not wait."""
    if fact.kind == ASKED:
        pressed = datetime.fromisoformat(fact.about["pressed_at"])
        by = fact.by
        asked = Asked(number, by.person or "", by.door, pressed, fact.product, fact.candidate)
        return {**waiting, number: asked}
    left = dict(waiting)
    del left[fact.about["asked"]]
    return left
