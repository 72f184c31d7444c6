"""`db replay`: the operator puts a candidate's row back as its facts make it (DESIGN 2.7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from commands.dispatch import Desk
from commands.notices import announce_facts
from commands.planning import setting_of
from rules.facts import Actor, Fact
from rules.people import Holder
from rules.product import Product
from rules.restoring import put_back
from rules.words import Role
from storage.faults import Unavailable
from storage.hands import Hands, difference
from storage.writing import Transaction

OPERATOR = Actor(None, (), "command line")
MOST = 100_000
"""Facts of one candidate."""


def replay(desk: Desk, name: str) -> tuple[str, ...]:
    """What the row of `payments@2.4.1#3` said otherwise than its facts, now put back; nothing: it fits.

    Raises Unavailable where no fact names it, or its facts can't be relied on either.
    """
    with desk.database.write(desk.clock) as tx:
        made = tx.made([name]).get(name)
        if made is None:
            raise Unavailable(
                f"No fact names {name}: write it with its build, as payments@2.4.1#3."
            )
        if isinstance(made, str):
            raise Unavailable(
                f"{name} can't be put back, its facts can't be relied on either ({made}): restore a backup."
            )
        held = _put_back_holders(tx, made.product)
        differed = tuple(tx.differing_of(name))
        if not differed:
            return held
        facts = [entry.fact for entry in tx.facts(candidate=name, limit=MOST)]
        setting = setting_of(tx, made, tx.now)
        decision = put_back(made, facts, differed, setting, OPERATOR, tx.now)
        stored = tx.restore(decision)
        announce_facts(tx, stored, decision, setting)
        return (*differed, *held)


def _put_back_holders(tx: Transaction, name: str) -> tuple[str, ...]:
    """Who holds a product's roles as its facts tell it: a fact; what the row said instead, if it did.

    Whoever comes back holds the role from now on, so that their notice begins anew.
    """
    company, hands = tx.company(), tx.hands(name)
    product = company.products[name]
    differed = difference(product, hands)
    if hands is None or differed is None:
        return ()
    tx.put_company(
        products=[replace(product, holders=_held(product, hands, tx.now))],
        calendars=(),
        installation=company.installation,
        people_calendars={},
    )
    about = {"differed": differed}
    tx.save_facts(Fact("holders.restored", tx.now, OPERATOR, name, None, about))
    return (differed,)


def _held(product: Product, hands: Hands, now: datetime) -> dict[Role, tuple[Holder, ...]]:
    known = {(role, h.id): h for role, held in product.holders.items() for h in held}

    def holder(role: Role, named: str) -> Holder:
        kind = "group" if named.startswith("S") else "user"
        return known.get((role, named)) or Holder(kind, named, now)

    return {role: tuple(holder(role, named) for named in ids) for role, ids in hands.items()}
