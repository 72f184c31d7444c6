"""`owners`: who owns which state, of one product or of all."""

from __future__ import annotations

from commands.act import Act
from commands.naming import product_named
from commands.request import Reply
from commands.standing import mentions
from rules.product import Product
from rules.words import Role


def run(act: Act) -> Reply:
    """The four roles and who holds them now; vacant ones say so."""
    products = act.company.products
    word = act.request.text.strip().partition("@")[0].partition(" ")[0]
    shown = list(products.values())
    if word or not products:
        shown = [product_named(act.reader, act.tools, word)]
    return Reply("owners", {"products": [_roles(act, product) for product in shown]})


def _roles(act: Act, product: Product) -> dict[str, object]:
    setting = act.setting(product, None)
    return {
        "product": product,
        "roles": [
            {
                "role": role,
                "owners": mentions(product, role),
                "vacant": not setting.seats(role),
                "delegates": [seat for seat in setting.seats(role) if seat.behalf],
            }
            for role in Role
        ],
    }
