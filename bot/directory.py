"""The mirror of the workspace's people and groups: fetched here, read everywhere else (DESIGN 3)."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.declared import Resolved, Unknown
from bot.names import Names
from bot.slackcalls import AUTH, Outcome, Refusal, Sent, SlackCalls, TryLater
from commands.company import write_people
from rules.beginning import may_begin
from rules.people import FRESH, Group, Person
from rules.product import Product
from storage.database import Database, Unavailable
from storage.reading import Company, Reader

log = logging.getLogger(__name__)

OFTEN = timedelta(minutes=5)
"""How old a row may be on which an open candidate rests."""
SELDOM = FRESH - timedelta(minutes=5)
"""How old any other row may be: it is read again before it can settle nothing."""
SWEEP = timedelta(seconds=30)
"""How often rows are looked through for their age."""
SLOWLY = 12
"""How many of those that only grow old are read in one sweep."""
GONE = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
GROUP_GONE = frozenset({"no_such_subteam", "subteam_not_found"})
ENOUGH = 3
"""Rows that could not be read after which the rest waits for its next turn."""
UNWELCOME = 60.0
"""Seconds between tries while Slack refuses our token."""
PAGE = 1000
"""How many of the workspace's people are listed in one call."""
HANDLES = 300.0
"""Seconds for which the list of groups is good."""


