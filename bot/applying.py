"""From a catalogue's text to the verbs' declaration, and its calendars drawn anew each year (DESIGN 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.calendars import calendar_from
from bot.catalogue import read_catalogue
from bot.declared import (
    Declared,
    DeclaredProduct,
    Resolved,
    difference,
    laid_over,
    plain,
    plain_estate,
)
from bot.directory import Directory
from commands.apply import Declaration, apply
from commands.dispatch import Desk
from rules.facts import CLOCK
from rules.people import Holder
from rules.product import Product
from rules.worktime import Calendar
from storage.company import Company


def read_declaration(
    raw: bytes, directory: Directory, desk: Desk, *, reading: bool = True
) -> Declaration:
    """The catalogue as a declaration, with what it changes. Raises CatalogueProblems.

    With `reading` the people it names are read first: holders count from now, and have names.
    """
    now = desk.clock()
    declared = read_catalogue(raw, directory.resolve, now, _company(desk))
    if reading:
        directory.read_now(*_named_in(declared))
    company = _company(desk)
    old = _as_it_stands(company)
    calendars = {name: replace(c, name=name) for name, c in declared.calendars.items()}
    return Declaration(
        products=tuple(_product(p, calendars, company, now) for p in declared.products),
        calendars=calendars,
        people_calendars=declared.people_calendars,
        channel=declared.channel,
        zone=declared.zone,
        operator=declared.operator.id if declared.operator else None,
        environments=tuple(declared.environments.values()),
        resources=tuple(declared.resources.values()),
        freezes=tuple(declared.freezes.values()),
        series=tuple(declared.series.values()),
        plain=laid_over(old, declared.plain),
        lines=tuple(difference(old, declared.plain, _naming(company))),
    )


def _company(desk: Desk) -> Company:
    with desk.database.read() as reader:
        return reader.company()


def _as_it_stands(company: Company) -> dict[str, Any]:
    """The catalogue as last applied, but for what may have been changed in Slack since."""
    old = company.installation.declared
    products = {
        name: {**said, **plain(company.products[name])} if name in company.products else said
        for name, said in old.get("products", {}).items()
    }
    estate = plain_estate(company.environments, company.resources, company.freezes, company.series)
    return {**old, **estate, "products": products}


def as_catalogue(
    product: Product, operator: str, company: Company
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """What stands once a catalogue has declared this product, on top of what was; and what changes."""
    said = Declared(
        channel=product.channel,
        zone=product.zone,
        operator=Resolved("user", operator),
        products=(_as_declared(product),),
    )
    old = _as_it_stands(company)
    return laid_over(old, said.plain), tuple(difference(old, said.plain, _naming(company)))


def _as_declared(product: Product) -> DeclaredProduct:
    """A product without a calendar of its own, as a catalogue would have said it."""
    return DeclaredProduct(
        name=product.name,
        channel=product.channel,
        zone=product.zone,
        holders={
            role: tuple((holder.kind, holder.id) for holder in held)
            for role, held in product.holders.items()
        },
        policy=product.policy,
        announcers=product.announcers,
        anyone_announces=product.anyone_announces,
        calendar=None,
        slots=product.slots,
        scheme=product.scheme,
        criteria=product.criteria,
        environments=product.environments,
        needs=product.needs,
        uses=product.uses,
        occupies=product.occupies,
    )


def _named_in(declared: Declared) -> set[str]:
    """The users and user groups that a catalogue rests on."""
    held = {i for p in declared.products for ids in p.holders.values() for _, i in ids}
    announcers = {i for p in declared.products for i in p.announcers}
    return held | announcers | set(declared.people_calendars)


def _naming(company: Company) -> Any:
    def named(slack_id: str) -> str:
        person, group = company.people.get(slack_id), company.groups.get(slack_id)
        if person is not None:
            return f"@{person.name}"
        return f"@{group.handle}" if group is not None else slack_id

    return named


def _product(
    said: DeclaredProduct, calendars: Mapping[str, Calendar], company: Company, now: datetime
) -> Product:
    calendar = calendars.get(said.calendar or "") or company.calendars.get(said.calendar or "")
    return Product(
        name=said.name,
        channel=said.channel,
        zone=said.zone,
        holders={
            role: tuple(Holder(kind, slack_id, now) for kind, slack_id in held)
            for role, held in said.holders.items()
        },
        calendar=calendar or Calendar(),
        policy=said.policy,
        announcers=said.announcers,
        anyone_announces=said.anyone_announces,
        slots=said.slots,
        scheme=said.scheme,
        criteria=said.criteria,
        environments=said.environments,
        needs=said.needs,
        uses=said.uses,
        occupies=said.occupies,
    )


def renew_calendars(desk: Desk) -> tuple[str, ...]:
    """Draw the declared calendars again where next year's holidays are still missing; what changed.

    Like any other change of calendar it is a fact, is announced, and hastens nothing.
    """
    with desk.database.read() as reader:
        company = reader.company()
    now = desk.clock()
    old = [name for name, calendar in company.calendars.items() if _runs_out(calendar, now)]
    said = company.installation.declared.get("calendars", {})
    drawn = {name: calendar_from(said[name], now, name) for name in old if name in said}
    changed = {n: c for n, c in drawn.items() if company.calendars[n] != c}
    lines = tuple(f"calendar {name}: holidays until {now.year + 2}" for name in changed)
    plain = company.installation.declared
    return apply(desk, Declaration(calendars=changed, plain=plain, lines=lines, by=CLOCK))


def _runs_out(calendar: Calendar, now: datetime) -> bool:
    return bool(calendar.holidays) and max(calendar.holidays).year <= now.year


def apply_text(desk: Desk, directory: Directory, raw: bytes) -> tuple[str, ...]:
    """Apply a catalogue's text. Raises CatalogueProblems."""
    return apply(desk, read_declaration(raw, directory, desk))
