"""What lies ahead, place by place: everything planned, put into a calendar with what is in its way (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rules.ahead import Arrow, Bar, Blocker, Booked, Crowd, Entry, Frozen, Outlook, Row, There
from rules.collision import Collision
from rules.dependencies import Need
from rules.environments import Environment
from rules.freezes import windows
from rules.resources import Resource, Use
from rules.words import Phase
from rules.worktime import Span
from rules.world import ANYWHERE, Planned, World

CROWDING = frozenset({"environment", "resource"})
"""The kinds of collision that several candidates are in together."""
STUCK = frozenset({Phase.HALTED, Phase.FAILED})
"""Not on their way, whatever time was planned."""
Found = Mapping[str, tuple[Collision, ...]]
Together = Mapping[str, tuple[str, ...]]


def outlook(
    world: World,
    collisions: Found,
    together: Together,
    since: datetime,
    until: datetime,
    *,
    environment: str | None = None,
    product: str | None = None,
) -> Outlook:
    """What lies ahead from `since` to `until`, aware UTC, of everything or of one place or product.

    `together` names, for each candidate of a set, the others of it.
    """
    return _Ahead(world, collisions, together, Span(since, until), environment, product).seen()


@dataclass(frozen=True)
class _Ahead:
    """One look ahead, with what is looked up in it again and again."""

    world: World
    collisions: Found
    together: Together
    span: Span
    environment: str | None
    product: str | None

    def seen(self) -> Outlook:
        shown, rows = self._shown, tuple(self._rows())
        drawn = {bar.entry.name for row in rows for bar in row.bars}
        return Outlook(
            now=self.world.now,
            since=self.span.start,
            until=self.span.end,
            rows=rows,
            planned=tuple(entry for entry in shown if entry.name in drawn),
            later=sum(self._is_later(entry) for entry in shown),
            waiting=tuple(e for e in shown if e.phase is Phase.ANNOUNCED and e.at is None),
            halted=tuple(e for e in shown if e.phase is Phase.HALTED),
            failed=tuple(e for e in shown if e.phase is Phase.FAILED),
            freezes=tuple(self._freezes_in(self.environment)),
            blockers=self._blockers(),
            crowds=self._crowds(),
            sets=self._sets(),
            arrows=tuple(self._arrows()),
            production=tuple(self._production()),
            resources=tuple(self._resources()),
        )

    @cached_property
    def _plans(self) -> Mapping[str, Planned]:
        return {each.name: each for each in self.world.planned}

    @cached_property
    def _entries(self) -> Mapping[str, Entry]:
        """Every candidate by its whole name, in order of time; those that wait come last."""
        made = [self._entry(each) for each in self.world.planned]
        made.sort(key=lambda e: (e.at is None, e.at or self.world.now, e.name))
        return {entry.name: entry for entry in made}

    @cached_property
    def _shown(self) -> tuple[Entry, ...]:
        return tuple(filter(self._is_meant, self._entries.values()))

    def _is_meant(self, entry: Entry) -> bool:
        if self.environment is not None and self.environment not in entry.places:
            return False
        return self.product in (None, entry.product)

    def _is_later(self, entry: Entry) -> bool:
        return entry.phase not in STUCK and entry.at is not None and entry.at >= self.span.end

    def _entry(self, each: Planned) -> Entry:
        others = self.together.get(each.name, ())
        times = [self._plans[name].at for name in others if name in self._plans]
        # A set goes at the latest of its times (DESIGN 2.6).
        at = each.at and max([each.at, *filter(None, times)])
        return Entry(
            name=each.name,
            product=each.product,
            version=each.version,
            phase=each.phase,
            at=at,
            places=self.world.places(each.product),
            collisions=self.collisions.get(each.name, ()),
            together=others,
            overdue=at is not None and self._overdue(each, at),
        )

    def _overdue(self, each: Planned, at: datetime) -> bool:
        if each.phase in STUCK:
            return False
        begun = each.phase is not Phase.ANNOUNCED
        return (at + self.world.takes(each.product) if begun else at) <= self.world.now

    def _bar(self, entry: Entry, start: datetime, end: datetime) -> Bar:
        """What should be over and is not goes on until now."""
        return Bar(entry, start, max(end, self.world.now) if entry.overdue else end)

    def _inside(self, bars: Iterable[Bar]) -> tuple[Bar, ...]:
        """Those that reach into the time looked at; what is overdue is there now, too."""
        start, end = self.span.start, self.span.end
        inside = [
            bar
            for bar in bars
            if bar.start < end and (bar.end > start or (bar.entry.overdue and bar.end == start))
        ]
        return tuple(sorted(inside, key=lambda bar: (bar.start, bar.entry.name)))

    # Environments.

    def _rows(self) -> Iterator[Row]:
        here: dict[str, list[Entry]] = {}
        for entry in self._shown:
            for place in entry.places if entry.phase not in STUCK else ():
                here.setdefault(place, []).append(entry)
        for environment in self._environments(here):
            entries = here.get(environment.name, ())
            bars = (b for e in entries for b in self._in_place(e, environment.name))
            frozen = tuple(self._freezes_in(environment.name))
            later = sum(self._is_later(entry) for entry in entries)
            yield Row(environment, self._inside(bars), frozen, later)

    def _environments(self, used: Collection[str]) -> Iterator[Environment]:
        declared = self.world.environments
        named = {place for product in self.world.products for place in self.world.places(product)}
        others = sorted({*named, *used} - {*declared, ANYWHERE})
        rows = [environment for _, environment in sorted(declared.items())]
        rows += [Environment(name) for name in others]
        rows += [Environment(ANYWHERE)] if ANYWHERE in used else []
        for row in rows:
            goes = self.product is None or row.name in self.world.places(self.product)
            if goes and self.environment in (None, row.name):
                yield row

    def _in_place(self, entry: Entry, place: str) -> Iterator[Bar]:
        if entry.at is not None:
            length = self.world.occupies(entry.product, place)
            yield self._bar(entry, entry.at, entry.at + length)

    # Freezes.

    @cached_property
    def _frozen(self) -> tuple[Frozen, ...]:
        found = [
            Frozen(freeze, span.start, span.end)
            for freeze in self.world.freezes.values()
            if freeze.lifted_at is None
            for span in windows(freeze, self.span.start, self.span.end)
        ]
        return tuple(sorted(found, key=lambda each: (each.start, each.freeze.name)))

    def _freezes_in(self, place: str | None) -> Iterator[Frozen]:
        """Those that bind something that goes to a place, or to any; one that binds all binds even nothing."""
        going = [
            name
            for name in self.world.products
            if place is None or place in self.world.places(name)
            if self.product in (None, name)
        ]
        for each in self._frozen:
            freeze = each.freeze
            somewhere = place is None or not freeze.environments or place in freeze.environments
            if self.product is not None:
                bound = freeze.binds(self.product, self.world.places(self.product))
            else:
                bound = not freeze.products or not set(freeze.products).isdisjoint(going)
            if somewhere and bound:
                yield each

    # Collisions.

    def _blockers(self) -> tuple[Blocker, ...]:
        holds: dict[str, list[str]] = {}
        for entry in self._entries.values():
            roots = {root for c in entry.collisions if c.violates for root in c.roots}
            for root in roots - {entry.name}:
                holds.setdefault(root, []).append(entry.name)
        shown = {entry.name for entry in self._shown}
        found = [
            Blocker(name, self._entries.get(name), tuple(held))
            for name, held in holds.items()
            if shown & {name, *held}
        ]
        return tuple(sorted(found, key=lambda each: (-len(each.holds), each.name)))

    def _crowds(self) -> tuple[Crowd, ...]:
        """Each crowd once, not once for everybody in it."""
        crowds: dict[tuple[str, str], list[frozenset[str]]] = {}
        for entry in self._shown:
            for collision in entry.collisions:
                if collision.kind in CROWDING:
                    names = frozenset({entry.name, *collision.others})
                    crowds.setdefault((collision.kind, collision.of), []).append(names)
        found = [
            Crowd(kind, of, tuple(e for e in self._entries.values() if e.name in names))
            for (kind, of), each in crowds.items()
            for names in _largest(each)
        ]
        return tuple(sorted(found, key=lambda c: (c.entries[0].at or self.world.now, c.kind, c.of)))

    def _sets(self) -> tuple[tuple[str, ...], ...]:
        shown = {entry.name for entry in self._shown}
        found = {tuple(sorted({name, *others})) for name, others in self.together.items() if others}
        return tuple(sorted(each for each in found if shown & set(each)))

    def _arrows(self) -> Iterator[Arrow]:
        """Who brings what a candidate needs and production lacks; none within a set."""
        for entry in self._shown:
            broken = {c.of: c.others for c in entry.collisions if c.kind == "needs"}
            for need in self._plans[entry.name].needs:
                late = broken.get(need.product)
                first = self._bringing(entry, need) if late is None else late
                for name in first:
                    if name not in entry.together:
                        yield Arrow(name, entry.name, late is not None)

    def _bringing(self, entry: Entry, need: Need) -> tuple[str, ...]:
        """The last candidate before one that satisfies a need of it which production does not."""
        places = self.world.shared(entry.product, need.product)
        there = [self.world.there(need.product, place) for place in places]
        if all(now is not None and self._satisfies(need, now.version) for now in there):
            return ()
        before = [
            other
            for other in self._by_product.get(need.product, ())
            if other.at is not None and entry.at is not None and other.at <= entry.at
            if self._satisfies(need, other.version)
        ]
        return tuple(other.name for other in before[-1:])

    @cached_property
    def _by_product(self) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in self._entries.values():
            found.setdefault(entry.product, []).append(entry)
        return found

    def _satisfies(self, need: Need, version: str | None) -> bool:
        if version is None or not need.constraint:
            return version is not None
        product = self.world.products.get(need.product)
        scheme = product.scheme if product else "opaque"
        return bool(self.world.satisfies(scheme, version, need.constraint))

    # What is there, and who has what.

    def _production(self) -> Iterator[There]:
        recorded = {place: found for place, found in self.world.production.items() if found.version}
        known = {(name, place) for name in self.world.products for place in self.world.places(name)}
        left = {
            (name, place) for name, place in recorded if place or name not in self.world.products
        }
        for name, place in sorted(
            {*known, *left}, key=lambda each: (each[0], not each[1], each[1])
        ):
            found = self.world.there(name, place)
            meant = self.environment in (None, place) and self.product in (None, name)
            if found is not None and meant:
                yield There(name, place, found)

    def _resources(self) -> Iterator[Booked]:
        taken: dict[str, list[Bar]] = {}
        for entry in self._shown:
            for use in self._uses(entry) if entry.phase not in STUCK else ():
                if entry.at is not None:
                    span = use.span(entry.at, self.world.takes(entry.product))
                    bar = self._bar(entry, span.start, span.end)
                    taken.setdefault(use.resource, []).append(bar)
        known = {name: Resource(name) for name in taken} | dict(self.world.resources)
        for name, resource in sorted(known.items()):
            yield Booked(resource, self._inside(taken.get(name, ())))

    def _uses(self, entry: Entry) -> tuple[Use, ...]:
        product = self.world.products.get(entry.product)
        return (*(product.uses if product else ()), *self._plans[entry.name].uses)


def _largest(found: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Those that are no part of another."""
    kept: list[frozenset[str]] = []
    for each in sorted(dict.fromkeys(found), key=len, reverse=True):
        if not any(each < other for other in kept):
            kept.append(each)
    return kept