class Directory:
    """Fetches people and groups: what waits for them first, then what grows old. Never in a press."""

    def __init__(
        self,
        database: Database,
        calls: SlackCalls,
        clock: Callable[[], datetime],
        often: timedelta = OFTEN,
    ) -> None:
        """`often` is the age at which what open candidates rest on is read again."""
        self._database, self._calls, self._clock = database, calls, clock
        self._often = often
        self._names = Names(calls)
        self._wanted: dict[str, None] = {}
        self._handles: dict[str, tuple[str, bool]] = {}
        self._handles_at: float | None = None
        self._not_before = 0.0
        self._swept: datetime | None = None
        self._complained: str | None = None
        self._cursor = ""
        self._met: datetime | None = None
        self._one = threading.Lock()

    # For the catalogue.

    def resolve(self, written: str) -> Resolved | Unknown:
        """Whom or what a written name means. Raises Misconfigured where Slack does not answer."""
        return self._names.resolve(written)

    def near(self, written: str) -> list[str]:
        """The names most like it, best first."""
        return self._names.near(written)

    def read_now(self, *ids: str) -> int:
        """Fetch these people and groups at once, and the groups' members; how many rows.

        What can't be had now is fetched by the next `refresh`.
        """
        with self._one:
            return self._fetch((i for i in ids if i[:1] in "UWS"), len(ids) + 1000)

    # By the clock.

    def refresh(self, limit: int = 20) -> int:
        """Fetch up to `limit` rows, those first that somebody waits for; how many were written."""
        with self._one:
            if time.monotonic() < self._not_before:
                return 0
            return self._fetch(self._needed(), limit)

    def _needed(self) -> dict[str, None]:
        """Whom to read, most urgent first; what an event named stays wanted until it is read."""
        now = self._clock()
        with self._database.read() as reader:
            needs = _pending_needs(reader, now)
            needs |= self._wanted
            if self._swept is None or not self._swept <= now < self._swept + SWEEP:
                self._swept = now
                needs |= dict.fromkeys(_aged(reader, now, self._often))
        return needs

    def _fetch(self, ids: Iterable[str], limit: int) -> int:
        """Read these rows, and those of the members of groups, until Slack wants a rest."""
        todo, rows, failed = deque(dict.fromkeys(ids)), list[Person | Group](), list[str]()
        while todo and len(rows) < limit and len(failed) < ENOUGH:
            slack_id = todo.popleft()
            self._wanted.pop(slack_id, None)
            row = self._group(slack_id) if slack_id.startswith("S") else self._person(slack_id)
            if row is None:
                failed.append(slack_id)
                if time.monotonic() < self._not_before:
                    break
                continue
            rows.append(row)
            if isinstance(row, Group):
                todo.extend(i for i in self._unread(row.members) if i not in todo)
        self._wanted |= dict.fromkeys(todo)
        self._write(rows)
        return len(rows)

    def _unread(self, members: Iterable[str]) -> list[str]:
        """Members whose row is missing or too old: until it is read they hold nothing."""
        now = self._clock()
        with self._database.read() as reader:
            people = reader.company().people
        return [
            i for i in members if i not in people or abs(now - people[i].fetched_at) > self._often
        ]

    def _write(self, rows: Sequence[Person | Group]) -> None:
        if not rows:
            return
        with self._database.write(self._clock) as tx:
            write_people(tx, rows)

    # One row.

    def _person(self, slack_id: str) -> Person | None:
        """The person as Slack knows them; None where it does not say just now."""
        now = self._clock()
        if self._calls.team_id is None and not self._said(self._calls.who()):
            return None
        outcome = self._calls.call("users.info", user=slack_id)
        if isinstance(outcome, Refusal) and outcome.error in GONE:
            return self._gone(slack_id, now)
        if not isinstance(outcome, Sent):
            self._said(outcome)
            return None
        return person_from(outcome.body["user"], self._calls.team_id, now)

    def _gone(self, slack_id: str, now: datetime) -> Person:
        """Somebody Slack does not know: whatever they were, they can't act."""
        with self._database.read() as reader:
            known = reader.company().people.get(slack_id)
        if known is None:
            return Person(slack_id, slack_id, "UTC", now, deactivated=True)
        return replace(known, deactivated=True, fetched_at=now)

    def _group(self, slack_id: str) -> Group | None:
        """The group as Slack knows it; one that is gone or disabled has no members."""
        now = self._clock()
        handles = self._groups_there()
        if handles is None:
            return None
        handle, disabled = handles.get(slack_id, (slack_id, True))
        if disabled:
            return Group(slack_id, handle, now)
        outcome = self._calls.call("usergroups.users.list", usergroup=slack_id)
        if isinstance(outcome, Refusal) and outcome.error in GROUP_GONE:
            return Group(slack_id, handle, now)
        if not isinstance(outcome, Sent):
            self._said(outcome)
            return None
        return Group(slack_id, handle, now, dict.fromkeys(outcome.body.get("users") or (), now))

    def _groups_there(self) -> dict[str, tuple[str, bool]] | None:
        """Every group's handle and whether it is disabled; None where Slack does not say just now."""
        now = time.monotonic()
        if self._handles_at is not None and now - self._handles_at < HANDLES:
            return self._handles
        outcome = self._calls.call("usergroups.list", include_disabled=True)
        if not isinstance(outcome, Sent):
            self._said(outcome)
            return None
        self._handles = {
            group["id"]: (group.get("handle") or group["id"], bool(group.get("date_delete")))
            for group in outcome.body.get("usergroups") or ()
        }
        self._handles_at = now
        return self._handles

    def _said(self, outcome: Outcome) -> bool:
        """Whether Slack answered; if not, it is left alone for a while, and a refusal is told once."""
        if isinstance(outcome, Sent):
            self._complained = None
            return True
        wait = outcome.seconds if isinstance(outcome, TryLater) else 0.0
        if isinstance(outcome, Refusal):
            wait = UNWELCOME if outcome.error in AUTH - {"missing_scope"} else 0.0
            if self._complained != outcome.error:
                self._complained = outcome.error
                log.error("people can't be read: %s %s", outcome.error, outcome.detail)
        self._not_before = max(self._not_before, time.monotonic() + wait)
        return False

    # While nothing is set up.

    def meet_admins(self) -> int:
        """Who may set up: every few minutes, while nothing is, a page at a time; how many rows."""
        with self._one:
            now = self._clock()
            if time.monotonic() < self._not_before or not self._admins_sought(now):
                return 0
            admins = self._admins_on_next_page(now)
            self._write(admins)
            return len(admins)

    def _admins_sought(self, now: datetime) -> bool:
        rested = self._met is None or not self._met <= now < self._met + OFTEN
        if not (self._cursor or rested):
            return False
        with self._database.read() as reader:
            return not reader.company().products

    def _admins_on_next_page(self, now: datetime) -> list[Person]:
        """The admins on the next page of the workspace's list, and whoever there is known already."""
        if self._calls.team_id is None and not self._said(self._calls.who()):
            return []
        outcome = self._calls.call("users.list", limit=PAGE, cursor=self._cursor or None)
        answered = self._said(outcome)
        if isinstance(outcome, Refusal):
            self._cursor, self._met = "", now
        if not answered or not isinstance(outcome, Sent):
            return []
        self._cursor = (outcome.body.get("response_metadata") or {}).get("next_cursor") or ""
        self._met = self._met if self._cursor else now
        with self._database.read() as reader:
            known = reader.company().people
        listed = (
            person_from(user, self._calls.team_id, now)
            for user in outcome.body.get("members") or ()
        )
        return [person for person in listed if may_begin(person) or person.id in known]

    # By events, and by choices in a form.

    def want(self, ids: Iterable[str]) -> None:
        """These will be asked about soon; asks Slack nothing, `refresh` does."""
        try:
            self._wanted |= dict.fromkeys(self._unread(ids))
        except Unavailable as lost:
            log.error("who was chosen is not read ahead: %s", lost)

    def on_event(self, event: Mapping[str, Any]) -> None:
        """What Slack tells of people and groups; asks Slack nothing, `refresh` does."""
        try:
            if event.get("type") == "user_change":
                self._changed(event["user"])
            elif event.get("type") == "subteam_members_changed":
                self._moved(event)
            elif event.get("type") in ("subteam_updated", "subteam_created"):
                self._handles_at = None
                self._wanted[event["subteam"]["id"]] = None
        except Unavailable as lost:
            log.error("an event was not kept: %s", lost)

    def _changed(self, user: Mapping[str, Any]) -> None:
        """A person the mirror knows is written at once; of strangers to it nothing is kept."""
        with self._database.read() as reader:
            known = reader.company().people.get(user["id"])
        if known is None:
            return
        if self._calls.team_id is None:
            self._wanted[user["id"]] = None
            return
        now = self._clock()
        seen = person_from(user, self._calls.team_id, now)
        same = _as_before(seen, known) == known
        if not same or abs(now - known.fetched_at) > OFTEN:
            self._write([seen])

    def _moved(self, event: Mapping[str, Any]) -> None:
        """Who left is out at once; the group is read again to be sure."""
        slack_id, now = event["subteam_id"], self._clock()
        with self._database.write(self._clock) as tx:
            known = tx.company().groups.get(slack_id)
            if known is not None:
                left = set(event.get("removed_users") or ())
                members = {i: at for i, at in known.members.items() if i not in left}
                joined = dict.fromkeys(event.get("added_users") or (), now)
                write_people(tx, [replace(known, members={**joined, **members})])
        self._wanted[slack_id] = None


