"""What the verbs about products, environments, resources and freezes share: whom it concerns, and what is named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TypeVar

from commands.act import Act
from commands.naming import product_named
from rules.facts import Actor
from rules.freezes import Freeze
from rules.product import Product, Setting
from rules.resources import Use
from rules.rights import Hats
from rules.words import Refused
from rules.world import ANYWHERE
from storage.company import Company

T = TypeVar("T")
BECAUSE = re.compile(r"(?:(?:^|\s)because|:)\s+(?P<reason>.+)", re.IGNORECASE | re.DOTALL)
APART = re.compile(r"(?:[\s,;&]|\band\b)+", re.IGNORECASE)
"""What stands between names."""
CAPACITY = re.compile(r"\bcapacity\s+(?P<number>[0-9]{1,9})(?!\S)", re.IGNORECASE)
TAKES = re.compile(r"\btakes\s+(?P<length>[0-9].*)", re.IGNORECASE | re.DOTALL)
NO_MORE = re.compile(r"\s*\bno\s+(?:more|longer)\s*$", re.IGNORECASE)
"""At the end of what is taken back."""


def word_of(text: str) -> str:
    """A name as people write it, as names are kept."""
    return text.strip().rstrip(",:;").casefold()


def names_in(text: str) -> list[str]:
    """The names of a list, however they are joined, each once."""
    return list(dict.fromkeys(word_of(each) for each in APART.split(text) if each))


def hats(act: Act, products: Iterable[str]) -> Hats:
    """The caller's hats for these products, or for all where there are none, looked up now."""
    known = act.company.products
    named = [name for name in products if name in known]
    worn = {name: actor_of(act, known[name]) for name in named or known}
    return Hats(Actor(act.person, (), act.request.caller.door), worn, bool(named))


def actor_of(act: Act, product: Product) -> Actor:
    """The caller with the hats they wear for one product; asks the database nothing."""
    company = act.company
    return act.actor(Setting(product, company.people, company.groups, at=act.now))


def going_to(company: Company, environment: str) -> list[str]:
    """The products that go to an environment."""
    return [p.name for p in company.products.values() if environment in p.environments]


def using(company: Company, resource: str) -> list[tuple[Product, Use]]:
    """The products each release of which needs a resource, and how."""
    return [
        (product, use)
        for product in company.products.values()
        for use in product.uses
        if use.resource == resource
    ]


def bound(company: Company, freeze: Freeze) -> list[str]:
    """The products that a freeze binds, or would were it not lifted or over."""
    return [
        product.name
        for product in company.products.values()
        if freeze.binds(product.name, product.environments or (ANYWHERE,))
    ]


def channels(company: Company, products: Iterable[str]) -> tuple[str, ...]:
    """The channels of these products; where there are none, the installation's."""
    found = {company.products[name].channel for name in products if name in company.products}
    own = company.installation.channel
    return tuple(sorted(found)) or ((own,) if own else ())


def named(act: Act, what: str, text: str, known: Mapping[str, T]) -> T:
    """The environment, resource or freeze of that name.

    Refuses: unknown-environment, unknown-resource, unknown-freeze, and where there are none at all
    no-environments, no-resources, no-freezes.
    """
    word = word_of(text)
    if word in known:
        return known[word]
    near = act.tools.near(word, list(known))
    about = {"word": text.strip(), "near": near, "known": sorted(known)}
    if what == "environment":
        raise Refused("unknown-environment" if known else "no-environments", about)
    if what == "resource":
        raise Refused("unknown-resource" if known else "no-resources", about)
    raise Refused("unknown-freeze" if known else "no-freezes", about)


def products_named(act: Act, text: str) -> tuple[str, ...]:
    """The products of a list. Refuses: unknown-product."""
    return tuple(product_named(act.reader, act.tools, word).name for word in names_in(text))


def environments_named(act: Act, text: str) -> tuple[str, ...]:
    """The environments of a list. Refuses: unknown-environment, no-environments."""
    known = act.company.environments
    return tuple(named(act, "environment", word, known).name for word in names_in(text))


def capacity_in(text: str) -> tuple[int | None, str]:
    """`capacity 2` anywhere in a text, and the text without it; None: it is not said."""
    found = CAPACITY.search(text)
    if found is None:
        return None, text
    return int(found["number"]), f"{text[: found.start()]} {text[found.end() :]}".strip()


def takes_in(act: Act, text: str) -> tuple[timedelta | None, str]:
    """`takes 45m` at the end of a text, and the text without it. Refuses: odd-time."""
    found = TAKES.search(text)
    if found is None:
        return None, text
    return act.tools.duration(found["length"]), text[: found.start()].strip()
