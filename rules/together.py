"""What must go together: candidates that each need the other's new version, found as groups in who waits for whom (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from rules.candidate import UNRELEASED
from rules.dependencies import Need
from rules.words import Phase
from rules.world import InProduction, Planned, World

FAR = datetime.max.replace(tzinfo=UTC)
UNDER_WAY = frozenset({Phase.RELEASED, Phase.DEPLOYING})
"""Out of people's hands, and not in production yet."""
Accepts = Callable[[Planned], bool]


@dataclass(frozen=True)
class Landscape:
    """How the land lies: a world with what is looked up in it again and again."""

    world: World
    _providers: dict[Need, Planned | None] = field(default_factory=dict)
    _shared: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def shared(self, product: str, other: str) -> tuple[str, ...]:
        """Where two products meet (`World.shared`)."""
        if (product, other) not in self._shared:
            self._shared[product, other] = self.world.shared(product, other)
        return self._shared[product, other]

    def meetings(self, dependent: str, product: str) -> tuple[tuple[str, str], ...]:
        """Where a dependent and what it depends on meet: each common place, else anywhere of both."""
        mine, theirs = self.world.places(dependent), self.world.places(product)
        common = tuple((place, place) for place in theirs if place in mine)
        return common or tuple((one, other) for one in mine for other in theirs)

    @cached_property
    def named(self) -> Mapping[str, Planned]:
        return {each.name: each for each in self.world.planned}

    @cached_property
    def of_product(self) -> Mapping[str, list[Planned]]:
        """The candidates of each product, in order of their names."""
        found: dict[str, list[Planned]] = {}
        for each in sorted(self.world.planned, key=lambda p: p.name):
            found.setdefault(each.product, []).append(each)
        return found

    @cached_property
    def dependents(self) -> Mapping[str, tuple[str, ...]]:
        """The products of which something, planned or in production, needs a product."""
        found: dict[str, set[str]] = {}
        for (product, _), there in self.world.production.items():
            for need in there.needs:
                found.setdefault(need.product, set()).add(product)
        for each in self.world.planned:
            for need in each.needs:
                found.setdefault(need.product, set()).add(each.product)
        return {product: tuple(sorted(others)) for product, others in found.items()}

    def satisfied(self, need: Need, version: str | None) -> bool | None:
        """Whether a version of the product needed will do; None: it can't be compared."""
        if version is None:
            return False
        product = self.world.products.get(need.product)
        if not need.constraint:
            return True
        return self.world.satisfies(
            product.scheme if product else "opaque", version, need.constraint
        )

    def accepted(self, needs: tuple[Need, ...], product: str, version: str) -> bool:
        """Whether all that is needed of a product is satisfied by a version of it."""
        return all(self.satisfied(n, version) for n in needs if n.product == product)

    def overdue(self, each: Planned) -> bool:
        """Whether its deployment should have been done by now."""
        if each.phase not in UNDER_WAY or each.at is None:
            return False
        return each.at + self.world.takes(each.product) <= self.world.now

    def choice(self, product: str, accepts: Accepts) -> Planned | None:
        """The candidate of a product that is likeliest to bring a version that will do."""
        found = [each for each in self.of_product.get(product, ()) if accepts(each)]
        return min(found, key=self._likelihood, default=None)

    def _likelihood(self, each: Planned) -> tuple[bool, datetime, str]:
        runs = each.at is not None and (
            each.phase is Phase.ANNOUNCED or (each.phase in UNDER_WAY and not self.overdue(each))
        )
        return not runs, each.at or FAR, each.name

    def provider(self, need: Need) -> Planned | None:
        """The candidate that would satisfy a need."""
        if need not in self._providers:
            found = self.choice(need.product, lambda each: bool(self.satisfied(need, each.version)))
            self._providers[need] = found
        return self._providers[need]

    def follower(self, dependent: str, product: str, version: str) -> Planned | None:
        """The candidate of a dependent product that works with a version of what it depends on."""
        return self.choice(dependent, lambda each: self.accepted(each.needs, product, version))

    @cached_property
    def together(self) -> Mapping[str, tuple[str, ...]]:
        """For each candidate of a set the others of it, in order of their names."""
        edges = {
            each.name: sorted(set(self._must_not_be_later(each)))
            for each in self.world.planned
            if each.phase in UNRELEASED
        }
        groups = self.world.groups({name: to for name, to in edges.items() if to})
        return {name: tuple(sorted(group - {name})) for group in groups for name in group}

    def _must_not_be_later(self, each: Planned) -> Iterator[str]:
        """The candidates that must be out before it, or go with it."""
        for need in each.needs:
            places = self.shared(each.product, need.product)
            if not all(self._in_production(need, place) for place in places):
                yield from self._unreleased(self.provider(need))
        for dependent in self.dependents.get(each.product, ()):
            meetings = self.meetings(dependent, each.product)
            there = self.world.there
            if any(
                self.broken(each, there(dependent, a), there(each.product, b)) for a, b in meetings
            ):
                yield from self._unreleased(self.follower(dependent, each.product, each.version))

    def _in_production(self, need: Need, place: str) -> bool:
        there = self.world.there(need.product, place)
        return there is not None and bool(self.satisfied(need, there.version))

    def broken(
        self,
        each: Planned,
        dependent: InProduction | Planned | None,
        before: InProduction | Planned | None,
    ) -> Need | None:
        """The need of a dependent that a candidate would leave unsatisfied and what is there before does not."""
        for need in dependent.needs if dependent is not None else ():
            if (
                need.product == each.product
                and not self.satisfied(need, each.version)
                and self.satisfied(need, before.version if before else None)
            ):
                return need
        return None

    @staticmethod
    def _unreleased(found: Planned | None) -> tuple[str, ...]:
        return (found.name,) if found is not None and found.phase in UNRELEASED else ()
