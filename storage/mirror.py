"""Writes the company's tables, and says which rows of the workspace's mirror must be read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, and_, bindparam, case, delete, not_, or_, select
from sqlalchemy.dialects.sqlite import Insert, insert

from rules.environments import Environment
from rules.freezes import Freeze
from rules.people import Group, Person
from rules.product import Product
from rules.resources import Resource
from rules.series import Series
from rules.worktime import Calendar
from storage import tables
from storage.company import Company, Installation, groups_of
from storage.documents import (
    CALENDAR,
    ENVIRONMENT,
    FREEZE,
    PRODUCT,
    RESOURCE,
    SERIES,
    document,
    plain,
    utc,
)

BUMP = (
    tables.changes.update()
    .values(counter=tables.changes.c.counter + 1)
    .returning(tables.changes.c.counter)
)

_PERSON = insert(tables.people)
PERSON_COLUMNS = ("name", "zone", "fetched_at", "guest", "stranger", "deactivated", "bot", "admin")
_UNABLE = ("guest", "stranger", "deactivated", "bot")
_ABLE_AGAIN = and_(
    or_(*(tables.people.c[name] for name in _UNABLE)),
    not_(or_(*(_PERSON.excluded[name] for name in _UNABLE))),
)
PUT_PERSON = _PERSON.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _PERSON.excluded[name] for name in (*PERSON_COLUMNS, "changed")}
    | {
        "able_since": case(
            (_ABLE_AGAIN, _PERSON.excluded.fetched_at), else_=tables.people.c.able_since
        )
    },
)
PUT_CALENDAR_OF = _PERSON.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _PERSON.excluded[name] for name in ("calendar", "changed")},
)
_GROUP = insert(tables.groups)
PUT_GROUP = _GROUP.on_conflict_do_update(
    index_elements=["id"],
    set_={name: _GROUP.excluded[name] for name in ("handle", "fetched_at", "changed")},
)
JOIN = insert(tables.group_members).on_conflict_do_nothing()
MEMBERS = select(tables.group_members.c.person).where(
    tables.group_members.c.group_id == bindparam("group")
)
LEAVE = delete(tables.group_members).where(
    tables.group_members.c.group_id == bindparam("b_group"),
    tables.group_members.c.person == bindparam("b_person"),
)


def _put_document(table: Table) -> Insert:
    """A named document, in place of the one with its name."""
    new = insert(table)
    changes = {name: new.excluded[name] for name in ("doc", "changed")}
    return new.on_conflict_do_update(index_elements=["name"], set_=changes)


PUT_PRODUCT = _put_document(tables.products)
PUT_CALENDAR = _put_document(tables.calendars)
PUT_ENVIRONMENT = _put_document(tables.environments)
PUT_RESOURCE = _put_document(tables.resources)
PUT_FREEZE = _put_document(tables.freezes)
PUT_SERIES = _put_document(tables.series)
_INSTALLATION = insert(tables.installation)
PUT_INSTALLATION = _INSTALLATION.on_conflict_do_update(
    index_elements=["id"],
    set_={
        name: _INSTALLATION.excluded[name]
        for name in ("channel", "zone", "operator", "declared", "changed")
    },
)


def bump(connection: Connection) -> int:
    """Count one more change of the company; the number marks the rows that changed."""
    return int(connection.execute(BUMP).scalar_one())


def put_people(connection: Connection, people: Iterable[Person]) -> None:
    """Write people as just read; what the catalogue said of their calendars stays."""
    changed = bump(connection)
    rows = [
        {name: getattr(person, name) for name in PERSON_COLUMNS}
        | {"id": person.id, "fetched_at": utc(person.fetched_at), "changed": changed}
        for person in people
    ]
    if rows:
        connection.execute(PUT_PERSON, rows)


def put_calendars_of(connection: Connection, calendars: Mapping[str, str | None]) -> None:
    """Give people, known or not yet, the calendar of that name."""
    changed = bump(connection)
    rows = [{"id": i, "calendar": name, "changed": changed} for i, name in calendars.items()]
    if rows:
        connection.execute(PUT_CALENDAR_OF, rows)


def put_group(connection: Connection, group: Group) -> None:
    """Write a group as just read; those already in it keep the time they were first seen there."""
    changed = bump(connection)
    row = {"id": group.id, "handle": group.handle, "fetched_at": utc(group.fetched_at)}
    connection.execute(PUT_GROUP, row | {"changed": changed})
    present = set(connection.execute(MEMBERS, {"group": group.id}).scalars())
    gone = [{"b_group": group.id, "b_person": i} for i in sorted(present - set(group.members))]
    if gone:
        connection.execute(LEAVE, gone)
    joined = [
        {"group_id": group.id, "person": person, "since": utc(since)}
        for person, since in group.members.items()
        if person not in present
    ]
    if joined:
        connection.execute(JOIN, joined)


def put_company(
    connection: Connection,
    products: Iterable[Product],
    calendars: Iterable[Calendar],
    installation: Installation,
    environments: Iterable[Environment] = (),
    resources: Iterable[Resource] = (),
    freezes: Iterable[Freeze] = (),
    series: Iterable[Series] = (),
) -> None:
    """Write what a catalogue or an edit declares; what is not named stays."""
    changed = bump(connection)
    named: tuple[tuple[Insert, TypeAdapter[Any], Iterable[Any]], ...] = (
        (PUT_PRODUCT, PRODUCT, products),
        (PUT_CALENDAR, CALENDAR, calendars),
        (PUT_ENVIRONMENT, ENVIRONMENT, environments),
        (PUT_RESOURCE, RESOURCE, resources),
        (PUT_FREEZE, FREEZE, freezes),
        (PUT_SERIES, SERIES, series),
    )
    for put, adapter, values in named:
        for value in values:
            row = {"name": value.name, "doc": document(adapter, value), "changed": changed}
            connection.execute(put, row)
    whole = {
        "id": 1,
        "channel": installation.channel,
        "zone": installation.zone,
        "operator": installation.operator,
        "declared": plain(installation.declared),
        "changed": changed,
    }
    connection.execute(PUT_INSTALLATION, whole)


def unknown(
    company: Company, person: str | None, others: Iterable[str], now: datetime
) -> tuple[str, ...]:
    """Which of these rows are missing or older than 30 minutes; `others` are groups and people."""
    lacking = []
    if person is not None:
        row = company.people.get(person)
        if row is None or not row.fresh(now):
            lacking.append(person)
    for name in others:
        other = company.groups.get(name) or company.people.get(name)
        if other is None or not other.fresh(now):
            lacking.append(name)
    return tuple(lacking)


def stale_people(
    company: Company, first: Iterable[str], now: datetime, older: timedelta
) -> tuple[str, ...]:
    """Who holds a role or may announce and was read that long ago, in times to come, or never.

    `first` names the products whose holders come first.
    """
    wanted = dict.fromkeys(_people_of(company, _in_order(company, first)))
    rows = company.people
    return tuple(i for i in wanted if i not in rows or _stale(rows[i], now, older))


def stale_groups(
    company: Company, first: Iterable[str], now: datetime, older: timedelta
) -> tuple[str, ...]:
    """The same of the groups that could give somebody a right."""
    named = [i for product in _in_order(company, first) for i in groups_of(product)]
    rows = company.groups
    return tuple(i for i in dict.fromkeys(named) if i not in rows or _stale(rows[i], now, older))


def _stale(row: Person | Group, now: datetime, older: timedelta) -> bool:
    """A row read in times to come was read by a wrong clock; one just read may be a moment ahead."""
    return not -older < now - row.fetched_at < older


def _in_order(company: Company, first: Iterable[str]) -> list[Product]:
    products = company.products
    ahead = [products[name] for name in dict.fromkeys(first) if name in products]
    return ahead + [product for product in products.values() if product not in ahead]


def _people_of(company: Company, products: Iterable[Product]) -> Iterator[str]:
    announcers: list[str] = []
    for product in products:
        for holders in product.holders.values():
            for holder in holders:
                if holder.kind == "user":
                    yield holder.id
        for name in groups_of(product):
            group = company.groups.get(name)
            yield from group.members if group else ()
        announcers += [i for i in product.announcers if not i.startswith("S")]
    yield from announcers
