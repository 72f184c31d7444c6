"""Topics are put on the agenda and taken off it, actions are given and done (DESIGN 2.1, 4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.declaring import Facts, require_short
from rules.facts import Actor, Fact, iso
from rules.meeting import Action, Topic
from rules.meeting_facts import apply_action, apply_topic
from rules.people import Person
from rules.words import Refused
from rules.worktime import instant

MOST_MINUTES = 120
"""What a topic may take at most."""


def add_topic(
    number: int, text: str, minutes: int, actor: Actor, now: datetime
) -> tuple[Topic, Facts]:
    """Something to talk about at the next meeting, by its number.

    Refuses: topic-needed, words-too-long, odd-minutes.
    """
    if not text.strip():
        raise Refused("topic-needed", {"field": "topic"})
    require_short(text, "topic")
    if not 1 <= minutes <= MOST_MINUTES:
        near = min(max(minutes, 1), MOST_MINUTES)
        about = {"minutes": minutes, "most": MOST_MINUTES, "near": near, "field": "minutes"}
        raise Refused("odd-minutes", about)
    about = {"topic": number, "text": text.strip(), "minutes": minutes}
    fact = Fact("agenda.added", now, actor, None, None, about)
    return apply_topic(None, fact), (fact,)


def remove_topic(topic: Topic, actor: Actor, may: bool, now: datetime) -> tuple[Topic, Facts]:
    """Take a topic off the agenda; one that is off it already is left alone.

    `may` says whether the actor coordinates releases; else it takes whoever added it.
    Refuses: not-your-topic.
    """
    if not may and (actor.person is None or actor.person != topic.by):
        raise Refused("not-your-topic", {"verb": "agenda", "topic": topic}, True)
    if topic.state != "open":
        return topic, ()
    return _with(topic, Fact("agenda.removed", now, actor, None, None, {"topic": topic.number}))


def discuss(topic: Topic, meeting: str, actor: Actor, now: datetime) -> tuple[Topic, Facts]:
    """A meeting, by its name, talked about it. One that is off the agenda is left alone."""
    if topic.state != "open":
        return topic, ()
    about = {"topic": topic.number, "meeting": meeting}
    return _with(topic, Fact("agenda.discussed", now, actor, None, None, about))


def _with(topic: Topic, fact: Fact) -> tuple[Topic, Facts]:
    return apply_topic(topic, fact), (fact,)


def give(
    number: int,
    who: Person,
    what: str,
    due: datetime,
    meeting: str | None,
    actor: Actor,
    now: datetime,
    holders: Sequence[str] = (),
) -> tuple[Action, Facts]:
    """Somebody will do something by a time, aware UTC. `holders` are whom to propose instead.

    `meeting` names the one it came of, None outside one.
    Refuses: action-needed, words-too-long, person-left (any person who may not act), time-passed.
    """
    if not what.strip():
        raise Refused("action-needed", {"field": "what"})
    require_short(what, "what")
    if not who.able:
        near = list(holders) or ([actor.person] if actor.person else [])
        raise Refused("person-left", {"person": who, "near": near, "field": "who"})
    if due <= now:
        about = {"at": due, "near": _next_day(due, who.tz, now), "field": "due"}
        raise Refused("time-passed", about)
    about = {"who": who.id, "what": what.strip(), "due": iso(due), "meeting": meeting}
    fact = Fact("action.given", now, actor, None, None, {"action": number, **about})
    return apply_action(None, fact), (fact,)


def _next_day(at: datetime, zone: ZoneInfo, now: datetime) -> datetime:
    """The same wall-clock time on the first day, from today on, on which it is ahead."""
    wall, today = at.astimezone(zone).time(), now.astimezone(zone).date()
    days = (instant(today + timedelta(days=n), wall, zone) for n in range(3))
    return next(day for day in days if day > now)


def done(action: Action, actor: Actor, coordinator: bool, now: datetime) -> tuple[Action, Facts]:
    """It is done; said again it changes nothing.

    By whom it is for, by who recorded it, or by whoever coordinates releases.
    Refuses: not-your-action.
    """
    theirs = actor.person is not None and actor.person in (action.who, action.by)
    if not theirs and not coordinator:
        raise Refused("not-your-action", {"verb": "action", "action": action}, True)
    if action.done_at is not None:
        return action, ()
    fact = Fact("action.done", now, actor, None, None, {"action": action.number})
    return apply_action(action, fact), (fact,)
