"""The world that collisions are seen in: everything planned, what is in production, and where it goes (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from rules.candidate import UNRELEASED, Candidate
from rules.collision import Collision
from rules.dependencies import Need
from rules.environments import OCCUPIES, Environment
from rules.freezes import Freeze
from rules.product import Product
from rules.resources import Resource, Use
from rules.words import Phase

ANYWHERE = ""
"""The environment of a product that declares none."""
Edges = Mapping[str, Collection[str]]
Satisfies = Callable[[str, str, str], bool | None]
"""Scheme, version, constraint -> whether it does; None: they can't be compared."""
Newer = Callable[[str, str, str], bool | None]
"""Scheme, a, b -> whether a is newer than b; None: they can't be compared."""
Groups = Callable[[Edges], Sequence[frozenset[str]]]
"""Who points to whom -> the groups in which everybody leads to everybody, single ones left out."""


@dataclass(frozen=True)
class Planned:
    """A candidate not ended yet, reduced to what plans collide by. All times aware UTC."""

    name: str
    product: str
    version: str
    phase: Phase
    at: datetime | None
    """Its release time, planned or, of one released, when it was; None: it waits."""
    announced_at: datetime
    needs: tuple[Need, ...] = ()
    uses: tuple[Use, ...] = ()
    """Its own, beside its product's."""
    waived: frozenset[str] = frozenset()
    """Keys of the violations asserted in spite of."""
    overridden: frozenset[str] = frozenset()
    """Names of the freezes overridden for it."""
    collisions: tuple[Collision, ...] = ()
    """Those that are open on it as stored."""
    together: tuple[str, ...] = ()
    """The whole names of the others of its set."""


NOT_ENDED = UNRELEASED | {Phase.RELEASED, Phase.DEPLOYING, Phase.FAILED}
"""On their way, or half-way."""


def planned(candidate: Candidate) -> Planned | None:
    """A candidate as plans see it; None: it has ended, and no plan rests on it any more."""
    if candidate.phase not in NOT_ENDED:
        return None
    unreleased = candidate.phase in UNRELEASED
    open_violations = {each.key for each in candidate.violations}
    waived = {each.key for each in candidate.collisions if each.waived_by is not None}
    return Planned(
        name=candidate.name,
        product=candidate.product,
        version=candidate.version,
        phase=candidate.phase,
        at=candidate.release_at if unreleased else candidate.released_at,
        announced_at=candidate.announced_at,
        needs=candidate.needs,
        uses=candidate.uses,
        waived=frozenset(waived - open_violations),
        overridden=frozenset(each.freeze for each in candidate.overrides),
        collisions=candidate.collisions,
        together=candidate.together,
    )


@dataclass(frozen=True)
class InProduction:
    """What is in production in one environment."""

    version: str | None
    """None: nothing is any more."""
    needs: tuple[Need, ...] = ()
    candidate: str | None = None
    since: datetime | None = None
    rolled_back: str | None = None
    """The version that was there before and was rolled back."""
    rolled_back_at: datetime | None = None


@dataclass(frozen=True)
class World:
    """Everything a collision rests on, as it is `now` (aware UTC)."""

    now: datetime
    products: Mapping[str, Product]
    planned: tuple[Planned, ...] = ()
    production: Mapping[tuple[str, str], InProduction] = field(default_factory=dict)
    """By product and environment; `ANYWHERE` for one recorded before it had environments."""
    environments: Mapping[str, Environment] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    freezes: Mapping[str, Freeze] = field(default_factory=dict)
    satisfies: Satisfies = lambda scheme, version, constraint: version == constraint
    newer: Newer = lambda scheme, a, b: None
    groups: Groups = lambda edges: ()

    def places(self, product: str) -> tuple[str, ...]:
        """The environments a product goes to."""
        known = self.products.get(product)
        return (known.environments if known else ()) or (ANYWHERE,)

    def shared(self, product: str, other: str) -> tuple[str, ...]:
        """Where two products meet: their common environments, else all of the second's."""
        mine, theirs = self.places(product), self.places(other)
        return tuple(place for place in theirs if place in mine) or theirs

    def there(self, product: str, environment: str) -> InProduction | None:
        """What is in production of a product in an environment; None: nothing ever was."""
        found = self.production.get((product, environment))
        if found is None and environment == ANYWHERE:
            return self._newest(product)
        return found or self.production.get((product, ANYWHERE))

    def _newest(self, product: str) -> InProduction | None:
        """Of a product whose environments were taken away: what came last, wherever that was."""
        rows = [there for (name, _), there in self.production.items() if name == product]
        return max(
            rows, key=lambda there: there.since or datetime.min.replace(tzinfo=UTC), default=None
        )

    def occupies(self, product: str, environment: str) -> timedelta:
        """How long a release of a product occupies an environment."""
        known, place = self.products.get(product), self.environments.get(environment)
        if known is not None and known.occupies is not None:
            return known.occupies
        return place.occupies if place else OCCUPIES

    def takes(self, product: str) -> timedelta:
        """How long a release of a product takes in all its environments."""
        return max(self.occupies(product, place) for place in self.places(product))
