"""Who holds the roles, as Slack knows them now: groups that have members, people who may act, no vacant role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.directory import GONE, GROUP_GONE, person_from
from bot.doctor.findings import Clock, Finding, listed, many, ok, warning, wrong
from bot.doctor.mends import ADD
from bot.doctor.records import Records
from bot.doctor.slack import Workspace
from bot.slackcalls import Outcome, Refusal, Sent, SlackCalls
from rules.people import Group, Person, seats
from rules.words import Role
from storage.company import Company

MOST = 80
"""People asked about; Slack gives a hundred a minute, and the running bot needs some of them."""
NAME_ANOTHER = "Name somebody else in the catalogue and apply it."
FREE = frozenset({"plan_upgrade_required", "paid_teams_only"})


@dataclass
class Seen:
    """People and groups as Slack knows them now, and as the mirror does where Slack was not asked."""

    people: dict[str, Person]
    groups: dict[str, Group]
    asked: set[str] = field(default_factory=set)
    strange: set[str] = field(default_factory=set)
    """Those Slack does not know."""


def roles(records: Records, workspace: Workspace, clock: Clock) -> Iterator[Finding]:
    """Groups, people, and the roles nobody holds."""
    company = records.company
    if not company.products:
        return
    seen = Seen(dict(company.people), dict(company.groups))
    if workspace.calls is not None:
        yield from _groups(company, workspace.calls, seen, clock())
        _ask_people(_holders(company, seen), workspace.calls, seen, clock())
    else:
        mend = "Mend that, and look again."
        yield warning("people", "as last read: Slack could not be asked.", mend)
    if foreign(company, seen):
        yield _elsewhere(workspace.name, len(seen.strange))
        return
    yield from _people(company, seen)
    yield from _vacant(company, seen)


# Groups.


def _groups(company: Company, calls: SlackCalls, seen: Seen, now: datetime) -> Iterator[Finding]:
    """Each user group the catalogue names; `seen` learns who is in it."""
    if not company.groups_named:
        return
    outcome = calls.call("usergroups.list", include_disabled=True)
    if not isinstance(outcome, Sent):
        yield _unread(outcome)
        return
    there = {group["id"]: group for group in outcome.body.get("usergroups") or ()}
    for name in company.groups_named:
        said = there.get(name, {})
        handle = str(said.get("handle") or getattr(seen.groups.get(name), "handle", name))
        seen.groups[name] = Group(name, handle, now)
        if not said:
            yield wrong(f"@{handle}", f"there is no such user group ({name}).", NAME_ANOTHER)
        elif said.get("date_delete"):
            mend = "Enable it in Slack, or name another group or people in the catalogue."
            yield wrong(f"@{handle}", "the user group is disabled: nobody is in it.", mend)
        else:
            yield _members(seen.groups[name], calls, seen, now)


def _unread(outcome: Outcome) -> Finding:
    error = getattr(outcome, "error", "")
    if error in FREE:
        mend = 'Name people instead of groups in the catalogue: ["@sam", "@sue"].'
        return wrong("user groups", "this workspace's plan has none.", mend)
    if error == "missing_scope":
        return wrong("user groups", "they can't be read: usergroups:read is missing.", ADD)
    return warning("user groups", f"they can't be read: {error}.", "Look again in a minute.")


def _members(group: Group, calls: SlackCalls, seen: Seen, now: datetime) -> Finding:
    what = f"@{group.handle}"
    outcome = calls.call("usergroups.users.list", usergroup=group.id)
    if isinstance(outcome, Refusal) and outcome.error in GROUP_GONE:
        return wrong(what, f"Slack says {outcome.error}.", NAME_ANOTHER)
    if not isinstance(outcome, Sent):
        return _unread(outcome)
    members = dict.fromkeys(outcome.body.get("users") or (), now)
    seen.groups[group.id] = Group(group.id, group.handle, now, members)
    if not members:
        return wrong(what, "the user group has no members.", "Add somebody to it in Slack.")
    return ok(what, f"the user group has {many(len(members), 'member')}.")


# People.


def _holders(company: Company, seen: Seen) -> dict[str, dict[str, list[str]]]:
    """Everybody who should hold a role: which ones, and of which products."""
    held: dict[str, dict[str, list[str]]] = {}
    for product in company.products.values():
        for role, holders in product.holders.items():
            for holder in holders:
                group = seen.groups.get(holder.id)
                ids = (
                    (holder.id,) if holder.kind == "user" else tuple(group.members if group else ())
                )
                for person in ids:
                    held.setdefault(person, {}).setdefault(role.label, []).append(product.name)
    return held


def _ask_people(ids: Iterable[str], calls: SlackCalls, seen: Seen, now: datetime) -> None:
    """Read these people as Slack knows them now, until it does not answer."""
    for person in list(ids)[:MOST]:
        outcome = calls.call("users.info", user=person)
        if isinstance(outcome, Sent):
            seen.people[person] = person_from(outcome.body["user"], calls.team_id, now)
        elif isinstance(outcome, Refusal) and outcome.error in GONE:
            seen.strange.add(person)
            seen.people[person] = Person(person, _name(person, seen), "UTC", now, deactivated=True)
        else:
            return
        seen.asked.add(person)


def _name(person: str, seen: Seen) -> str:
    known = seen.people.get(person)
    return known.name if known else person


def foreign(company: Company, seen: Seen) -> bool:
    """Whether this is another workspace: Slack knows nobody of those who could act when last read."""
    able = {i for i in seen.asked if (p := company.people.get(i)) is not None and p.able}
    return bool(able) and able <= seen.strange


def _elsewhere(name: str, count: int) -> Finding:
    return wrong(
        "workspace",
        f"{name} knows none of the {many(count, 'role holder')} in this database: it is another "
        "workspace's.",
        "Use the token of the workspace this database belongs to, or another DATABASE_URL.",
    )


def _people(company: Company, seen: Seen) -> Iterator[Finding]:
    held = _holders(company, seen)
    unable = {i: state for i in held if (state := _unable(i, seen)) is not None}
    for person, state in unable.items():
        what = f"@{_name(person, seen)}"
        hats = [f"{role} of {listed(names, 3)}" for role, names in held[person].items()]
        says = f"{state}, and may not act as {'; '.join(hats)}."
        yield warning(what, says, NAME_ANOTHER)
    able = len(held) - len(unable)
    if able:
        yield ok("holders", f"{many(able, 'person')} able to act.".replace("persons", "people"))


def _unable(person: str, seen: Seen) -> str | None:
    """Why somebody may do nothing; None: they may."""
    known = seen.people.get(person)
    if person in seen.strange:
        return "is nobody Slack knows"
    if known is None:
        return "was never read from Slack"
    states = {
        "is deactivated": known.deactivated,
        "is a guest": known.guest,
        "belongs to another workspace": known.stranger,
        "is a bot": known.bot,
    }
    return next((state for state, so in states.items() if so), None)


def _vacant(company: Company, seen: Seen) -> Iterator[Finding]:
    whole = True
    for product in company.products.values():
        held = product.holders
        empty = [r.label for r in Role if not seats(r, held, seen.people, seen.groups)]
        if empty:
            whole = False
            says = f"{listed(empty, 4)}: held by nobody who may act, so never presumed."
            mend = f"Name a holder of {product.name} in the catalogue, and apply it."
            yield wrong(product.name, says, mend)
    if whole:
        count = len(company.products)
        yield ok("roles", f"all four are held, of {many(count, 'product')}.")
