"""How things are expected to go: which planned releases count on, and what is then in production when (DESIGN 2.6)."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rules.candidate import UNRELEASED
from rules.collision import VIOLATIONS
from rules.dependencies import Need
from rules.together import UNDER_WAY, Landscape
from rules.words import Phase
from rules.world import InProduction, Planned

There = InProduction | Planned
SEEN = UNRELEASED | {Phase.RELEASED}
"""The candidates that plans are looked at for: whose deployment has not begun."""


@dataclass(frozen=True)
class Violation:
    """A need that is not satisfied when it is due, before anything is said of why."""

    kind: str
    of: str
    need: Need
    there: There | None
    """What is expected there instead."""

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.of}"


@dataclass
class Course:
    """Walks the planned releases in order of time, each set as one; what violates a need counts on nobody."""

    land: Landscape
    effective: dict[str, list[tuple[datetime, Planned]]] = field(default_factory=dict)
    """By product: those expected to be in production, and from when on, earliest first."""
    violations: dict[str, tuple[Violation, ...]] = field(default_factory=dict)
    units: Mapping[str, tuple[Planned, ...]] = field(init=False)
    """Each candidate looked at, with its set."""

    def __post_init__(self) -> None:
        world, units = self.land.world, list(self._units())
        self.units = {each.name: unit for unit in units for each in unit}
        for each in world.planned:
            if each.phase in UNDER_WAY and each.at is not None and not self.land.overdue(each):
                self._expect(each, each.at)
        for unit in sorted(units, key=lambda unit: (self.time(unit), unit[0].name)):
            self._walk(unit, self.time(unit))

    def _units(self) -> Iterator[tuple[Planned, ...]]:
        seen: set[str] = set()
        for each in sorted(self.land.world.planned, key=lambda p: p.name):
            if each.name in seen or each.phase not in SEEN:
                continue
            others = self.land.together.get(each.name, ())
            seen |= {each.name, *others}
            yield (each, *(self.land.named[name] for name in others))

    def time(self, unit: Sequence[Planned]) -> datetime:
        """When a unit goes out: at the latest of its members' times; one that waits is looked at now."""
        return max((m.at for m in unit if m.at is not None), default=self.land.world.now)

    def _walk(self, unit: tuple[Planned, ...], at: datetime) -> None:
        found = {each.name: tuple(self._violated(each, unit, at)) for each in unit}
        self.violations |= found
        if all(
            member.phase is Phase.ANNOUNCED
            and member.at is not None
            and not any(v.key not in member.waived for v in found[member.name])
            for member in unit
        ):
            for member in unit:
                self._expect(member, at)

    def _expect(self, each: Planned, at: datetime) -> None:
        listed = self.effective.setdefault(each.product, [])
        end = at + self.land.world.takes(each.product)
        insort(listed, (end, each), key=lambda pair: (pair[0], pair[1].name))

    def end_of(self, each: Planned) -> datetime | None:
        """From when on a candidate is expected to be in production; None: it can't be counted on."""
        found = (at for at, one in self.effective.get(each.product, ()) if one.name == each.name)
        return next(found, None)

    def expected(
        self, product: str, place: str, at: datetime, unit: Sequence[Planned] = ()
    ) -> There | None:
        """What is expected of a product in a place at an instant; whoever goes together is there."""
        for member in reversed(unit):
            if member.product == product:
                return member
        planned = [one for end, one in self.effective.get(product, ()) if end <= at]
        return planned[-1] if planned else self.land.world.there(product, place)

    def _there(
        self, each: Planned, product: str, place: str, at: datetime, unit: Sequence[Planned] = ()
    ) -> There | None:
        """What is expected when a candidate goes; of one that has gone, what was let go no later is there."""
        if each.phase is not Phase.RELEASED:
            return self.expected(product, place, at, unit)
        gone = [
            one
            for one in self.land.of_product.get(product, ())
            if one.name != each.name and one.phase in UNDER_WAY and one.at and one.at <= at
        ]
        last = max(gone, key=lambda one: (one.at or at, one.name), default=None)
        return last or self.land.world.there(product, place)

    def _violated(
        self, each: Planned, unit: Sequence[Planned], at: datetime
    ) -> Iterator[Violation]:
        """Each violation once, by its key."""
        found = {v.key: v for v in self._breaking(each, unit, at)}
        return iter(({v.key: v for v in self._lacking(each, unit, at)} | found).values())

    def _lacking(self, each: Planned, unit: Sequence[Planned], at: datetime) -> Iterator[Violation]:
        for need in each.needs:
            for place in self.land.shared(each.product, need.product):
                there = self._there(each, need.product, place, at, unit)
                if not self.land.satisfied(need, there.version if there else None):
                    yield Violation("needs", need.product, need, there)
                    break

    def _breaking(
        self, each: Planned, unit: Sequence[Planned], at: datetime
    ) -> Iterator[Violation]:
        others = [member for member in unit if member.name != each.name]
        for dependent in self.land.dependents.get(each.product, ()):
            if dependent == each.product:
                continue
            for place, own in self.land.meetings(dependent, each.product):
                there = self._there(each, dependent, place, at, others)
                before = self._there(each, each.product, own, at, others)
                need = self.land.broken(each, there, before)
                if need is not None:
                    yield Violation("breaks", dependent, need, there)
                    break


def waived(each: Planned, violation: Violation) -> bool:
    """Whether Organization was asserted in spite of it."""
    return violation.kind in VIOLATIONS and violation.key in each.waived
