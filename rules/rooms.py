"""Room in environments and resources: who takes it up when, and when there is some left (DESIGN 2.6)."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rules.together import UNDER_WAY
from rules.words import Phase
from rules.worktime import Span
from rules.world import ANYWHERE, Planned, World

Room = tuple[str, str]
"""An environment or a resource: which of the two, and its name."""
Stay = tuple[datetime, datetime, str]
"""From when, until when, and which unit."""


@dataclass
class Rooms:
    """Who takes up what as things are planned; a unit, a candidate or a whole set, counts as one."""

    world: World
    taken: dict[Room, list[Stay]] = field(default_factory=dict)
    """In order of their starts."""
    longest: dict[Room, timedelta] = field(default_factory=dict)
    """How long the longest stay in a room is."""

    def take(self, unit: str, members: Iterable[Planned], at: datetime | None) -> None:
        """A unit goes at an instant; None: it takes up nothing."""
        for room, span in self._spans(members, at):
            insort(self.taken.setdefault(room, []), (span.start, span.end, unit))
            self.longest[room] = max(span.length, self.longest.get(room, timedelta()))

    def leave(self, unit: str) -> None:
        """A unit takes up nothing any more."""
        for room, stays in self.taken.items():
            self.taken[room] = [stay for stay in stays if stay[2] != unit]

    def first(
        self, unit: str, members: Collection[Planned], at: datetime, aside: Collection[str]
    ) -> datetime:
        """The first instant from `at` on at which there is room for a unit, were those `aside` not there."""
        without = {unit, *aside}
        while crowd := list(self._crowd(members, at, without)):
            at += min(crowd)
        return at

    def _crowd(
        self, members: Collection[Planned], at: datetime, without: Collection[str]
    ) -> Iterator[timedelta]:
        """For everybody who is in the way, how much later they would not be."""
        for room, mine in self._spans(members, at):
            others = self._others(room, mine, without)
            if self._too_many(room, mine, others):
                yield from (end - mine.start for _, end, _ in others)

    def _others(self, room: Room, mine: Span, without: Collection[str]) -> list[Stay]:
        """The stays that reach into a stretch."""
        stays = self.taken.get(room, [])
        first = bisect_left(stays, mine.start - self.longest.get(room, timedelta()), key=_start)
        last = bisect_left(stays, mine.end, key=_start)
        return [s for s in stays[first:last] if s[1] > mine.start and s[2] not in without]

    def _too_many(self, room: Room, mine: Span, others: list[Stay]) -> bool:
        """Whether the others leave no room at some instant of a stretch that they all reach into."""
        capacity = self._capacity(room)
        return any(
            len({unit for start, end, unit in others if start <= at < end}) >= capacity
            for at in {max(mine.start, start) for start, _, _ in others}
        )

    def _capacity(self, room: Room) -> int:
        kind, name = room
        known = self.world.environments if kind == "environment" else self.world.resources
        return known[name].capacity if name in known else 1

    def _spans(
        self, members: Iterable[Planned], at: datetime | None
    ) -> Iterator[tuple[Room, Span]]:
        """What members take up when they go at an instant; what is under way does so at least until now."""
        for each in members if at is not None else ():
            assert at is not None
            if each.phase is Phase.ANNOUNCED:
                yield from self._uses(each, at)
            elif each.phase in UNDER_WAY:
                for room, span in self._uses(each, at):
                    yield room, Span(span.start, max(span.end, self.world.now))

    def _uses(self, each: Planned, at: datetime) -> Iterator[tuple[Room, Span]]:
        product = self.world.products.get(each.product)
        for place in self.world.places(each.product):
            if place != ANYWHERE:
                span = Span(at, at + self.world.occupies(each.product, place))
                yield ("environment", place), span
        for use in (*(product.uses if product else ()), *each.uses):
            yield ("resource", use.resource), use.span(at, self.world.takes(each.product))


def _start(stay: Stay) -> datetime:
    return stay[0]
