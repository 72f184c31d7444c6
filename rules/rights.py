"""Who may do what, looked up at the press and never when the button was drawn (DESIGN 2.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.candidate import Candidate, Halt
from rules.facts import Actor
from rules.people import Groups
from rules.product import Product, Setting
from rules.words import OWNER, Refused, Role, State

EVERY_ROLE = frozenset(Role)
PLANNERS = frozenset({Role.PRODUCT_OWNER, Role.RELEASE_COORDINATOR})
DEPLOYERS = frozenset({Role.OPERATIONS_COORDINATOR, Role.RELEASE_COORDINATOR})
COORDINATOR = frozenset({Role.RELEASE_COORDINATOR})

MAY: Mapping[str, frozenset[Role]] = {
    "halt": EVERY_ROLE,
    "extend": EVERY_ROLE,
    "reschedule": PLANNERS,
    "go": COORDINATOR,
    "withdraw": PLANNERS,
    "hotfix": EVERY_ROLE,
    "deploying": DEPLOYERS,
    "deployed": DEPLOYERS,
    "failed": DEPLOYERS,
    "rolled-back": DEPLOYERS,
    "criteria": COORDINATOR,
    "product": COORDINATOR,
    "environment": COORDINATOR,
    "resource": COORDINATOR,
    "freeze": COORDINATOR,
}
"""Which roles may say a verb. Announce, assert, revoke and lift have conditions of their own below."""


def require(verb: str, actor: Actor) -> None:
    """Refuse with `not-your-role` unless the actor wears one of the verb's hats."""
    if not MAY[verb] & set(actor.hats):
        raise not_allowed(verb, MAY[verb])


@dataclass(frozen=True)
class Hats:
    """Who asks, and the hats they wear for each product that an act concerns."""

    asker: Actor
    worn: Mapping[str, Actor]
    """By product, the asker as they act there."""
    concerned: bool = True
    """False where the act concerns no product: then these are all there are."""

    def lacking(self, roles: frozenset[Role]) -> list[str]:
        """The products for which they wear none of these hats."""
        return [name for name, actor in self.worn.items() if not roles & set(actor.hats)]


def require_over(verb: str, hats: Hats) -> Actor:
    """One of the verb's hats for every product concerned; where none is, for any. Who then acts.

    What the operator says is the catalogue's. Refuses: not-your-role, not-of-every-product.
    """
    if hats.asker.is_operator:
        return hats.asker
    lacking = hats.lacking(MAY[verb])
    if not hats.concerned or len(lacking) in (0, len(hats.worn)):
        return require_any(verb, MAY[verb], hats)
    about = {
        "verb": verb,
        "roles": [r for r in Role if r in MAY[verb]],
        "products": lacking,
        "yours": [name for name in hats.worn if name not in lacking],
    }
    raise Refused("not-of-every-product", about, True)


def require_any(verb: str, roles: frozenset[Role], hats: Hats) -> Actor:
    """One of these hats for any of the products. Who then acts. Refuses: not-your-role."""
    for actor in hats.worn.values():
        if roles & set(actor.hats):
            return actor
    refused = not_allowed(verb, roles)
    if hats.worn:
        refused.about["product"] = next(iter(hats.worn))
    raise refused


def require_of(verb: str, product: str, actor: Actor) -> None:
    """One of the verb's hats for a product, or the operator's word. Refuses: not-your-role."""
    require_over(verb, Hats(actor, {product: actor}))


def require_state(verb: str, state: State, actor: Actor) -> None:
    """Refuse with `not-your-state` unless the actor wears the hat that owns `state`."""
    if OWNER[state] not in actor.hats:
        owner = OWNER[state]
        raise Refused("not-your-state", {"verb": verb, "state": state, "roles": [owner]}, True)


def not_allowed(verb: str, roles: frozenset[Role]) -> Refused:
    """The refusal that names the roles that may."""
    return Refused("not-your-role", {"verb": verb, "roles": [r for r in Role if r in roles]}, True)


def require_announcer(setting: Setting, actor: Actor) -> None:
    """A role holder, a listed announcer (a user or a member of a listed group), anyone by choice.

    The operator's command line may announce too: it is for the day Slack is down.
    """
    if actor.is_operator or actor.hats:
        return
    if not lists_as_announcer(setting.product, actor.person, setting.groups):
        raise Refused("not-an-announcer", {"verb": "announce", "roles": list(Role)}, True)


def lists_as_announcer(product: Product, person: str | None, groups: Groups) -> bool:
    """Whether a product names somebody as an announcer: themself, a group of theirs, or anyone."""
    of_theirs = {i for i, group in groups.items() if person in group.members}
    return product.anyone_announces or bool({person, *of_theirs} & set(product.announcers))


def answerable(halt: Halt) -> frozenset[Role]:
    """The roles that answer for a halt: any the halter wore; the operator's, the Release Coordinator."""
    return frozenset(halt.hats) or COORDINATOR


def require_lifter(halt: Halt, actor: Actor) -> None:
    """A holder of any role that answers for the halt."""
    if not answerable(halt) & set(actor.hats):
        raise not_allowed("lift", answerable(halt))


def require_withdrawer(candidate: Candidate, actor: Actor) -> None:
    """Product Owner or Release Coordinator; the announcer too until the first assertion."""
    if actor.person is not None and actor.person == candidate.announced_by:
        if not candidate.assertions:
            return
        if not PLANNERS & set(actor.hats):
            raise Refused("already-asserted", {"verb": "withdraw", "roles": list(PLANNERS)}, True)
    require("withdraw", actor)
