"""A product is edited in what it needs, where it goes and how long that takes (DESIGN 2.1, 2.6)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from rules.apply import decide
from rules.candidate import Candidate
from rules.dependencies import Need
from rules.facts import Actor, Decision, Fact, fact
from rules.phases import require_unreleased
from rules.plans import needs_about
from rules.product import Product
from rules.resources import Use
from rules.rights import DEPLOYERS, Hats, require_any, require_of
from rules.words import Refused

T = TypeVar("T")
Edited = tuple[Product, tuple[Fact, ...]]
"""The product as it then is, and the fact that says so; none where nothing is other than before."""


def depend(
    product: Product, other: str, constraint: str | None, actor: Actor, now: datetime
) -> Edited:
    """Need these versions of another product, any for `""`; None: none of it any more.

    For the next candidates on: those announced keep what they were announced with.
    Refuses: not-your-role, needs-itself.
    """
    require_of("product", product.name, actor)
    if other == product.name:
        raise Refused("needs-itself", {"product": product.name})
    was = next((n.constraint for n in product.needs if n.product == other), None)
    new = None if constraint is None else Need(other, constraint)
    needs = _with(product.needs, new, lambda each: each.product == other)
    about = {
        "needs": needs_about(needs),
        "other": other,
        "constraint": constraint,
        "was": was,
    }
    return _edited(product, replace(product, needs=needs), actor, now, edit="needs", **about)


def go_to(product: Product, environments: Sequence[str], actor: Actor, now: datetime) -> Edited:
    """Go to these environments, each once, and to no others. Refuses: not-your-role."""
    require_of("product", product.name, actor)
    places = tuple(dict.fromkeys(environments))
    about = {"environments": list(places), "was": list(product.environments)}
    after = replace(product, environments=places)
    return _edited(product, after, actor, now, edit="environments", **about)


def take(product: Product, occupies: timedelta | None, actor: Actor, now: datetime) -> Edited:
    """Occupy an environment so long; None: as long as the environment says. Refuses: not-your-role."""
    require_of("product", product.name, actor)
    about = {"occupies": _seconds(occupies), "was": _seconds(product.occupies)}
    after = replace(product, occupies=occupies)
    return _edited(product, after, actor, now, edit="occupies", **about)


def use(product: Product, resource: str, asked: Use | None, actor: Actor, now: datetime) -> Edited:
    """Need a resource for each release, like this; None: not any more. Refuses: not-your-role."""
    require_of("resource", product.name, actor)
    was = next((u for u in product.uses if u.resource == resource), None)
    uses = _with(product.uses, asked, lambda each: each.resource == resource)
    about = {
        "uses": [each.about() for each in uses],
        "resource": resource,
        "use": asked and asked.about(),
        "was": was and was.about(),
    }
    return _edited(product, replace(product, uses=uses), actor, now, edit="uses", **about)


def book(
    candidate: Candidate, resource: str, asked: Use | None, actor: Actor, now: datetime
) -> Decision:
    """Need a resource for this candidate, beside those of every release; None: not any more.

    By those who deploy. Refuses: not-your-role, and the ended phases.
    """
    require_any("resource", DEPLOYERS, Hats(actor, {candidate.product: actor}))
    require_unreleased(candidate)
    uses = _with(candidate.uses, asked, lambda each: each.resource == resource)
    if uses == candidate.uses:
        return Decision()
    about = [each.about() for each in uses]
    return decide(candidate, fact("resources.booked", candidate, actor, now, uses=about))


def _with(old: Sequence[T], new: T | None, same: Callable[[T], bool]) -> tuple[T, ...]:
    """The sequence with `new` in the place of what is the same, else at its end."""
    if new is not None and any(same(each) for each in old):
        return tuple(new if same(each) else each for each in old)
    kept = [each for each in old if not same(each)]
    return tuple(kept) if new is None else (*kept, new)


def _edited(old: Product, new: Product, actor: Actor, now: datetime, **about: Any) -> Edited:
    if new == old:
        return old, ()
    told = {"lines": [], **about}
    return new, (Fact("product.changed", now, actor, new.name, None, told),)


def _seconds(length: timedelta | None) -> int | None:
    return None if length is None else int(length.total_seconds())