def _as_before(seen: Person, known: Person) -> Person:
    """What was seen, with what only the mirror knows."""
    return replace(
        seen,
        fetched_at=known.fetched_at,
        calendar=known.calendar,
        able_since=known.able_since,
    )


def person_from(user: Mapping[str, Any], own_team: str | None, now: datetime) -> Person:
    """A user object of Slack's as a person (slack-platform 9.2)."""
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), user.get("real_name"), user.get("name"), user["id"])
    return Person(
        id=user["id"],
        name=str(next(name for name in names if name)),
        zone=_zone(user.get("tz")),
        fetched_at=now,
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")) or not _of_team(user, own_team),
        deactivated=bool(user.get("deleted")),
        bot=bool(user.get("is_bot")) or user["id"] == "USLACKBOT",
        admin=bool(user.get("is_admin") or user.get("is_owner")),
    )


def _of_team(user: Mapping[str, Any], own_team: str | None) -> bool:
    """Whether they belong to our workspace; in an organization they may belong to several."""
    teams = (user.get("enterprise_user") or {}).get("teams") or ()
    return own_team in (None, user.get("team_id")) or own_team in teams


def _zone(said: object) -> str:
    """An IANA name this machine knows; UTC where Slack names none."""
    try:
        return ZoneInfo(str(said)).key if said else "UTC"
    except (OSError, ValueError, KeyError):
        return "UTC"


def _pending_needs(reader: Reader, now: datetime) -> dict[str, None]:
    needs: dict[str, None] = {}
    for act in reader.pending(now):
        groups = [need for need in act.needs if need != act.person]
        needs |= dict.fromkeys(reader.unknown(act.person, groups, now))
    return needs


def _aged(reader: Reader, now: datetime, often: timedelta) -> list[str]:
    """What has grown old: first what open candidates rest on, then a few of the others."""
    company = reader.company()
    resting = _holders(company, reader.open_products())
    groups, people = reader.stale_groups(now, often), reader.stale_people(now, often)
    known = sorted(company.people.values(), key=lambda person: person.fetched_at)
    slowly = [i for i in people if i not in company.people]
    slowly += [p.id for p in known if abs(now - p.fetched_at) > SELDOM]
    rested = [i for i in (*groups, *people) if i in resting]
    return [*rested, *(i for i in groups if _old(company, i, now)), *slowly[:SLOWLY]]


def _old(company: Company, group: str, now: datetime) -> bool:
    """Whether a group was not read for long, or never."""
    return group not in company.groups or abs(now - company.groups[group].fetched_at) >= SELDOM


def _holders(company: Company, names: Iterable[str]) -> set[str]:
    """The users and groups that hold the roles of these products, and the groups' members."""
    found: set[str] = set()
    for product in (company.products[name] for name in names if name in company.products):
        found |= _holders_of(company, product)
    return found


def _holders_of(company: Company, product: Product) -> set[str]:
    held = {holder.id for holders in product.holders.values() for holder in holders}
    groups = [company.groups[i] for i in held if i in company.groups]
    return held | {member for group in groups for member in group.members}
