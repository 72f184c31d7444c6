"""Collisions looked for the slow way, knowing nothing of how the law finds them (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.dependencies import Need
from rules.freezes import Freeze, Mark
from rules.words import Phase
from rules.world import ANYWHERE, InProduction, Planned, World
from tests.rules.cases import MINUTE

QUARTER = 15 * MINUTE
UNBEGUN = {Phase.ANNOUNCED, Phase.HALTED, Phase.RELEASED}
"""Who is told of collisions."""
IN_FLIGHT = {Phase.RELEASED, Phase.DEPLOYING}
UNRELEASED = {Phase.ANNOUNCED, Phase.HALTED}
Spans = list[tuple[datetime, datetime]]
Found = dict[str, tuple[object, ...]]
"""Of one candidate, by key, what the design fixes of each collision: others, or hard or soft and until."""


# Tools, for versions that are whole numbers. Anything else can't be compared.


def satisfies(scheme: str, version: str, constraint: str) -> bool | None:
    """Whether a whole number is within `>=2,<4`; None of anything else, whatever the constraint."""
    if not version.isdigit():
        return None
    number = int(version)
    for part in filter(None, constraint.split(",")):
        bound = int(part.strip("<>="))
        if not {">": number >= bound, "<": number < bound, "=": number == bound}[part[0]]:
            return False
    return True


def newer(scheme: str, a: str, b: str) -> bool | None:
    return int(a) > int(b) if a.isdigit() and b.isdigit() else None


def reachable(edges: Mapping[str, Collection[str]], start: str) -> set[str]:
    """Everybody that `start` leads to, over one step or more."""
    found: set[str] = set()
    ahead = [*edges.get(start, ())]
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead.extend(edges.get(name, ()))
    return found


def groups(edges: Mapping[str, Collection[str]]) -> list[frozenset[str]]:
    """The groups in which everybody leads to everybody, by trying every pair."""
    names = sorted({*edges, *(name for ends in edges.values() for name in ends)})
    leads = {name: reachable(edges, name) for name in names}
    both = {a: frozenset({a} | {b for b in leads[a] if a in leads[b]}) for a in names}
    return [group for group in dict.fromkeys(both.values()) if len(group) > 1]


# The checker.


class Brute:
    """One world looked at the slow way: every question is answered from the beginning, by what the words mean."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.products = {*world.products, *(c.product for c in world.planned)}
        self.products |= {product for product, _ in world.production}
        self.by_name = {c.name: c for c in world.planned}
        self.known: dict[str, bool] = {}
        self.sets: dict[str, frozenset[str]] = {}
        for group in groups({c.name: set(self.must_go_with(c)) for c in self.unreleased()}):
            self.sets.update(dict.fromkeys(group, group))

    def unreleased(self) -> list[Planned]:
        return [c for c in self.world.planned if c.phase in UNRELEASED]

    def accepts(self, version: str | None, need: Need) -> bool:
        scheme = self.world.products.get(need.product)
        if version is None or not need.constraint:
            return version is not None
        asked = self.world.satisfies(
            scheme.scheme if scheme else "opaque", version, need.constraint
        )
        return asked is True

    def all_accept(self, needs: Iterable[Need], product: str, version: str | None) -> bool:
        return all(self.accepts(version, need) for need in needs if need.product == product)

    def version_in_production(self, product: str, place: str) -> str | None:
        found = self.world.there(product, place)
        return found.version if found else None

    # Sets.

    def runs(self, c: Planned) -> bool:
        """Whether it will be there by a time that is known."""
        if c.phase is Phase.ANNOUNCED:
            return c.at is not None
        return c.phase in IN_FLIGHT and not self.overdue(c)

    def overdue(self, c: Planned) -> bool:
        assert c.at is not None
        return c.at + self.world.takes(c.product) <= self.world.now

    def first(self, among: Iterable[Planned]) -> Planned | None:
        far = self.world.now + timedelta(days=9999)
        ranked = sorted(among, key=lambda c: (not self.runs(c), c.at or far, c.name))
        return ranked[0] if ranked else None

    def must_go_with(self, x: Planned) -> Iterator[str]:
        """Whom a candidate can't go without: of what it needs, and of what it breaks."""
        for need in x.needs:
            places = self.world.shared(x.product, need.product)
            there = [self.version_in_production(need.product, place) for place in places]
            if not all(self.accepts(version, need) for version in there):
                able = [c for c in self.world.planned if c.product == need.product]
                yield from self.open_one([c for c in able if self.accepts(c.version, need)])
        for r in sorted(self.products - {x.product}):
            if any(self.breaks_now(x, r, place, own) for place, own in self.meet(r, x.product)):
                able = [c for c in self.world.planned if c.product == r]
                yield from self.open_one(
                    [c for c in able if self.all_accept(c.needs, x.product, x.version)]
                )

    def meet(self, r: str, product: str) -> list[tuple[str, str]]:
        """Where the two are side by side; where they have no place in common, any of each."""
        both = [(a, b) for a in self.world.places(r) for b in self.world.places(product)]
        return [(a, b) for a, b in both if a == b] or both

    def breaks_now(self, x: Planned, r: str, place: str, own: str) -> bool:
        there = self.world.there(r, place)
        return there is not None and self.breaks_these(
            x, there.needs, self.version_in_production(x.product, own)
        )

    def breaks_these(self, x: Planned, needs: Iterable[Need], before: str | None) -> bool:
        mine = [need for need in needs if need.product == x.product]
        return any(self.accepts(before, n) and not self.accepts(x.version, n) for n in mine)

    def open_one(self, able: list[Planned]) -> Iterator[str]:
        chosen = self.first(able)
        if chosen and chosen.phase in UNRELEASED:
            yield chosen.name

    # Who will be there.

    def unit(self, c: Planned) -> list[Planned]:
        """The candidate and everybody of its set."""
        return [self.by_name[name] for name in sorted(self.sets.get(c.name, {c.name}))]

    def time(self, c: Planned) -> datetime | None:
        return max((each.at for each in self.unit(c) if each.at), default=None)

    def effective(self, c: Planned) -> bool:
        """Whether it may be counted on."""
        if c.phase in IN_FLIGHT:
            return not self.overdue(c)
        if c.name not in self.known:
            unit = self.unit(c)
            able = all(each.phase is Phase.ANNOUNCED and each.at for each in unit)
            self.known[c.name] = able and not any(
                self.violations(each) - each.waived for each in unit
            )
        return self.known[c.name]

    def ends(self, c: Planned) -> datetime | None:
        """From when on it is in production; None: it can't be counted on."""
        time = self.time(c)
        return time + self.world.takes(c.product) if time and self.effective(c) else None

    def expected(self, x: Planned, product: str, place: str) -> Planned | InProduction | None:
        """What is there of a product when `x` goes; whoever waits goes now, and nobody has gone before it."""
        met = not {place, ANYWHERE}.isdisjoint(self.world.places(product))
        others = [c for c in self.world.planned if met and c.product == product and c != x]
        if x.phase is Phase.RELEASED:
            gone = [c for c in others if c.phase in IN_FLIGHT and c.at and x.at and c.at <= x.at]
            last = max(gone, key=lambda c: (c.at, c.name), default=None)
            return last or self.world.there(product, place)
        mates = [c for c in others if c in self.unit(x)]
        if mates:
            return max(mates, key=lambda c: c.name)
        time = self.time(x)
        able = [c for c in others if time and (self.time(c) or time) < time]
        before = [(end, c.name) for c in able if (end := self.ends(c)) and time and end <= time]
        return self.by_name[max(before)[1]] if before else self.world.there(product, place)

    def expected_version(self, x: Planned, product: str, place: str) -> str | None:
        found = self.expected(x, product, place)
        return found.version if found else None

    # What collides.

    def violations(self, x: Planned) -> set[str]:
        found = set()
        for need in x.needs:
            for place in self.world.shared(x.product, need.product):
                if not self.accepts(self.expected_version(x, need.product, place), need):
                    found.add(f"needs:{need.product}")
        for r in self.products - {x.product}:
            for place, own in self.meet(r, x.product):
                there, before = (
                    self.expected(x, r, place),
                    self.expected_version(x, x.product, own),
                )
                if there and self.breaks_these(x, there.needs, before):
                    found.add(f"breaks:{r}")
        return found

    def older(self, x: Planned) -> bool:
        known = self.world.products.get(x.product)
        there = [self.version_in_production(x.product, e) for e in self.world.places(x.product)]
        scheme = known.scheme if known else "opaque"
        return any(v is not None and self.world.newer(scheme, v, x.version) is True for v in there)

    def environment_spans(self, c: Planned, place: str) -> Spans:
        time = self.time(c)
        if c.at is None or time is None or place not in self.world.places(c.product):
            return []
        return [(time, self.until(c, time + self.world.occupies(c.product, place)))]

    def resource_spans(self, c: Planned, resource: str) -> Spans:
        time, product = self.time(c), self.world.products.get(c.product)
        if c.at is None or time is None:
            return []
        uses = [*(product.uses if product else ()), *c.uses]
        spans = [
            (
                time - u.before,
                time - u.before + u.length if u.length else time + self.world.takes(c.product),
            )
            for u in uses
            if u.resource == resource
        ]
        return [(start, self.until(c, end)) for start, end in spans]

    def until(self, c: Planned, end: datetime) -> datetime:
        return max(end, self.world.now) if c.phase in IN_FLIGHT else end

    def too_many(self, x: Planned, spans: Mapping[str, Spans], room: int) -> set[str]:
        """With whom `x` is there when more are there than there is room for; a set is one."""
        taken: dict[frozenset[str], Spans] = {}
        for name in (name for name, each in spans.items() if each):
            taken.setdefault(self.sets.get(name, frozenset({name})), []).extend(spans[name])
        mine, crowd = self.sets.get(x.name, frozenset({x.name})), set()
        for instant in {edge for each in taken.values() for span in each for edge in span}:
            here = {who for who, each in taken.items() if any(a <= instant < b for a, b in each)}
            if mine in here and len(here) > room:
                crowd |= {name for who in here - {mine} for name in who if spans.get(name)}
        return crowd if spans.get(x.name) else set()

    def double(self, x: Planned) -> Iterator[tuple[str, set[str]]]:
        occupiers = [c for c in self.world.planned if c.phase in {Phase.ANNOUNCED, *IN_FLIGHT}]
        for place in sorted(set(self.world.places(x.product)) - {ANYWHERE}):
            known = self.world.environments.get(place)
            spans = {c.name: self.environment_spans(c, place) for c in occupiers}
            yield f"environment:{place}", self.too_many(x, spans, known.capacity if known else 1)
        for name in sorted({*self.world.resources, *self.used()}):
            resource = self.world.resources.get(name)
            spans = {c.name: self.resource_spans(c, name) for c in occupiers}
            yield f"resource:{name}", self.too_many(x, spans, resource.capacity if resource else 1)

    def used(self) -> set[str]:
        uses = [use for c in self.world.planned for use in c.uses]
        uses += [use for product in self.world.products.values() for use in product.uses]
        return {use.resource for use in uses}

    def freezes(self, x: Planned) -> Iterator[tuple[str, tuple[object, ...]]]:
        for freeze in self.world.freezes.values():
            binds = freeze.binds(x.product, self.world.places(x.product))
            if binds and freeze.name not in x.overridden and x.at and frozen(freeze, x.at):
                until = x.at
                while frozen(freeze, until):
                    until += MINUTE
                yield f"freeze:{freeze.name}", ("hard" if freeze.hard else "soft", until)

    def found(self, x: Planned) -> Found:
        if x.phase not in UNBEGUN:
            return {}
        told: Found = {key: () for key in self.violations(x)}
        if self.older(x):
            told[f"older:{x.product}"] = ()
        if x.phase is Phase.ANNOUNCED:
            told |= {key: tuple(sorted(crowd)) for key, crowd in self.double(x) if crowd}
        if x.phase in UNRELEASED:
            told |= dict(self.freezes(x))
        return told


def frozen(freeze: Freeze, instant: datetime) -> bool:
    """Whether an instant with no change of clocks near lies in a one-off or weekly freeze."""
    if freeze.recurring is None:
        assert freeze.starts and freeze.ends
        return freeze.starts <= instant < freeze.ends
    local = instant.astimezone(ZoneInfo(freeze.zone))
    now, begins, ends = (
        (m.day, m.at)
        for m in (
            Mark(local.weekday(), local.time()),
            freeze.recurring.begins,
            freeze.recurring.ends,
        )
    )
    return begins <= now < ends if begins < ends else now >= begins or now < ends


def brute_collisions(world: World) -> dict[str, Found]:
    """Of every candidate that collides, by key: nothing more, the others, or (hard or soft, until)."""
    brute = Brute(world)
    return {c.name: found for c in world.planned if (found := brute.found(c))}


def brute_sets(world: World) -> set[frozenset[str]]:
    return set(Brute(world).sets.values())
