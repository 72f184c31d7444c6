"""What collides with what: every plan held against every other, and each reason told apart (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from rules.booking import Booking, crowded
from rules.candidate import UNRELEASED
from rules.collision import Collision
from rules.course import Course, Violation, waived
from rules.freezes import Freeze, windows
from rules.together import UNDER_WAY, Landscape
from rules.words import Phase
from rules.worktime import Span
from rules.world import ANYWHERE, Planned, World

Found = Mapping[str, tuple[Collision, ...]]
MOST_ROOTS = 8
MOST_OTHERS = 100
"""As many as one collision names: nobody reads more, and a fact must stay small."""
STOPPED = {Phase.HALTED: "halted", Phase.FAILED: "failed"}


def sets(world: World) -> dict[str, tuple[str, ...]]:
    """For each candidate that must go together with others, their whole names."""
    return dict(Landscape(world).together)


def collisions(world: World) -> dict[str, tuple[Collision, ...]]:
    """The collisions of every candidate whose deployment has not begun; of most there are none."""
    return Colliding(world).found


@dataclass(frozen=True)
class Colliding:
    """One look at a world: its sets, the course things take, and the collisions on it."""

    world: World
    _holds: dict[str, tuple[tuple[str, ...], tuple[Planned, ...]]] = field(default_factory=dict)

    @cached_property
    def land(self) -> Landscape:
        return Landscape(self.world)

    @cached_property
    def course(self) -> Course:
        return Course(self.land)

    @property
    def next_at(self) -> datetime | None:
        """When time alone makes another look due: what should be deployed by then, and may not be."""
        ends = (
            each.at + self.world.takes(each.product)
            for each in self.world.planned
            if each.phase in UNDER_WAY and each.at is not None
        )
        return min((end for end in ends if end > self.world.now), default=None)

    @cached_property
    def found(self) -> dict[str, tuple[Collision, ...]]:
        """By whole name, each candidate's collisions: violations first, then what is crowded, then freezes."""
        crowds = self._crowds()
        frozen = self._frozen()
        return {
            name: (
                *(self._told(self.land.named[name], v) for v in self.course.violations[name]),
                *self._older(self.land.named[name]),
                *crowds.get(name, ()),
                *frozen.get(name, ()),
            )
            for name in self.course.units
        }

    def _told(self, each: Planned, violation: Violation) -> Collision:
        """A violation with why it is one, whom it waits for, and what is at the bottom of it."""
        why, provider = self._why(each, violation)
        there = violation.there
        return Collision(
            kind=violation.kind,
            of=violation.of,
            why=why,
            constraint=violation.need.constraint,
            version=there.version if there is not None else None,
            others=() if provider is None else (provider.name,),
            roots=self._roots(violation, why, provider),
            until=self.course.end_of(provider) if provider is not None and why == "later" else None,
            rolled_back=self._rolled_back(each, violation),
            waived_by="" if waived(each, violation) else None,
        )

    def _why(self, each: Planned, violation: Violation) -> tuple[str, Planned | None]:
        """Why what would do is not there in time, and the candidate to wait for, if there is one."""
        replaced = self._replacing(each, violation)
        if replaced is not None:
            return "replaced", replaced
        provider = self._provider(each, violation)
        if provider is None:
            return self._missing(each, violation), None
        if self.land.overdue(provider):
            return "overdue", provider
        if provider.phase in STOPPED:
            return STOPPED[provider.phase], provider
        end = self.course.end_of(provider)
        if end is not None and end > self.course.time(self.course.units[each.name]):
            return "later", provider
        if end is not None:
            there = violation.there
            return "replaced", there if isinstance(there, Planned) else provider
        held = provider.at is not None or bool(self.course.violations.get(provider.name))
        return ("blocked" if held else "waiting"), provider

    def _provider(self, each: Planned, violation: Violation) -> Planned | None:
        if violation.kind == "needs":
            return self.land.provider(violation.need)
        return self.land.follower(violation.of, each.product, each.version)

    def _replacing(self, each: Planned, violation: Violation) -> Planned | None:
        """The planned candidate by which what does now will have been replaced."""
        there = violation.there
        if violation.kind != "needs" or not isinstance(there, Planned):
            return None
        need = violation.need
        at = self.course.time(self.course.units[each.name])
        places = self.land.shared(each.product, need.product)
        does = [
            *(self.world.there(need.product, place) for place in places),
            *(one for end, one in self.course.effective.get(need.product, ()) if end <= at),
        ]
        good = any(one is not None and self.land.satisfied(need, one.version) for one in does)
        return there if good else None

    def _missing(self, each: Planned, violation: Violation) -> str:
        """Why nobody is to wait for: rolled back, not comparable, or never announced."""
        if self._rolled_back(each, violation):
            return "rolled-back"
        version = violation.there.version if violation.there is not None else None
        if violation.kind == "breaks":
            version = each.version
        if version is not None and self.land.satisfied(violation.need, version) is None:
            return "incomparable"
        return "not-announced"

    def _rolled_back(self, each: Planned, violation: Violation) -> bool:
        """Whether what would have done was there when it was announced, and was rolled back since."""
        if violation.kind != "needs":
            return False
        for place in self.land.shared(each.product, violation.of):
            there = self.world.there(violation.of, place)
            at = there.rolled_back_at if there else None
            if there and at and at > each.announced_at:
                return bool(self.land.satisfied(violation.need, there.rolled_back))
        return False

    def _roots(self, violation: Violation, why: str, provider: Planned | None) -> tuple[str, ...]:
        """What at last holds it up, the nearest first and at most so many: nobody needs a longer list."""
        if provider is None:
            return (violation.of,)
        if why in {"later", "replaced"}:
            return ()
        found: dict[str, None] = {}
        seen, ahead = {provider.name}, [provider]
        for each in ahead:
            stopped, waited_for = self._held_by(each)
            found.update(dict.fromkeys(stopped or (() if waited_for else (each.name,))))
            if len(found) >= MOST_ROOTS:
                break
            ahead += [other for other in waited_for if other.name not in seen]
            seen |= {other.name for other in waited_for}
        return tuple(found)[:MOST_ROOTS]

    def _held_by(self, each: Planned) -> tuple[tuple[str, ...], tuple[Planned, ...]]:
        """What holds a candidate up: what is at the bottom already, and the candidates it waits for."""
        unit = self.course.units.get(each.name, (each,))
        first = unit[0].name
        if first not in self._holds:
            self._holds[first] = self._look_at(unit)
        return self._holds[first]

    def _look_at(self, unit: Iterable[Planned]) -> tuple[tuple[str, ...], tuple[Planned, ...]]:
        stopped: list[str] = []
        waited_for: list[Planned] = []
        for member in unit:
            if member.phase in STOPPED or self.land.overdue(member):
                stopped.append(member.name)
            for violation in self.course.violations.get(member.name, ()):
                if waived(member, violation):
                    continue
                why, provider = self._why(member, violation)
                if provider is None:
                    stopped.append(violation.of)
                elif why in {"later", "replaced"}:
                    stopped.append(member.name)
                else:
                    waited_for.append(provider)
        return tuple(stopped), tuple(waited_for)

    def _older(self, each: Planned) -> Iterator[Collision]:
        """A version lower than what is in production (DESIGN 2.5)."""
        product = self.world.products.get(each.product)
        for place in self.world.places(each.product):
            there = self.world.there(each.product, place)
            if product is None or there is None or there.version is None:
                continue
            if self.world.newer(product.scheme, there.version, each.version):
                yield Collision("older", each.product, "older", version=there.version)
                return

    def _crowds(self) -> dict[str, list[Collision]]:
        found: dict[str, list[Collision]] = {}
        for kind, of, capacity, bookings in self._rooms():
            of_unit = {booking.unit: booking.names for booking in bookings}
            asked = [unit for unit, names in of_unit.items() if self._announced(names)]
            for unit, others in crowded(bookings, capacity, asked).items():
                mine = of_unit[unit]
                there = tuple(sorted(name for other in others for name in other.names))[
                    :MOST_OTHERS
                ]
                for name in mine:
                    if self.land.named[name].phase is Phase.ANNOUNCED:
                        crowd = Collision(kind, of, "at-once", others=there)
                        found.setdefault(name, []).append(crowd)
        return found

    def _announced(self, names: Iterable[str]) -> bool:
        return any(self.land.named[name].phase is Phase.ANNOUNCED for name in names)

    def _rooms(self) -> Iterator[tuple[str, str, int, list[Booking]]]:
        """Every environment and resource with its capacity, and who is there when."""
        places: dict[str, dict[str, list[tuple[str, Span]]]] = {}
        resources: dict[str, dict[str, list[tuple[str, Span]]]] = {}
        for unit, each, at in self._occupying():
            for place in self.world.places(each.product):
                if place != ANYWHERE:
                    span = self._until_done(each, at, at + self.world.occupies(each.product, place))
                    places.setdefault(place, {}).setdefault(unit, []).append((each.name, span))
            for resource, span in self._uses(each, at):
                resources.setdefault(resource, {}).setdefault(unit, []).append((each.name, span))
        for place, taken in sorted(places.items()):
            known = self.world.environments.get(place)
            yield "environment", place, known.capacity if known else 1, _bookings(taken)
        for name, taken in sorted(resources.items()):
            wanted = self.world.resources.get(name)
            yield "resource", name, wanted.capacity if wanted else 1, _bookings(taken)

    def _occupying(self) -> Iterator[tuple[str, Planned, datetime]]:
        """Who takes up room: the unit it belongs to, and from when on."""
        for each in self.world.planned:
            if each.at is None:
                continue
            if each.phase is Phase.ANNOUNCED:
                unit = self.course.units[each.name]
                yield min(member.name for member in unit), each, self.course.time(unit)
            elif each.phase in UNDER_WAY:
                yield each.name, each, each.at

    def _until_done(self, each: Planned, start: datetime, end: datetime) -> Span:
        return Span(start, max(end, self.world.now) if each.phase in UNDER_WAY else end)

    def _uses(self, each: Planned, at: datetime) -> Iterator[tuple[str, Span]]:
        product = self.world.products.get(each.product)
        for use in (*(product.uses if product else ()), *each.uses):
            start = at - use.before
            length = (
                use.length
                if use.length is not None
                else use.before + self.world.takes(each.product)
            )
            yield use.resource, self._until_done(each, start, start + length)

    def _frozen(self) -> dict[str, list[Collision]]:
        times = [p.at for p in self.world.planned if p.phase in UNRELEASED and p.at is not None]
        if not times or not self.world.freezes:
            return {}
        first, last = min(times), max(times) + timedelta(microseconds=1)
        found: dict[str, list[Collision]] = {}
        for _, freeze in sorted(self.world.freezes.items()):
            for span in windows(freeze, first, last):
                for each in self._under(freeze, span):
                    why = "hard" if freeze.hard else "soft"
                    frozen = Collision("freeze", freeze.name, why, until=span.end)
                    found.setdefault(each.name, []).append(frozen)
        return found

    def _under(self, freeze: Freeze, span: Span) -> Iterable[Planned]:
        return (
            each
            for each in self.world.planned
            if each.phase in UNRELEASED
            and each.at is not None
            and span.start <= each.at < span.end
            and freeze.key not in each.overridden
            and freeze.binds(each.product, self.world.places(each.product))
        )


def _bookings(taken: Mapping[str, list[tuple[str, Span]]]) -> list[Booking]:
    return [
        Booking(unit, tuple(dict.fromkeys(n for n, _ in each)), tuple(s for _, s in each))
        for unit, each in sorted(taken.items())
    ]
