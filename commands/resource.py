"""`resource`: what releases need, who needs it and when, and how many may have it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from commands.act import Act
from commands.declare import Edit, declare_edit
from commands.estate import (
    NO_MORE,
    actor_of,
    capacity_in,
    channels,
    hats,
    named,
    using,
    word_of,
)
from commands.naming import meant, product_named
from commands.planning import world_of
from commands.request import Reply
from rules.candidate import Candidate
from rules.declaring import declare_resource
from rules.editing import book, use
from rules.product import Product
from rules.resources import Resource, Use
from rules.words import Phase, Refused

ADD = re.compile(r"add\b\s*(?P<name>\S*)\s*(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
NEEDS = re.compile(
    r"(?P<who>\S+(?:\s+\S+)?)\s+needs\s+(?P<what>\S+)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
PART = re.compile(r"(?:^|\s)(before|for)\s+", re.IGNORECASE)
BOOKED = frozenset({Phase.ANNOUNCED, Phase.RELEASED, Phase.DEPLOYING})
"""The phases in which a candidate's bookings count."""


def run(act: Act) -> Reply:
    """All resources, or one; with words after it, an edit, or what a product or a candidate needs.

    Refuses: unknown-resource, no-resources, say-what-of-resource, odd-time, and what the rules of
    declaring and editing refuse.
    """
    text = act.request.text.strip()
    add, needs = ADD.fullmatch(text), NEEDS.fullmatch(text)
    if add is not None:
        return _declared(act, word_of(add["name"]), add["rest"])
    if needs is not None:
        return _needed(act, needs["who"], needs["what"], needs["rest"])
    if not text:
        return _listed(act)
    name, _, said = text.partition(" ")
    resource = named(act, "resource", name, act.company.resources)
    return _resized(act, resource, said) if said.strip() else _shown(act, resource)


def _listed(act: Act) -> Reply:
    """Refuses: no-resources."""
    resources = sorted(act.company.resources.values(), key=lambda r: r.name)
    if not resources:
        raise Refused("no-resources", {"word": "", "near": [], "known": []})
    rows = [
        {"resource": each, "products": [p.name for p, _ in using(act.company, each.name)]}
        for each in resources
    ]
    return Reply("resources", {"rows": rows})


def _shown(act: Act, resource: Resource) -> Reply:
    about = {
        "resource": resource,
        "products": [(p.name, each) for p, each in using(act.company, resource.name)],
        "bookings": sorted(_bookings(act, resource.name), key=lambda b: (b["start"], b["end"])),
    }
    return Reply("resource", about)


def _bookings(act: Act, resource: str) -> Iterator[dict[str, Any]]:
    """Who has it when, as far as it is known, of what is not over."""
    there = world_of(act.reader, act.tools, act.now)
    for candidate in act.reader.open_candidates():
        product = act.company.products.get(candidate.product)
        at = candidate.released_at or candidate.release_at
        if product is None or at is None or candidate.phase not in BOOKED:
            continue
        for each in (*product.uses, *candidate.uses):
            span = each.span(at, there.takes(product.name))
            if each.resource == resource and act.now < span.end:
                yield {"candidate": candidate.name, "start": span.start, "end": span.end}


def _resized(act: Act, resource: Resource, said: str) -> Reply:
    """Refuses: say-what-of-resource where it is no capacity."""
    capacity, left = capacity_in(said)
    if capacity is None or left:
        about = {"text": act.request.text.strip(), "name": resource.name}
        raise Refused("say-what-of-resource", about)
    return _put(act, replace(resource, capacity=capacity))


def _declared(act: Act, name: str, said: str) -> Reply:
    """Refuses: say-what-of-resource without a name, and what `declare_resource` refuses."""
    if not name:
        raise Refused("say-what-of-resource", {"text": "add", "name": None})
    capacity, rest = capacity_in(said)
    old = act.company.resources.get(name) or Resource(name)
    what = " ".join(rest.split()) or old.what
    return _put(act, Resource(name, old.capacity if capacity is None else capacity, what))


def _put(act: Act, asked: Resource) -> Reply:
    old = act.company.resources.get(asked.name)
    needing = [p.name for p, _ in using(act.company, asked.name)]
    after, facts = declare_resource(asked, old, hats(act, needing), act.now)
    if facts:
        edit = Edit(facts, channels(act.company, needing), resources=(after,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    about = {"resource": after, "new": old is None, "changed": bool(facts)}
    return Reply("resource-declared", about)


def _needed(act: Act, who: str, what: str, rest: str) -> Reply:
    """A product's need, or with a version that candidate's alone."""
    resource = named(act, "resource", what, act.company.resources)
    asked = None if NO_MORE.fullmatch(rest) else _use(act, resource.name, rest)
    if "@" in who or len(who.split()) > 1:
        return _booked(act, meant(act.reader, act.tools, who).candidate, resource, asked)
    product = product_named(act.reader, act.tools, word_of(who))
    return _used(act, product, resource, asked)


def _use(act: Act, resource: str, rest: str) -> Use:
    """`before 30m for 2h`, either or none. Refuses: say-what-of-resource, odd-time."""
    first, *said = PART.split(rest)
    parts = dict(zip((word.casefold() for word in said[::2]), said[1::2], strict=True))
    if first.strip() or len(parts) < len(said) // 2:
        raise Refused("say-what-of-resource", {"text": act.request.text.strip(), "name": resource})
    lengths = {word: act.tools.duration(length) for word, length in parts.items()}
    return Use(resource, lengths.get("before", timedelta()), lengths.get("for"))


def _used(act: Act, product: Product, resource: Resource, asked: Use | None) -> Reply:
    after, facts = use(product, resource.name, asked, actor_of(act, product), act.now)
    if facts:
        edit = Edit(facts, channels(act.company, [product.name]), products=(after,))
        declare_edit(act.tx, edit, pressed_at=act.request.pressed_at)
    about = {"product": product.name, "candidate": None, "changed": bool(facts), "always": False}
    return Reply("resource-needed", {**about, "resource": resource, "use": asked})


def _booked(act: Act, candidate: Candidate, resource: Resource, asked: Use | None) -> Reply:
    """`always` tells that every release of its product needs it anyway."""
    setting = act.setting(act.product_of(candidate), candidate)
    decision = book(candidate, resource.name, asked, act.actor(setting), act.now)
    act.save(decision, setting)
    about = {"product": candidate.product, "candidate": candidate.name, "changed": bool(decision)}
    always = any(each.resource == resource.name for each in setting.product.uses)
    return Reply("resource-needed", {**about, "resource": resource, "use": asked, "always": always})
