"""The way out of collisions: who goes later, and when, so that all holds that can (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, partial
from graphlib import TopologicalSorter
from heapq import heappop, heappush

from rules.candidate import UNRELEASED
from rules.colliding import Colliding, Found, sets
from rules.collision import VIOLATIONS, Collision
from rules.freezes import Freeze, freezing, thawed
from rules.rooms import Rooms
from rules.words import Phase
from rules.worktime import HORIZON, round_up
from rules.world import Planned, World

Fair = Callable[[str, datetime], datetime | None]
"""Whole name, wanted -> the earliest fair instant from then on, with slots, hours, hard freezes and
notice considered; None: none in 60 days."""
Unit = tuple[Planned, ...]
"""A candidate, or a whole set; its key is the name of its first."""
Times = Mapping[str, datetime]
"""By whole name when each goes; who waits is left out."""
COMES = frozenset({"later", "blocked", "waiting"})
"""Why a violation may end when whom it waits for has gone out."""
FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Move:
    """A candidate's release time, and the later one it should have; `was` None: it waited."""

    name: str
    was: datetime | None
    at: datetime


@dataclass(frozen=True)
class WayOut:
    """What to move so that nothing collides any more that need not."""

    moves: tuple[Move, ...] = ()
    """In the order in which to make them: whoever is waited for first."""
    order: tuple[str, ...] = ()
    """All that are concerned, in the order in which they then go out; who waits stands last."""
    sets: tuple[tuple[str, ...], ...] = ()
    """Those of them that must go together."""
    blocked: tuple[str, ...] = ()
    """Those that no move helps: what they need is halted, waits, failed, or nobody has announced it."""


def concerned(
    world: World,
    name: str,
    collisions: Found,
    *,
    together: Mapping[str, Collection[str]] | None = None,
    most: int | None = None,
) -> tuple[str, ...]:
    """The unreleased candidates that one collides with, directly or through others: itself, then the nearest.

    `together` are the sets of the world, where they are known; of many, only `most`.
    """
    unreleased = {each.name for each in world.planned if each.phase in UNRELEASED}
    of_sets = sets(world) if together is None else together
    meets: dict[str, set[str]] = {each: {*others} for each, others in of_sets.items()}
    for each in unreleased:
        for collision in filter(_counts, collisions.get(each, ())):
            for other in collision.others:
                meets.setdefault(each, set()).add(other)
                meets.setdefault(other, set()).add(each)
    found = dict.fromkeys({name} & unreleased)
    ahead = [*found]
    for each in ahead:
        new = sorted((meets.get(each, set()) & unreleased) - found.keys())
        found |= dict.fromkeys(new)
        ahead.extend(new)
    return tuple(found)[:most]


def moved(world: World, moves: Iterable[Move]) -> World:
    """The world after these moves."""
    return _at(world, {move.name: move.at for move in moves})


def way_out(world: World, names: Collection[str], fair: Fair) -> WayOut:
    """The nearest later times, for as few as possible, at which these collide with nothing; soft freezes count.

    Nobody goes earlier: that would restart fair notice. Of two that are double booked the one
    planned first stays. A set moves as one. Whoever depends on what moves is drawn in where they
    would collide, so `fair` is asked about them too. What can't be helped keeps its time, and
    nobody gets a collision that they did not have.
    """
    return _Search(world, fair, frozenset(names)).found()


def _counts(collision: Collision) -> bool:
    """Whether it is to be moved for: nobody has waived it."""
    return collision.kind not in VIOLATIONS or collision.violates


def _at(world: World, times: Times) -> World:
    planned = (replace(p, at=times.get(p.name, p.at)) for p in world.planned)
    return replace(world, planned=tuple(planned))


def _time(unit: Unit, times: Times) -> datetime | None:
    """When a unit goes: at the latest of its members' times; None: it waits."""
    return max((times[each.name] for each in unit if each.name in times), default=None)


def _rank(unit: Unit, times: Times) -> tuple[datetime, datetime, str]:
    """What is planned first, of those what was announced first, then by name."""
    return _time(unit, times) or FAR, min(each.announced_at for each in unit), unit[0].name


def _may_move(unit: Unit) -> bool:
    """Whether a time may be given to a unit: nothing of it is released, or halted without one."""
    return all(m.phase is Phase.ANNOUNCED or (m.phase is Phase.HALTED and m.at) for m in unit)


