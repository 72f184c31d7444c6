"""Reminders: who is due a word before the release time, never at night and never twice (DESIGN 4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.apply import decide
from rules.candidate import UNRELEASED, Candidate
from rules.facts import Actor, Decision, fact, iso
from rules.notice import is_away
from rules.phases import ended
from rules.product import Setting
from rules.rights import not_allowed
from rules.words import Phase, Refused, Role, State
from rules.worktime import at_work

MARKS = (24, 4, 1)
"""Hours before the release time."""
PRESUME_WARNING = timedelta(hours=4)
"""When the Release Coordinator is told what is about to be presumed."""


@dataclass(frozen=True)
class Reminder:
    """One person to remind of the states they still owe a word for, at one mark before the time."""

    person: str
    states: tuple[State, ...]
    mark: int


def reminders(candidate: Candidate, setting: Setting, now: datetime) -> tuple[Reminder, ...]:
    """The reminders due now: the latest mark passed, to those at work who were asked before it."""
    if candidate.phase is not Phase.ANNOUNCED or candidate.release_at is None:
        return ()
    left = candidate.release_at - now
    passed = [mark for mark in MARKS if left <= timedelta(hours=mark)]
    if not passed or left <= timedelta():
        return ()
    mark = min(passed)
    marked_at = candidate.release_at - timedelta(hours=mark)
    owed = owing(candidate, setting)
    asked = _first_asked(setting)
    present = {
        person: tuple(s for s in states if not is_away(setting, person, s, now))
        for person, states in owed.items()
    }
    return tuple(
        Reminder(person, states, mark)
        for person, states in present.items()
        if states
        and person in asked
        and asked[person] < marked_at
        and candidate.snoozes.get(person, now) <= now
        and _working(setting, person, now)
    )


def _first_asked(setting: Setting) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for notice in setting.notices:
        if notice.delivered_at is not None:
            first[notice.person] = min(
                notice.delivered_at, first.get(notice.person, notice.delivered_at)
            )
    return first


def owing(candidate: Candidate, setting: Setting) -> dict[str, tuple[State, ...]]:
    """Everybody who still owes this candidate a word, and for which states."""
    people = {seat.person.id for role in Role for seat in setting.seats(role)}
    owed = {person: candidate.owes(setting.hats(person)) for person in sorted(people)}
    return {person: states for person, states in owed.items() if states}


def _working(setting: Setting, person: str, now: datetime) -> bool:
    who = setting.people[person]
    return at_work(setting.work_calendar(who), who.tz, now)


def snooze(candidate: Candidate, until: datetime, actor: Actor, now: datetime) -> Decision:
    """No reminders about this candidate for this person until then.

    Refuses: not-your-role, time-passed and the ended phases.
    """
    if not actor.hats:
        raise not_allowed("snooze", frozenset(Role))
    if candidate.phase not in UNRELEASED:
        raise ended(candidate)
    if until <= now:
        raise Refused("time-passed", {"at": until})
    if candidate.snoozes.get(actor.person or "") == until:
        return Decision()
    return decide(candidate, fact("reminder.snoozed", candidate, actor, now, until=iso(until)))
