"""A role is lent for a time: who may, to whom, and from when until when (DESIGN 2.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from rules.facts import Actor, Fact, iso
from rules.people import Delegation, seats
from rules.product import Product, Setting
from rules.rights import COORDINATOR, not_allowed
from rules.words import Refused, Role

Delegated = tuple[Product, Fact]
"""The product as it then is, and the fact that says why."""


@dataclass(frozen=True)
class Lending:
    """What is asked for: `role`, held by `behalf`, is `to`'s too from `since` until before `until`.

    Both people are Slack user ids, both instants aware UTC.
    """

    role: Role
    behalf: str
    to: str
    since: datetime
    until: datetime


def direct(setting: Setting, role: Role) -> frozenset[str]:
    """Who holds a role themself: the users named for it, deactivated or not, and able members of groups."""
    holders = setting.product.holders
    named = {h.id for h in holders.get(role, ()) if h.kind == "user"}
    seated = seats(role, holders, setting.people, setting.groups)
    return frozenset(named | {seat.person.id for seat in seated})


def delegate(setting: Setting, asked: Lending, actor: Actor, now: datetime) -> Delegated:
    """Lend a role: the holder their own, the Release Coordinator another holder's, never to themself.

    Refuses: not-your-role, no-chains, not-a-holder, delegation-over, cannot-delegate-to,
    holds-already, already-delegated.
    """
    product = setting.product
    asked = replace(asked, since=max(asked.since, now))
    _require_lender(setting, asked.role, asked.behalf, actor)
    if asked.until <= max(now, asked.since):
        raise Refused("delegation-over", {"since": asked.since, "until": asked.until})
    _require_delegate(setting, asked, actor)
    for each in product.delegations:
        same = (each.role, each.behalf) == (asked.role, asked.behalf)
        if same and each.since < asked.until and asked.since < each.until:
            raise Refused("already-delegated", {"product": product.name, "delegation": each})
    number = 1 + sum(each.role is asked.role for each in product.delegations)
    lent = Delegation(
        f"{asked.role}-{number}", asked.role, asked.behalf, asked.to, asked.since, asked.until
    )
    after = replace(product, delegations=(*product.delegations, lent))
    about = {**_about(lent), "since": iso(lent.since), "until": iso(lent.until)}
    return after, Fact("role.delegated", now, actor, product.name, None, about)


def _require_lender(setting: Setting, role: Role, behalf: str, actor: Actor) -> None:
    product, held = setting.product.name, direct(setting, role)
    if behalf == actor.person:
        if behalf in held:
            return
        if role in actor.hats:
            raise Refused("no-chains", {"product": product, "role": role}, True)
        raise _not_yours(product, frozenset({role}))
    if not COORDINATOR & set(actor.hats):
        raise _not_yours(product, COORDINATOR)
    if behalf not in held:
        raise Refused("not-a-holder", {"product": product, "role": role, "person": behalf})


def _not_yours(product: str, roles: frozenset[Role]) -> Refused:
    refused = not_allowed("delegate", roles)
    refused.about["product"] = product
    return refused


def _require_delegate(setting: Setting, asked: Lending, actor: Actor) -> None:
    person = setting.people.get(asked.to)
    about = {"product": setting.product.name, "role": asked.role, "person": asked.to}
    if asked.to in direct(setting, asked.role):
        raise Refused("holds-already", about)
    lends_to_themself = asked.to == actor.person
    if person is None or not person.able or lends_to_themself:
        raise Refused("cannot-delegate-to", {**about, "yourself": lends_to_themself})


def running(product: Product, role: Role, to: str | None, now: datetime) -> tuple[Delegation, ...]:
    """The delegations of a role, to somebody or to anybody, that hold or are yet to begin."""
    return tuple(
        each
        for each in product.delegations
        if each.role is role and now < each.until and each.since < each.until
        if to in (None, each.to)
    )


def may_end(each: Delegation, actor: Actor) -> bool:
    """The holder, the delegate, or the product's Release Coordinator."""
    return actor.person in (each.behalf, each.to) or bool(COORDINATOR & set(actor.hats))


def end(product: Product, ended: Delegation, actor: Actor, now: datetime) -> Delegated:
    """End one delegation now; one that has not begun never holds.

    Refuses: not-your-role.
    """
    if not may_end(ended, actor):
        raise _not_yours(product.name, frozenset({ended.role}) | COORDINATOR)
    cut = replace(ended, until=max(now, ended.since))
    after = tuple(cut if each.id == ended.id else each for each in product.delegations)
    fact = Fact("delegation.ended", now, actor, product.name, None, _about(ended))
    return replace(product, delegations=after), fact


def _about(each: Delegation) -> dict[str, Any]:
    return {"id": each.id, "role": each.role, "behalf": each.behalf, "to": each.to}
