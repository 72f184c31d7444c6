"""Declare: what a catalogue or the first form says becomes rows, facts and news, and hastens nothing (DESIGN 2.1, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from commands.notices import announce_facts, asking
from rules.candidate import UNRELEASED
from rules.facts import Actor, Fact, iso
from rules.moving import tighten
from rules.people import Holder
from rules.product import Product, Setting
from rules.words import Role
from rules.worktime import Calendar
from storage.company import Company, Installation
from storage.outbox import Message
from storage.writing import Transaction

OPERATOR = Actor(None, (), "command line")


@dataclass(frozen=True)
class Declaration:
    """What a catalogue declares, in the rules' own types. What is None or absent is left alone.

    Holders come with `since` now; those who hold the role already keep theirs.
    """

    products: tuple[Product, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    people_calendars: Mapping[str, str] = field(default_factory=dict)
    channel: str | None = None
    zone: str | None = None
    operator: str | None = None
    plain: Mapping[str, Any] = field(default_factory=dict)
    """The whole catalogue as it now stands, in JSON's own types, for the next difference."""
    lines: tuple[str, ...] = ()
    """What changes, as people read it; empty: nothing does."""
    by: Actor = OPERATOR
    pressed_at: datetime | None = None
    """When it was asked for, where it had to wait for people to be looked up; else None."""


def declare(tx: Transaction, declared: Declaration) -> None:
    """Write it: rows, facts, and what they have to say."""
    old = tx.company()
    before = _settings(tx, old)
    products = _products(old, declared)
    tx.put_company(
        products=products,
        calendars=declared.calendars.values(),
        installation=_installation(old.installation, declared),
        people_calendars=declared.people_calendars,
    )
    _note(tx, old, products, declared)
    _tighten(tx, before, declared.by)


def _products(old: Company, declared: Declaration) -> list[Product]:
    """The declared products, and those stored whose calendar the catalogue draws anew."""
    named = {product.name for product in declared.products}
    kept = [
        replace(product, calendar=declared.calendars[product.calendar.name])
        for product in old.products.values()
        if product.name not in named and product.calendar.name in declared.calendars
    ]
    return [
        _with_since(product, old.products.get(product.name)) for product in declared.products
    ] + kept


def _with_since(product: Product, old: Product | None) -> Product:
    """A holder who held the role before has held it since then."""
    if old is None:
        return product
    holders = {
        role: tuple(_kept(holder, old.holders.get(role, ())) for holder in held)
        for role, held in product.holders.items()
    }
    return replace(product, holders=holders)


def _kept(holder: Holder, before: Iterable[Holder]) -> Holder:
    same = (h for h in before if (h.kind, h.id) == (holder.kind, holder.id))
    return next(same, holder)


def _installation(old: Installation, declared: Declaration) -> Installation:
    return Installation(
        channel=declared.channel or old.channel,
        zone=declared.zone or old.zone,
        operator=declared.operator or old.operator,
        declared=declared.plain,
    )


def _settings(tx: Transaction, company: Company) -> dict[str, Setting]:
    """Every candidate on its way, with the setting it is in before the change."""
    return {
        candidate.name: tx.setting(company.products[candidate.product], candidate, tx.now)
        for candidate in tx.open_candidates()
        if candidate.phase in UNRELEASED
    }


def _note(
    tx: Transaction, old: Company, products: Iterable[Product], declared: Declaration
) -> None:
    """The facts: each product that is new or other, each role that changed hands, the whole."""
    facts = []
    for product in products:
        was = old.products.get(product.name)
        if was == product:
            continue
        kind = "product.changed" if was else "product.declared"
        facts.append(
            Fact(kind, tx.now, declared.by, product.name, None, {"lines": _of(product, declared)})
        )
        facts.extend(_hands(tx, product, was, declared.by))
    about: dict[str, Any] = {"lines": list(declared.lines)}
    if declared.pressed_at is not None:
        about["pressed_at"] = iso(declared.pressed_at)
    whole = Fact("catalogue.applied", tx.now, declared.by, about=about)
    stored = tx.save_facts(*facts, whole)
    channel, entry = declared.channel or old.installation.channel, stored[-1].id
    for where in [channel] if channel else sorted({product.channel for product in products}):
        tx.send(Message(f"news:{entry}:{where}", "news", where, about={"fact": entry}, once=True))


def _of(product: Product, declared: Declaration) -> list[str]:
    whole = f"+ product {product.name}"
    return [line for line in declared.lines if line == whole or line.startswith(f"{product.name}:")]


def _hands(tx: Transaction, product: Product, was: Product | None, by: Actor) -> Iterable[Fact]:
    for role in Role:
        held = [holder.id for holder in product.holders.get(role, ())]
        before = [holder.id for holder in was.holders.get(role, ())] if was else []
        if held != before:
            about = {"role": role, "from": before, "to": held}
            yield Fact("holders.changed", tx.now, by, product.name, None, about)


def _tighten(tx: Transaction, before: Mapping[str, Setting], by: Actor) -> None:
    """Open candidates keep the stricter of old and new, and whoever is new is asked."""
    for name, old in before.items():
        candidate = tx.candidate(name)
        product = tx.company().products.get(old.product.name)
        if candidate is None or product is None:
            continue
        setting = tx.setting(product, candidate, tx.now)
        decision = tighten(candidate, old, setting, by, tx.now)
        if decision:
            announce_facts(tx, tx.save(decision), decision, setting)
        for message in asking(candidate, setting, tx.now):
            tx.send(message)
