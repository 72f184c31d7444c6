"""People, groups and who wears which hat, as the mirror of the workspace knows them (DESIGN 2.1, 3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.words import Role

FRESH = timedelta(minutes=30)
"""A row of the mirror older than this settles nothing (DESIGN 3)."""


@dataclass(frozen=True)
class Person:
    """A Slack user as last read. `zone` is an IANA name, `fetched_at` aware UTC."""

    id: str
    name: str
    zone: str
    fetched_at: datetime
    guest: bool = False
    stranger: bool = False
    deactivated: bool = False
    bot: bool = False
    admin: bool = False
    calendar: str | None = None
    """Name of the calendar the catalogue gives this person; None: the product's holidays."""
    able_since: datetime | None = None
    """When they last became able to act again; None: they have been ever since they are known."""

    @property
    def able(self) -> bool:
        """A full member who may act."""
        return not (self.guest or self.stranger or self.deactivated or self.bot)

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def fresh(self, now: datetime) -> bool:
        return now - self.fetched_at <= FRESH


@dataclass(frozen=True)
class Group:
    """A Slack user group as last read; `members` maps a user to when they were first seen in it."""

    id: str
    handle: str
    fetched_at: datetime
    members: Mapping[str, datetime] = field(default_factory=dict)

    def fresh(self, now: datetime) -> bool:
        return now - self.fetched_at <= FRESH


@dataclass(frozen=True)
class Holder:
    """A Slack user or user group that holds a role since an instant."""

    kind: str
    """`user` or `group`."""
    id: str
    since: datetime


@dataclass(frozen=True)
class Delegation:
    """A role of one product, held on behalf of one of its holders from `since` until before `until`."""

    id: str
    """Unique within the product: `security-architect-3`."""
    role: Role
    behalf: str
    """The holder whose word the delegate gives; a Slack user id."""
    to: str
    """The delegate; a Slack user id."""
    since: datetime
    until: datetime

    def holds_at(self, at: datetime) -> bool:
        """Whether the delegate holds the role at an instant: a half-open interval."""
        return self.since <= at < self.until


@dataclass(frozen=True)
class Seat:
    """One person in one role: `since` is when they became able to hold it, `group` how."""

    person: Person
    since: datetime
    group: str | None = None
    behalf: str | None = None
    """For a delegate: the holder on whose behalf; None: they hold it themself."""
    until: datetime | None = None
    """For a delegate: when the delegation ends."""


Holders = Mapping[Role, tuple[Holder, ...]]
People = Mapping[str, Person]
Groups = Mapping[str, Group]


def seats(role: Role, holders: Holders, people: People, groups: Groups) -> tuple[Seat, ...]:
    """Everybody able to act in `role` now; empty means vacant. A person appears once, earliest."""
    found: dict[str, Seat] = {}
    for holder in holders.get(role, ()):
        for user, since, group in _users(holder, groups):
            person = people.get(user)
            if person is None or not person.able:
                continue
            since = max(since, person.able_since or since)
            if user not in found or since < found[user].since:
                found[user] = Seat(person, since, group)
    return tuple(found.values())


def _users(holder: Holder, groups: Groups) -> list[tuple[str, datetime, str | None]]:
    if holder.kind == "user":
        return [(holder.id, holder.since, None)]
    group = groups.get(holder.id)
    if group is None:
        return []
    return [(user, max(holder.since, at), group.id) for user, at in group.members.items()]


def hats(person: str, holders: Holders, people: People, groups: Groups) -> tuple[Role, ...]:
    """Every role `person` is able to act in, in the order of the four."""
    return tuple(
        role
        for role in Role
        if any(seat.person.id == person for seat in seats(role, holders, people, groups))
    )


def group_snapshot(
    role_hats: tuple[Role, ...], holders: Holders, groups: Groups
) -> dict[str, list[str]]:
    """The members, by group id, of the groups that hold these roles: kept in the fact (DESIGN 2.1)."""
    ids = {h.id for role in role_hats for h in holders.get(role, ()) if h.kind == "group"}
    return {i: sorted(groups[i].members) for i in sorted(ids) if i in groups}
