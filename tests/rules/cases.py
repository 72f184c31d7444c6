"""A small company to try the law on, and facts as they look after a night in the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rules.apply import apply, replay
from rules.candidate import Assertion, Candidate, Halt
from rules.door import Door
from rules.facts import Actor, Decision, Fact
from rules.people import Group, Holder, Person
from rules.product import Notice, Policy, Product, Setting
from rules.words import Phase, Role, State
from rules.worktime import Calendar, Span

PO, SA, OC, RC = Role
PRODUCT, SECURITY, OPERATION, ORGANIZATION = State
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def at(text: str, zone: str = "UTC") -> datetime:
    """`2026-11-23 10:00` on the wall of `zone`, as aware UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def wall(instant: datetime | None, zone: str = "UTC") -> str | None:
    """An instant as the wall of `zone` shows it: `Tue 2026-11-24 10:00`."""
    local = instant and instant.astimezone(ZoneInfo(zone))
    return f"{local:%a %Y-%m-%d %H:%M}" if local else None


MONDAY = at("2026-11-23 10:00")
"""An ordinary Monday, ten in London, with no change of clocks near."""


def person(who: str, zone: str = "Europe/London", **more: Any) -> Person:
    """A full member whose row was read far in the future, so that it is always fresh."""
    return Person(who, who, zone, at("2030-01-01 00:00"), **more)


def user(who: str, since: datetime = LONG_AGO) -> Holder:
    return Holder("user", who, since)


def group(name: str, members: Mapping[str, datetime]) -> Group:
    return Group(name, name, at("2030-01-01 00:00"), dict(members))


def days(*texts: str) -> Calendar:
    """Ordinary hours, with these holidays."""
    return Calendar("days", holidays=frozenset(date.fromisoformat(text) for text in texts))


PEOPLE = {who: person(who) for who in ("pat", "sam", "olga", "rae", "dee", "nan")}
HOLDERS = {PO: (user("pat"),), SA: (user("sam"),), OC: (user("olga"),), RC: (user("rae"),)}


def door(now: datetime, *shut: Span) -> Door:
    """Open from long ago until `now`, except in these spans."""
    spans, start = [], LONG_AGO
    for hole in shut:
        spans.append(Span(start, hole.start))
        start = hole.end
    return Door.of([*spans, *([Span(start, now)] if start < now else [])])


def product(**changes: Any) -> Product:
    return replace(Product("payments", "C1", "Europe/London", HOLDERS), **changes)


def around(now: datetime, *shut: Span, **changes: Any) -> Setting:
    """The setting at `now`: the door open but for `shut`; keywords of a product change the product."""
    ours = {key: changes.pop(key) for key in list(changes) if key in Product.__dataclass_fields__}
    kept: dict[str, Any] = {"people": PEOPLE, "door": door(now, *shut)}
    return Setting(product(**ours), **(kept | changes))


def told(setting: Setting, when: datetime, *, states: Iterable[State] = State) -> Setting:
    """The same with the card and a message to every holder of these states accepted at `when`."""
    notices = tuple(
        Notice(seat.person.id, state, when)
        for state in states
        for role in Role
        if role.state is state
        for seat in setting.seats(role)
    )
    return replace(setting, notices=notices, card_delivered_at=when)


def actor(who: str | None, *hats: Role, door: str = "slash") -> Actor:
    return Actor(who, hats, door)


PAT, SAM, OLGA, RAE = actor("pat", PO), actor("sam", SA), actor("olga", OC), actor("rae", RC)
DEE = actor("dee", SA, OC)
NAN = actor("nan")
OPERATOR = Actor(None, (), "command line")


def said(*states: State, when: datetime = MONDAY) -> dict[State, Assertion]:
    """Assertions by each state's own owner."""
    owners = {PRODUCT: PAT, SECURITY: SAM, OPERATION: OLGA, ORGANIZATION: RAE}
    return {s: Assertion(owners[s].person or "", owners[s].hats, when) for s in states}


def stop(by: Actor, *states: State, reason: str | None = "why", **more: Any) -> Halt:
    """An open halt, as it stands in a candidate."""
    kept: dict[str, Any] = {"id": f"{by.person}-{len(states)}", "origin": "payments@2.4.1#1"}
    kept |= {"at": MONDAY, "review_at": MONDAY + 24 * HOUR}
    return Halt(by=by.person, hats=by.hats, states=states, reason=reason, **(kept | more))


def candidate(**changes: Any) -> Candidate:
    """`payments@2.4.1#1`, announced by Nan on Monday for Wednesday two o'clock."""
    kept: dict[str, Any] = {"announced_by": "nan", "announced_at": MONDAY, "policy": Policy()}
    kept |= {"release_at": at("2026-11-25 14:00"), "notice_from": MONDAY, "seq": 1}
    return Candidate("payments", "2.4.1", 1, **(kept | changes))


def in_phase(phase: Phase, **changes: Any) -> Candidate:
    return candidate(phase=phase, **changes)


def stored(fact: Fact) -> str:
    """A fact as the log keeps it: text."""
    by = fact.by
    return json.dumps(
        {
            "kind": fact.kind,
            "at": fact.at.isoformat(),
            "by": [by.person, by.hats, by.door, dict(by.groups)],
            "product": fact.product,
            "candidate": fact.candidate,
            "about": dict(fact.about),
        }
    )


def read(text: str) -> Fact:
    """The fact that was stored, with nothing in it but what JSON keeps."""
    plain = json.loads(text)
    who, hats, through, groups = plain.pop("by")
    by = Actor(who, tuple(Role(hat) for hat in hats), through, groups)
    return Fact(**(plain | {"at": datetime.fromisoformat(plain["at"]), "by": by}))


def checked(before: Candidate | None, decision: Decision) -> Decision:
    """The decision, once replaying its facts from text has given the very rows it says."""
    rows: dict[str | None, Candidate] = {before.name: before} if before else {}
    for after in decision.candidates:
        mine = [read(stored(f)) for f in decision.facts if f.candidate == after.name]
        row = rows.get(after.name)
        if row is None and mine[0].kind != "candidate.announced":
            continue
        for fact in mine:
            row = apply(row, fact)
        assert row == after
    return decision


def last(decision: Decision) -> Candidate:
    return decision.candidates[-1]


def kinds(decision: Decision) -> list[str]:
    return [fact.kind for fact in decision.facts]


__all__ = [name for name in dir() if not name.startswith("_")] + ["replay"]
