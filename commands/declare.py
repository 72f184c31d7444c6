"""Declare: what a catalogue or the first form says becomes rows, facts and news, and hastens nothing (DESIGN 2.1, 5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from commands.notices import announce_facts, asking, telling
from rules.candidate import UNRELEASED
from rules.criteria import lines, renewed
from rules.declaring import differing
from rules.environments import Environment
from rules.facts import Actor, Fact, iso
from rules.freezes import Freeze
from rules.moving import tighten
from rules.people import Holder
from rules.product import Product, Setting
from rules.resources import Resource
from rules.series import Series, series_changed, succeeding
from rules.words import Role, State
from rules.worktime import Calendar
from storage.chain import StoredFact
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
    environments: tuple[Environment, ...] = ()
    resources: tuple[Resource, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    series: tuple[Series, ...] = ()
    plain: Mapping[str, Any] = field(default_factory=dict)
    """The whole catalogue as it now stands, in JSON's own types, for the next difference."""
    lines: tuple[str, ...] = ()
    """What changes, as people read it; empty: nothing does."""
    by: Actor = OPERATOR
    pressed_at: datetime | None = None
    """When it was asked for, where it had to wait for people to be looked up; else None."""


@dataclass(frozen=True)
class Edit:
    """What somebody changed by a command, as it then is, and the facts that say so."""

    facts: tuple[Fact, ...]
    channels: tuple[str, ...] = ()
    """Where the last fact is told as news."""
    products: tuple[Product, ...] = ()
    environments: tuple[Environment, ...] = ()
    resources: tuple[Resource, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    series: tuple[Series, ...] = ()


def declare(tx: Transaction, declared: Declaration) -> None:
    """Write it: rows, facts, and what they have to say."""
    old = tx.company()
    declared = _as_it_stands(old, declared, tx.now)
    before = _settings(tx, old)
    products = _products(tx, old, declared)
    tx.put_company(
        products=products,
        calendars=declared.calendars.values(),
        installation=_installation(old.installation, declared),
        people_calendars=declared.people_calendars,
        environments=declared.environments,
        resources=declared.resources,
        freezes=declared.freezes,
        series=declared.series,
    )
    _note(tx, old, products, declared)
    _tighten(tx, before, declared.by)


def declare_criteria(
    tx: Transaction,
    product: Product,
    facts: Sequence[Fact],
    by: Actor,
    *,
    tightens: bool = True,
    pressed_at: datetime | None = None,
) -> None:
    """Write a product whose criteria changed, the facts that say so, and the news in its channel.

    With `tightens` open candidates keep the stricter of old and new; else it is for the next one.
    """
    old = tx.company()
    before = _settings(tx, old, product.name) if tightens else {}
    tx.put_company(
        products=[product],
        calendars=(),
        installation=_with_criteria(old.installation, product),
        people_calendars={},
    )
    about: dict[str, Any] = {"lines": list(lines(facts))}
    if pressed_at is not None:
        about["pressed_at"] = iso(pressed_at)
    whole = Fact("product.changed", tx.now, by, product.name, None, about)
    _send_news(tx, tx.save_facts(*facts, whole)[-1].id, product.channel)
    _tighten(tx, before, by)


def declare_delegations(
    tx: Transaction,
    changed: Sequence[tuple[Product, Fact]],
    by: Actor,
    *,
    pressed_at: datetime | None = None,
) -> None:
    """Write products whose delegations changed, each with the fact that says so; both people hear of it.

    Each channel has one message of news. Open candidates go out no earlier for it.
    """
    old = tx.company()
    products = {product.name: product for product, _ in changed}
    before = {k: v for name in products for k, v in _settings(tx, old, name).items()}
    tx.put_company(
        products=products.values(), calendars=(), installation=old.installation, people_calendars={}
    )
    extra = {} if pressed_at is None else {"pressed_at": iso(pressed_at)}
    facts = [replace(fact, about={**fact.about, **extra}) for _, fact in changed]
    for entry in tx.save_facts(*facts):
        for person in sorted({entry.fact.about["behalf"], entry.fact.about["to"]}):
            tx.send(telling(person, "fact", None, fact=entry.id))
    for channel in sorted({product.channel for product in products.values()}):
        told = [f for f in facts if products[f.product or ""].channel == channel]
        about: dict[str, Any] = {"lines": delegation_lines(told, old)}
        about["delegations"] = [{**f.about, "product": f.product, "kind": f.kind} for f in told]
        whole = Fact("product.changed", tx.now, by, told[0].product, None, about)
        _send_news(tx, tx.save_facts(whole)[-1].id, channel)
    _tighten(tx, before, by)


def delegation_lines(facts: Iterable[Fact], company: Company) -> list[str]:
    """What changed, as people read it, of facts `role.delegated` and `delegation.ended`."""
    return [_delegation_line(fact, company) for fact in facts]


def _delegation_line(fact: Fact, company: Company) -> str:
    about = fact.about
    to, behalf = (_called(about[key], company) for key in ("to", "behalf"))
    what = f"{fact.product}: {Role(about['role']).label}"
    if fact.kind == "delegation.ended":
        return f"{what} no longer delegated by {behalf} to {to}"
    return f"{what} delegated by {behalf} to {to}"


def _called(slack_id: str, company: Company) -> str:
    person = company.people.get(slack_id)
    return person.name if person else slack_id


def declare_edit(
    tx: Transaction, edit: Edit, *, pressed_at: datetime | None = None
) -> tuple[StoredFact, ...]:
    """Write an edit: rows, facts, and one message of news in each channel.

    The next catalogue is compared with the rows, so it tells what of the edit it takes back.
    """
    tx.put_company(
        products=edit.products,
        calendars=(),
        installation=tx.company().installation,
        people_calendars={},
        environments=edit.environments,
        resources=edit.resources,
        freezes=edit.freezes,
        series=edit.series,
    )
    extra = {} if pressed_at is None else {"pressed_at": iso(pressed_at)}
    stored = tx.save_facts(*(replace(f, about={**f.about, **extra}) for f in edit.facts))
    for channel in edit.channels:
        _send_news(tx, stored[-1].id, channel)
    return stored


def _as_it_stands(old: Company, declared: Declaration, now: datetime) -> Declaration:
    """An environment stays prepared; what stands as declared keeps who declared it first, and since when."""
    places = [(each, old.environments.get(each.name)) for each in declared.environments]
    freezes = [(each, old.freezes.get(each.name)) for each in declared.freezes]
    return replace(
        declared,
        environments=tuple(replace(e, prepared=was.prepared) if was else e for e, was in places),
        freezes=tuple(_as_declared(was, each) for each, was in freezes),
        series=tuple(succeeding(s, old.series.get(s.name), now) for s in declared.series),
    )


def _as_declared(was: Freeze | None, said: Freeze) -> Freeze:
    """A freeze that stands as it is said, or what is said as its next turn: overrides were of the one before."""
    if was is None:
        return said
    if was.lifted_at is None and was.says(said):
        return was
    return replace(said, turn=was.turn + 1)


def _with_criteria(installation: Installation, product: Product) -> Installation:
    """The next catalogue is compared with the criteria as they now stand."""
    products = installation.declared.get("products", {})
    if product.name not in products:
        return installation
    said = {state.value: list(product.criteria.get(state, ())) for state in State}
    mended = {**products, product.name: {**products[product.name], "criteria": said}}
    return replace(installation, declared={**installation.declared, "products": mended})


def _products(tx: Transaction, old: Company, declared: Declaration) -> list[Product]:
    """The declared products, and those stored whose calendar the catalogue draws anew."""
    named = {product.name for product in declared.products}
    kept = [
        replace(product, calendar=declared.calendars[product.calendar.name])
        for product in old.products.values()
        if product.name not in named and product.calendar.name in declared.calendars
    ]
    return [
        _with_since(tx, product, old.products.get(product.name), declared.by)
        for product in declared.products
    ] + kept


def _with_since(tx: Transaction, product: Product, old: Product | None, by: Actor) -> Product:
    """A holder who held the role before has held it since then; versions and delegations stay."""
    if old is None:
        return product
    new, _ = renewed(old, product.criteria, by, tx.now)
    holders = {
        role: tuple(_kept(holder, old.holders.get(role, ())) for holder in held)
        for role, held in product.holders.items()
    }
    return replace(
        product,
        holders=holders,
        criteria=new.criteria,
        earlier_criteria=new.earlier_criteria,
        delegations=old.delegations,
    )


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


def _settings(tx: Transaction, company: Company, product: str | None = None) -> dict[str, Setting]:
    """Every candidate on its way, of all products or of one, with the setting it is in before the change."""
    return {
        candidate.name: tx.setting(company.products[candidate.product], candidate, tx.now)
        for candidate in tx.open_candidates(product)
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
        facts.append(_of_product(tx, product, was, declared))
        if was is not None:
            facts.extend(renewed(was, product.criteria, declared.by, tx.now)[1])
        facts.extend(_hands(tx, product, was, declared.by))
    facts.extend(_of_estate(tx, old, declared))
    about: dict[str, Any] = {"lines": list(declared.lines)}
    if declared.pressed_at is not None:
        about["pressed_at"] = iso(declared.pressed_at)
    whole = Fact("catalogue.applied", tx.now, declared.by, about=about)
    stored = tx.save_facts(*facts, whole)
    channel = declared.channel or old.installation.channel
    for where in [channel] if channel else sorted({product.channel for product in products}):
        _send_news(tx, stored[-1].id, where)


def _of_estate(tx: Transaction, old: Company, declared: Declaration) -> Iterable[Fact]:
    """The facts of environments, resources and freezes that are new or other."""
    by, now = declared.by, tx.now
    for place in declared.environments:
        yield from differing("environment", place, old.environments.get(place.name), by, now)
    for resource in declared.resources:
        yield from differing("resource", resource, old.resources.get(resource.name), by, now)
    for freeze in declared.freezes:
        was = old.freezes.get(freeze.name)
        standing = was if was and was.lifted_at is None else None
        yield from differing("freeze", freeze, standing, by, now)
    for series in declared.series:
        yield from series_changed(series, old.series.get(series.name), by, now)


def _send_news(tx: Transaction, entry: int, where: str) -> None:
    tx.send(Message(f"news:{entry}:{where}", "news", where, about={"fact": entry}, once=True))


def _of_product(
    tx: Transaction, product: Product, was: Product | None, declared: Declaration
) -> Fact:
    about: dict[str, Any] = {"lines": _of(product, declared)}
    if was is None:
        about["criteria"] = {s: list(product.criteria.get(s, ())) for s in State}
    kind = "product.declared" if was is None else "product.changed"
    return Fact(kind, tx.now, declared.by, product.name, None, about)


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
        # A freeze alone is no change of policy: what it moves is moved where collisions are looked at.
        old = replace(old, freezes=setting.freezes)
        decision = tighten(candidate, old, setting, by, tx.now) if old != setting else None
        if decision:
            announce_facts(tx, tx.save(decision), decision, setting)
        for message in asking(candidate, setting, tx.now):
            tx.send(message)
