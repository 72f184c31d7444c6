"""What an agenda is made from, as it is stored now, and single items of it by their keys (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from commands.coverage import setting_at
from rules.agenda import Material, environment_item, resource_item
from rules.candidate import Candidate
from rules.convening import ahead, known_since
from rules.items import Item, action_item, candidate_item, review_item, topic_item
from rules.meeting import Meeting
from rules.series import MEETING
from rules.world import NOT_ENDED, World
from storage.reading import Reader

A_WEEK = timedelta(days=7)
"""How far an agenda looks ahead where no meeting follows."""
LOOKED_AT = 5
"""How many meetings ahead are looked at for the next one."""


def material(
    reader: Reader, meeting: Meeting | None, now: datetime, candidates: Iterable[Candidate]
) -> Material:
    """What an agenda is made from. The door and the outbox are not asked: there may be hundreds of products."""
    company = reader.company()
    world = World(
        now=now,
        products=company.products,
        environments=company.environments,
        resources=company.resources,
    )
    return Material(
        world=world,
        until=next_meeting_at(reader, meeting, now),
        people=company.people,
        groups=company.groups,
        candidates=tuple(candidates),
        reviews=reader.reviews_open(),
        topics=reader.topics(),
        actions=reader.actions(),
    )


def next_meeting_at(reader: Reader, meeting: Meeting | None, now: datetime) -> datetime:
    """When the meeting after this one comes, wherever it was moved to; a week later where none does."""
    company, after = reader.company(), max(now, meeting.at) if meeting else now
    series = company.series.get(MEETING)
    if series is None:
        return after + A_WEEK
    known = reader.meetings(known_since(series, now))
    calendar = company.calendars.get(series.calendar or "")
    own = meeting.name if meeting else None
    coming = ahead(series, calendar, known, now, LOOKED_AT)
    later = (each.at for each in coming if each.at > after and each.name != own)
    return min(later, default=after + A_WEEK)


def item_of(reader: Reader, key: str, meeting: Meeting | None, now: datetime) -> Item | None:
    """One item by its key, as it is now, though it may be settled; None: it is gone."""
    return items_of(reader, [key], meeting, now)[0]


def items_of(
    reader: Reader, keys: Sequence[str], meeting: Meeting | None, now: datetime
) -> list[Item | None]:
    """The same of several, each in its place."""
    given = None
    if any(key.startswith(("environment:", "resource:")) for key in keys):
        given = material(reader, meeting, now, reader.open_candidates())
    return [_item(reader, key, given, now) for key in keys]


def _item(reader: Reader, key: str, given: Material | None, now: datetime) -> Item | None:
    kind, _, name = key.partition(":")
    if kind in {"topic", "action"} and name.isdigit():
        return _noted(reader, kind, int(name), now)
    if kind == "resource" and given is not None:
        return resource_item(given, name)
    if kind == "environment" and given is not None:
        return environment_item(given, name) if name in given.world.environments else None
    candidate = reader.candidate(name if kind == "review" else key)
    if candidate is None:
        return None
    if kind == "review":
        return review_item(candidate, now)
    setting = setting_at(reader, candidate.product, now)
    vacant = [role.state for role in setting.vacant()] if setting is not None else []
    return candidate_item(candidate, vacant)


def _noted(reader: Reader, kind: str, number: int, now: datetime) -> Item | None:
    if kind == "topic":
        topic = reader.topic(number)
        return None if topic is None else topic_item(topic)
    action = reader.action(number)
    return None if action is None else action_item(action, reader.company().people, now)


def gone_of(reader: Reader, keys: Iterable[str]) -> list[str]:
    """The items not worth taking up any more: topics taken off, actions done, candidates that ended."""
    return [key for key in keys if _is_gone(reader, key)]


def _is_gone(reader: Reader, key: str) -> bool:
    kind, _, name = key.partition(":")
    if kind == "topic":
        topic = reader.topic(int(name))
        return topic is None or topic.state != "open"
    if kind == "action":
        action = reader.action(int(name))
        return action is None or action.done_at is not None
    candidate = reader.candidate(key)
    return candidate is not None and candidate.phase not in NOT_ENDED


def title_of(reader: Reader, key: str) -> str:
    """What an item is called, by its key."""
    kind, _, name = key.partition(":")
    if kind == "topic" and name.isdigit():
        topic = reader.topic(int(name))
        return topic.text if topic is not None else key
    if kind == "action" and name.isdigit():
        action = reader.action(int(name))
        return f"action {name}, {action.what}" if action is not None else key
    words = {"review": f"review of {name}"} | {
        k: f"{k} {name}" for k in ("environment", "resource")
    }
    return words.get(kind, key)