@dataclass
class _Search:
    """Places everybody in order, looks what collides then, learns from it, and places everybody again.

    What it learns only grows: who goes after whom, who may move, and who can't be helped.
    """

    world: World
    fair: Fair
    names: frozenset[str]
    after: dict[str, set[str]] = field(default_factory=dict)
    """By unit, the candidates that it must go after."""
    waiters: dict[str, set[str]] = field(default_factory=dict)
    """The same by the unit that must go first: which units wait for it."""
    free: set[str] = field(default_factory=set)
    """The units that may move."""
    stuck: set[str] = field(default_factory=set)
    """Those that can't be helped, or that must not move for others' sake."""
    placeless: set[str] = field(default_factory=set)
    """Those for which there was no place when everybody was placed last."""

    @cached_property
    def before(self) -> Colliding:
        return Colliding(self.world)

    @cached_property
    def planned(self) -> Times:
        return {each.name: each.at for each in self.world.planned if each.at is not None}

    @cached_property
    def named(self) -> set[str]:
        """The units asked about."""
        return {self._key(name) for name in self.names if name in self.before.land.named}

    def found(self) -> WayOut:
        self.free = {key for key in self.named if _may_move(self._unit(key))}
        self.stuck = self.named - self.free
        self._learn_order(self.before)
        times = self._placed()
        while self._learn(look := Colliding(_at(self.world, times)), times):
            times = self._placed()
        return self._told(look, times)

    def _told(self, look: Colliding, times: Times) -> WayOut:
        names = sorted(self._moved(times), key=lambda name: (times[name], name))
        moves = tuple(Move(name, self.planned.get(name), times[name]) for name in names)
        keys = self.named | {self._key(name) for name in names}
        units = sorted(map(self._unit, keys), key=lambda unit: _rank(unit, times))
        hit = [unit for unit in units if unit[0].name in self.named and _hit(unit, look)]
        return WayOut(
            moves=moves,
            order=tuple(each.name for unit in units for each in unit),
            sets=tuple(tuple(each.name for each in unit) for unit in units if len(unit) > 1),
            blocked=tuple(each.name for unit in hit for each in unit),
        )

    def _unit(self, name: str) -> Unit:
        return self.before.course.units.get(name) or (self.before.land.named[name],)

    def _key(self, name: str) -> str:
        return self._unit(name)[0].name

    def _moved(self, times: Times) -> set[str]:
        return {name for name, at in times.items() if self.planned.get(name) != at}

    # Placing.

    def _placed(self) -> dict[str, datetime]:
        """When everybody goes: each as near to its own time as those placed before it let it."""
        times, rooms = dict(self.planned), Rooms(self.world)
        for each in self.world.planned:
            if each.at is not None:
                rooms.take(self._key(each.name), [each], _time(self._unit(each.name), times))
        unplaced, self.placeless = set(self.free), set()
        for unit in self._in_order():
            at = self._place(unit, times, rooms, unplaced)
            unplaced.discard(unit[0].name)
            if at is not None:
                goers = self._goers(unit)
                times |= dict.fromkeys((each.name for each in goers), at)
                rooms.leave(unit[0].name)
                rooms.take(unit[0].name, goers, at)
        return times

    def _in_order(self) -> Iterator[Unit]:
        """The units that may move: after those they wait for, else as they were planned."""
        graph = {
            key: {self._key(name) for name in self.after.get(key, ())} & self.free
            for key in self.free
        }
        sorter = TopologicalSorter(graph)
        sorter.prepare()
        ready: list[tuple[tuple[datetime, datetime, str], str]] = []
        while sorter.is_active():
            for key in sorter.get_ready():
                heappush(ready, (_rank(self._unit(key), self.planned), key))
            _, key = heappop(ready)
            yield self._unit(key)
            sorter.done(key)

    def _place(self, unit: Unit, times: Times, rooms: Rooms, unplaced: set[str]) -> datetime | None:
        """The unit's new time; None: it keeps its own, because it can or because there is no other."""
        key, at = unit[0].name, _time(unit, times)
        ends = [self._end(name, times) for name in self.after.get(key, ())]
        known = [end for end in ends if end is not None]
        whole = len(known) == len(ends)
        if whole and self._holds(unit, at, known, rooms, unplaced):
            return None
        start = max(self.world.now, *known, at or self.world.now)
        aside = unplaced & self._waiting_for(key)
        last = max(self.world.now, at or start) + HORIZON
        goers = self._goers(unit)
        roomy = partial(rooms.first, key, goers, aside=aside)
        new = self._nearest(goers, start, last, roomy) if whole else None
        if new is None:
            self.placeless.add(key)
        return new

    def _goers(self, unit: Unit) -> Unit:
        """Those of a unit that get its new time: all, but for who waits where nothing of it waits for a version."""
        waiting = [each.name for each in unit if each.at is None]
        found = [each for name in waiting for each in self.before.found[name]]
        if any(each.kind in VIOLATIONS and _counts(each) for each in found):
            return unit
        return tuple(each for each in unit if each.at is not None)

    def _end(self, name: str, times: Times) -> datetime | None:
        """When a candidate will be in production; None: it waits, or one of its set does."""
        unit = self._unit(name)
        at = _time(unit, times) if all(each.name in times for each in unit) else None
        return None if at is None else at + self.world.takes(self.before.land.named[name].product)

    def _holds(
        self,
        unit: Unit,
        at: datetime | None,
        ends: Collection[datetime],
        rooms: Rooms,
        unplaced: set[str],
    ) -> bool:
        """Whether a unit can keep its time, those that are placed after it aside."""
        going = [each for each in unit if each.at is not None]
        if at is None or (ends and len(going) < len(unit)):
            return not ends
        frozen = any(freezing(self._freezes([each]), each.at) for each in going if each.at)
        fits = rooms.first(unit[0].name, going, at, unplaced) == at
        return fits and not frozen and all(end <= at for end in ends)

    def _freezes(self, unit: Iterable[Planned]) -> list[Freeze]:
        """The freezes that bind any of a unit."""
        return [
            freeze
            for freeze in self.world.freezes.values()
            if any(
                freeze.binds(each.product, self.world.places(each.product))
                and freeze.key not in each.overridden
                for each in unit
            )
        ]

    def _nearest(
        self, unit: Unit, at: datetime, last: datetime, roomy: Callable[[datetime], datetime]
    ) -> datetime | None:
        """The first quarter of an hour from `at` on that is fair for all of a unit, not frozen, and roomy."""
        binding = self._freezes(unit)
        while at <= last:
            fair = [self.fair(each.name, at) for each in unit]
            known = [each for each in fair if each is not None]
            warm = thawed(binding, max([at, *known]))
            if len(known) < len(fair) or warm is None:
                return None
            after = round_up(roomy(warm))
            if after == at:
                return at
            at = after
        return None

    # Learning.

    def _learn(self, look: Colliding, times: Times) -> bool:
        """Whether a look tells anything new, so that everybody is to be placed again."""
        drawn = self._draw_in(look, times)
        return self._learn_order(look) or drawn or self._give_up(look, times)

    def _learn_order(self, look: Colliding) -> bool:
        """Who must go after whom, as far as that does not go round in a circle."""
        new = False
        for name in [each.name for key in sorted(self.free) for each in self._unit(key)]:
            key = self._key(name)
            for each in filter(_counts, look.found[name]):
                comes = set(each.others) if each.why in COMES else set()
                for other in comes - self.after.get(key, set()):
                    new |= self._goes_after(key, other)
        return new

    def _goes_after(self, key: str, name: str) -> bool:
        """Note that a unit must go after a candidate; False: that would be a circle."""
        other = self._key(name)
        if other == key or other in self._waiting_for(key):
            return False
        self.after.setdefault(key, set()).add(name)
        self.waiters.setdefault(other, set()).add(key)
        return True

    def _waiting_for(self, key: str) -> set[str]:
        """The units that wait for one, directly or through others."""
        found, ahead = set[str](), [key]
        while ahead:
            new = self.waiters.get(ahead.pop(), set()) - found
            found |= new
            ahead.extend(new)
        return found

    def _draw_in(self, look: Colliding, times: Times) -> bool:
        """Let whoever would now lack what has moved move too."""
        moved = self._moved(times)
        drawn = {
            self._key(name)
            for name, each in self._harm(look)
            if each.kind in VIOLATIONS and not moved.isdisjoint(each.others)
        }
        drawn = {k for k in drawn - self.free - self.stuck if _may_move(self._unit(k))}
        self.free |= drawn
        return bool(drawn)

    def _harm(self, look: Colliding) -> list[tuple[str, Collision]]:
        """The collisions that those who stay where they are did not have."""
        staying = [n for n in self.before.course.units if self._key(n) not in self.free]
        return [
            (name, each)
            for name in staying
            for each in filter(_counts, look.found[name])
            if each.key not in {old.key for old in self.before.found[name] if _counts(old)}
        ]

    def _give_up(self, look: Colliding, times: Times) -> bool:
        """Leave where they were those that still collide, or that harm others by moving."""
        hit = {key for key in self.free if _hit(self._unit(key), look)}
        given_up = hit & self.placeless or hit
        moved = {self._key(name) for name in self._moved(times)}
        harm = [each for _, each in self._harm(look)]
        given_up |= {k for k in moved if any(self._is_cause(k, each) for each in harm)}
        if harm and not given_up:
            given_up = moved
        self.free -= given_up
        self.stuck |= given_up
        return bool(given_up)

    def _is_cause(self, key: str, harm: Collision) -> bool:
        """Whether a unit that moved is what somebody now collides with."""
        unit = self._unit(key)
        return any(each.name in harm.others or each.product == harm.of for each in unit)


def _hit(unit: Unit, look: Colliding) -> bool:
    """Whether anything of a unit collides."""
    return any(_counts(each) for member in unit for each in look.found.get(member.name, ()))
