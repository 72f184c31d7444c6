"""`product`: all that is known of a product, and what it needs, where it goes and how long that takes."""

from __future__ import annotations

import re
from typing import Any

from commands.act import Act
from commands.declare import Edit, declare_edit
from commands.estate import (
    NO_MORE,
    actor_of,
    channels,
    environments_named,
    names_in,
    word_of,
)
from commands.naming import product_named
from commands.planning import world_of
from commands.request import Reply
from rules.editing import Edited, depend, go_to, take
from rules.freezes import LONGEST, windows
from rules.product import Product
from rules.words import Refused
from rules.world import ANYWHERE, World

FIRST = re.compile(r"\s*(?P<name>[^\s@]+)(?:@\S*)?\s*")
NEEDS = re.compile(r"needs\s+(?P<other>[^\s<>=!~^]+)\s*(?P<versions>.*)", re.IGNORECASE | re.DOTALL)
GOES = re.compile(r"goes\s+(?:to\s+)?(?P<places>.+)", re.IGNORECASE | re.DOTALL)
TAKES = re.compile(r"takes\b(?P<length>.*)", re.IGNORECASE | re.DOTALL)


def run(act: Act) -> Reply:
    """What is known of a product, or of which there are; with words after it, an edit.

    Refuses: unknown-product, no-products, say-what-to-edit, and what the rules of editing refuse.
    """
    first = FIRST.match(act.request.text)
    products = list(act.company.products.values())
    if first is None and len(products) != 1:
        return _listed(act, products)
    name = first["name"] if first else products[0].name
    product = product_named(act.reader, act.tools, word_of(name))
    said = act.request.text[first.end() :].strip() if first else ""
    return _edited(act, product, said) if said else _shown(act, product)


def _listed(act: Act, products: list[Product]) -> Reply:
    """Refuses: no-products."""
    if not products:
        raise Refused("no-products", {})
    return Reply("products", {"products": sorted(products, key=lambda p: p.name)})


def _shown(act: Act, product: Product) -> Reply:
    there = world_of(act.reader, act.tools, act.now)
    others = sorted(act.company.products.values(), key=lambda p: p.name)
    about = {
        "product": product,
        "places": [_place(there, product, name) for name in there.places(product.name)],
        "takes": there.takes(product.name),
        "needed_by": [(p.name, n) for p in others for n in p.needs if n.product == product.name],
        "together": _together(act, product),
        "freezes": _freezes(act, product),
    }
    return Reply("product", about)


def _place(there: World, product: Product, name: str) -> dict[str, Any]:
    return {
        "name": None if name == ANYWHERE else name,
        "environment": there.environments.get(name),
        "there": there.there(product.name, name),
    }


def _freezes(act: Act, product: Product) -> list[dict[str, Any]]:
    """The freezes that bind it and are not over, each with its next stretch."""
    places = product.environments or (ANYWHERE,)
    found = []
    for freeze in act.company.freezes.values():
        ahead = next(windows(freeze, act.now, act.now + LONGEST), None)
        if ahead is not None and freeze.binds(product.name, places):
            found.append({"freeze": freeze, "span": ahead})
    return sorted(found, key=lambda each: each["span"].start)


def _together(act: Act, product: Product) -> list[str]:
    """The other products that need it and that it needs, round in a circle: they go together."""
    known = {p.name: p for p in act.company.products.values()} | {product.name: product}
    edges = {name: [n.product for n in each.needs] for name, each in known.items()}
    for group in act.tools.groups(edges):
        if product.name in group:
            return sorted(group - {product.name})
    return []


def _edited(act: Act, product: Product, said: str) -> Reply:
    """Refuses: say-what-to-edit, and whatever is wrong with what is said."""
    needs, goes = NEEDS.fullmatch(said), GOES.fullmatch(said)
    if needs is not None:
        return _needs(act, product, needs["other"], needs["versions"].strip())
    if goes is not None:
        return _goes(act, product, goes["places"])
    return _takes(act, product, said)


def _needs(act: Act, product: Product, word: str, versions: str) -> Reply:
    other = product_named(act.reader, act.tools, word_of(word))
    constraint = None
    if not NO_MORE.fullmatch(versions):
        constraint = _constraint(act, other, versions)
    made = depend(product, other.name, constraint, actor_of(act, product), act.now)
    about = {"other": other.name, "constraint": constraint, "together": _together(act, made[0])}
    return Reply("product-needs", {**about, **_saved(act, made)})


def _constraint(act: Act, other: Product, versions: str) -> str:
    """Refuses: odd-constraint, with the product that it is about."""
    try:
        return act.tools.constraint(other.scheme, versions)
    except Refused as refused:
        refused.about.setdefault("product", other.name)
        raise


def _goes(act: Act, product: Product, places: str) -> Reply:
    gone = names_in(NO_MORE.sub("", places)) if NO_MORE.search(places) else []
    unknown = [place for place in gone if place not in product.environments]
    named = environments_named(act, " ".join(unknown) if gone else places)
    if gone:
        named = tuple(place for place in product.environments if place not in gone)
    made = go_to(product, named, actor_of(act, product), act.now)
    return Reply("product-goes", _saved(act, made))


def _takes(act: Act, product: Product, said: str) -> Reply:
    length = TAKES.fullmatch(said)
    if length is None:
        raise Refused("say-what-to-edit", {"product": product.name, "text": said})
    no_more = NO_MORE.search(length["length"])
    occupies = None if no_more else act.tools.duration(length["length"])
    made = take(product, occupies, actor_of(act, product), act.now)
    return Reply("product-takes", _saved(act, made))


def _saved(act: Act, made: Edited) -> dict[str, Any]:
    """Write an edit, if it is one; what its answer needs to know."""
    after, facts = made
    if facts:
        where = channels(act.company, [after.name])
        edit = Edit(facts, where, products=(after,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    return {"product": after, "changed": bool(facts)}
