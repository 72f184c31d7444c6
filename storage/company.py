"""The company as a press needs it: products, people, what releases go to and need, kept in this process until a row changes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, Select, bindparam, select

from rules.environments import Environment
from rules.freezes import Freeze
from rules.people import Group, Person
from rules.product import Product
from rules.resources import Resource
from rules.series import Series
from rules.worktime import Calendar
from storage import tables
from storage.documents import CALENDAR, ENVIRONMENT, FREEZE, PRODUCT, RESOURCE, SERIES

T = TypeVar("T")


@dataclass(frozen=True)
class Installation:
    """What holds for the whole installation."""

    channel: str | None = None
    zone: str = "UTC"
    operator: str | None = None
    """The Slack user or channel that hears what only an operator can mend."""
    declared: Mapping[str, Any] = field(default_factory=dict)
    """The catalogue's plain data as last applied, for the difference to the next."""


@dataclass(frozen=True)
class Company:
    """An unchanging snapshot of everything that the catalogue and the mirror know."""

    products: Mapping[str, Product] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    installation: Installation = field(default_factory=Installation)
    environments: Mapping[str, Environment] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    freezes: Mapping[str, Freeze] = field(default_factory=dict)
    """Those that are over or were lifted among them."""
    series: Mapping[str, Series] = field(default_factory=dict)
    """When meetings and digests come, by `meeting` and `digest`; those that are off among them."""

    @property
    def groups_named(self) -> tuple[str, ...]:
        """The user groups that could give somebody a right: holders of roles, and announcers."""
        named: dict[str, None] = {}
        for product in self.products.values():
            named.update(dict.fromkeys(groups_of(product)))
        return tuple(named)


def groups_of(product: Product) -> tuple[str, ...]:
    """The user groups among a product's holders and announcers. Slack's group ids begin with S."""
    held = (h.id for holders in product.holders.values() for h in holders if h.kind == "group")
    return (*held, *(announcer for announcer in product.announcers if announcer.startswith("S")))


@dataclass
class Cache:
    """The newest snapshot this process has read, and the count of changes it stands at."""

    counter: int = -1
    company: Company = field(default_factory=Company)


def _since(table: Any) -> Any:
    return select(table).where(table.c.changed > bindparam("known"))


PEOPLE = _since(tables.people)
GROUPS = _since(tables.groups)
PRODUCTS = _since(tables.products)
CALENDARS = _since(tables.calendars)
ENVIRONMENTS = _since(tables.environments)
RESOURCES = _since(tables.resources)
FREEZES = _since(tables.freezes)
SERIES_SET = _since(tables.series)
INSTALLATION = _since(tables.installation)
MEMBERS = select(tables.group_members).where(
    tables.group_members.c.group_id.in_(bindparam("groups", expanding=True))
)


def load(connection: Connection, cache: Cache, counter: int) -> Company:
    """The company after `counter` changes; only rows changed since the cached one are read."""
    known, company = cache.counter, cache.company
    if counter == known:
        return company
    if counter < known:  # a snapshot older than the cache
        return _after(connection, -1, Company())
    company = _after(connection, known, company)
    cache.company, cache.counter = company, counter
    return company


def _after(connection: Connection, known: int, old: Company) -> Company:
    bounds = {"known": known}
    people = connection.execute(PEOPLE, bounds).all()

    def documents(statement: Select[Any], adapter: TypeAdapter[T]) -> list[tuple[str, T]]:
        rows = connection.execute(statement, bounds)
        return [(row.name, adapter.validate_json(row.doc)) for row in rows]

    declared = connection.execute(INSTALLATION, bounds).one_or_none()
    return Company(
        products=_merged(old.products, documents(PRODUCTS, PRODUCT)),
        people=_merged(old.people, ((r.id, _person(r)) for r in people if r.fetched_at)),
        groups=_merged(old.groups, _groups(connection, known)),
        calendars=_merged(old.calendars, documents(CALENDARS, CALENDAR)),
        installation=old.installation if declared is None else _installation(declared),
        environments=_merged(old.environments, documents(ENVIRONMENTS, ENVIRONMENT)),
        resources=_merged(old.resources, documents(RESOURCES, RESOURCE)),
        freezes=_merged(old.freezes, documents(FREEZES, FREEZE)),
        series=_merged(old.series, documents(SERIES_SET, SERIES)),
    )


def _merged(old: Mapping[str, T], new: Iterable[tuple[str, T]]) -> Mapping[str, T]:
    changed = dict(new)
    return MappingProxyType({**old, **changed}) if changed else old


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        zone=row.zone,
        fetched_at=row.fetched_at,
        guest=row.guest,
        stranger=row.stranger,
        deactivated=row.deactivated,
        bot=row.bot,
        admin=row.admin,
        calendar=row.calendar,
        able_since=row.able_since,
    )


def _groups(connection: Connection, known: int) -> list[tuple[str, Group]]:
    rows = connection.execute(GROUPS, {"known": known}).all()
    if not rows:
        return []
    members: dict[str, dict[str, datetime]] = {row.id: {} for row in rows}
    for member in connection.execute(MEMBERS, {"groups": list(members)}):
        members[member.group_id][member.person] = member.since
    return [(r.id, Group(r.id, r.handle, r.fetched_at, members[r.id])) for r in rows]


def _installation(row: Row[Any]) -> Installation:
    return Installation(row.channel, row.zone, row.operator, json.loads(row.declared))
