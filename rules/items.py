"""The items of an agenda: what is to be said about one candidate, review, topic or action (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rules.candidate import OPEN, UNRELEASED, Candidate
from rules.collision import VIOLATIONS, Collision
from rules.environments import Environment
from rules.hotfix import review_due
from rules.meeting import Action, Topic
from rules.people import People
from rules.resources import Resource
from rules.words import Phase, State
from rules.worktime import Span

MINUTES: Mapping[str, int] = {
    "halted": 5,
    "contested": 5,
    "failed": 5,
    "collision": 5,
    "vacant": 3,
    "waiting": 3,
    "review": 2,
    "unprepared": 2,
    "overdue": 2,
    "left": 2,
    "topic": 5,
    "silent": 1,
    "unsaid": 1,
    "resource": 1,
    "action": 1,
}
"""How long each kind of matter takes, in minutes; in this order they are taken up."""
ORDER = tuple(MINUTES)
DECISIONS = frozenset(ORDER[: ORDER.index("silent")])
"""The kinds of matters about which something is to be decided; without one there is no need to meet."""
FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Matter:
    """One thing to be said about an item; `kind` is one of `MINUTES`."""

    kind: str
    states: tuple[State, ...] = ()
    collisions: tuple[Collision, ...] = ()


@dataclass(frozen=True)
class Booking:
    """That a candidate needs a resource for a stretch of time."""

    candidate: str
    span: Span


@dataclass(frozen=True)
class Item:
    """One item of the agenda, with everything that is to be said about it."""

    key: str
    """`payments@2.4.1#3`, `review:payments@2.4.1#3`, `environment:prod-eu`, `resource:dba`, `topic:7` or `action:3`."""
    kind: str
    """`candidate`, `review`, `environment`, `resource`, `topic` or `action`."""
    matters: tuple[Matter, ...] = ()
    candidate: Candidate | None = None
    environment: Environment | None = None
    going: tuple[Candidate, ...] = ()
    """The candidates that go to the environment before the next meeting, soonest first."""
    resource: Resource | None = None
    bookings: tuple[Booking, ...] = ()
    """Who needs the resource before the next meeting, soonest first."""
    topic: Topic | None = None
    action: Action | None = None
    left: bool = False
    """Whether the action's person is here no more."""

    @property
    def contested(self) -> bool:
        """Whether there is something to decide."""
        return any(matter.kind in DECISIONS for matter in self.matters)

    @property
    def minutes(self) -> int:
        """How long it will take: as long as the longest of its matters."""
        if self.topic is not None:
            return self.topic.minutes
        return max((MINUTES[matter.kind] for matter in self.matters), default=0)

    @property
    def rank(self) -> tuple[int, datetime, int, str]:
        """Its place: by its first matter, then the soonest, then as they were recorded."""
        place = min((ORDER.index(m.kind) for m in self.matters), default=len(ORDER))
        return place, self._soon(), self._number(), self.key

    def _soon(self) -> datetime:
        if self.candidate is not None:
            return self.candidate.release_at or self.candidate.released_at or LAST
        if self.going:
            return self.going[0].release_at or LAST
        if self.action is not None:
            return self.action.due
        return self.bookings[0].span.start if self.bookings else LAST

    def _number(self) -> int:
        one = self.topic or self.action
        return one.number if one is not None else 0

    def of(self, kind: str) -> Matter | None:
        """Its matter of a kind."""
        return next((matter for matter in self.matters if matter.kind == kind), None)


def candidate_item(candidate: Candidate, vacant: Iterable[State] = ()) -> Item:
    """A candidate with all that stands against it; `vacant` are its product's states that nobody owns."""
    return Item(candidate.name, "candidate", tuple(_matters(candidate, set(vacant))), candidate)


def _matters(candidate: Candidate, vacant: set[State]) -> Iterator[Matter]:
    if candidate.phase is Phase.HALTED:
        yield Matter("halted")
        if disputed := contested_states(candidate):
            yield Matter("contested", disputed)
    if candidate.phase is Phase.FAILED:
        yield Matter("failed")
    collisions = open_collisions(candidate)
    if collisions and candidate.phase in OPEN:
        yield Matter("collision", (), collisions)
    if candidate.phase not in UNRELEASED:
        return
    nobody = tuple(state for state in candidate.silent if state in vacant)
    if nobody:
        yield Matter("vacant", nobody)
    if candidate.waiting:
        yield Matter("waiting")
    if candidate.silent:
        yield Matter("silent", candidate.silent)


def contested_states(candidate: Candidate) -> tuple[State, ...]:
    """The states that somebody other than their owner has halted."""
    halts = candidate.open_halts
    owned = {state for halt in halts for state in halt.owned}
    named = {state for halt in halts for state in halt.states}
    return tuple(state for state in State if state in named - owned)


def open_collisions(candidate: Candidate) -> tuple[Collision, ...]:
    """Its collisions but for the violations that the owner of Organization has waived."""
    standing = set(candidate.violations)
    return tuple(c for c in candidate.collisions if c.kind not in VIOLATIONS or c in standing)


def review_item(candidate: Candidate, now: datetime) -> Item:
    """A hotfix whose presumed states somebody has yet to look at again."""
    due = review_due(candidate)
    late = due is not None and due <= now
    matters = (Matter("review"),) if late else ()
    return Item(f"review:{candidate.name}", "review", matters, candidate)


def topic_item(topic: Topic) -> Item:
    """Something that somebody wants talked about."""
    return Item(topic.key, "topic", (Matter("topic"),), topic=topic)


def action_item(action: Action, people: People, now: datetime) -> Item:
    """Something to be done, overdue or not yet."""
    person = people.get(action.who)
    gone = person is not None and not person.able
    kind = "overdue" if action.due <= now else "left" if gone else "action"
    matters = () if action.done_at is not None else (Matter(kind),)
    return Item(action.key, "action", matters, action=action, left=gone)


def owners_of(item: Item) -> tuple[tuple[str, State], ...]:
    """Whose word an item with something to decide is waiting for: products, and a state of each."""
    candidate = item.candidate
    found: dict[tuple[str, State], None] = {}
    if candidate is not None:
        states = (state for matter in item.matters for state in _asked(matter, candidate))
        found = {(candidate.product, state): None for state in states}
    for going in item.going if item.contested else ():
        found[going.product, State.OPERATION] = None
    return tuple(found)


def _asked(matter: Matter, candidate: Candidate) -> tuple[State, ...]:
    if matter.kind == "halted":
        return tuple(state for halt in candidate.open_halts for state in halt.states)
    if matter.kind == "contested":
        return matter.states
    if matter.kind == "failed":
        return (State.OPERATION, State.ORGANIZATION)
    if matter.kind == "collision":
        there = any(c.kind in {"environment", "resource"} for c in matter.collisions)
        return (State.OPERATION, State.ORGANIZATION) if there else (State.ORGANIZATION,)
    if matter.kind in {"vacant", "waiting"}:
        return (State.ORGANIZATION,)
    if matter.kind == "review":
        presumed = (s for s, how in candidate.outcome.items() if how == "presumed")
        return tuple(s for s in presumed if s not in candidate.reviewed)
    return ()
