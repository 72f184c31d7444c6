"""Who holds a product's roles, as the facts tell it, beside what its row says (DESIGN 2.7)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, bindparam, literal_column, select

from rules.product import Product
from rules.words import Role
from storage.chain import fact_from
from storage.tables import HANDS, facts

OF = (
    select(facts.c.body)
    .where(literal_column(str(HANDS)), facts.c.product == bindparam("product"))
    .order_by(facts.c.id)
)

Hands = Mapping[Role, tuple[str, ...]]
"""The ids of users and user groups, by role."""


def by_facts(connection: Connection, product: str) -> Hands | None:
    """Who holds each role by the last fact about it; None where no fact says anything."""
    told = [fact_from(body) for body in connection.execute(OF, {"product": product}).scalars()]
    return {Role(f.about["role"]): tuple(f.about["to"]) for f in told} or None


def difference(product: Product, hands: Hands | None) -> str | None:
    """In what a product's row differs from its facts, a sentence; None: nothing, or no fact says."""
    for role in Role if hands is not None else ():
        held = tuple(holder.id for holder in product.holders.get(role, ()))
        told = hands.get(role, ()) if hands else ()
        if held != told:
            whose = f"{product.name}: {role.label}"
            return f"{whose} is {_listed(held)} in its row, and {_listed(told)} by its facts"
    return None


def _listed(ids: tuple[str, ...]) -> str:
    return ", ".join(ids) or "nobody"
