"""What each message about a meeting is made of: from a row of the outbox to its words, as things are now (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.meeting_words import Floor, MeetingWords
from bot.render import Rendered
from commands import minutes
from commands.agenda_items import item_of, items_of, title_of
from commands.agenda_now import agenda_of, minutes_of
from commands.standing import Standing, stand
from rules.agenda import pages
from rules.items import Item
from rules.meeting import OVER, Meeting, Stage
from storage.outbox import Message
from storage.reading import Reader

KINDS = frozenset({"agenda", "page", "floor", "minutes"})
"""The kinds of messages that stand in a meeting's channel."""


@dataclass(frozen=True)
class MeetingLetters:
    """Draws a message from a snapshot taken now. `command` is the slash command's name."""

    command: str = "/release"

    def __call__(self, reader: Reader, message: Message, now: datetime) -> Rendered | None:
        """What it has to say now; None: nothing any more."""
        meeting = reader.meeting(str(message.about["meeting"]))
        if meeting is None:
            return None
        words = MeetingWords(reader.company(), self.command)
        if message.kind == "minutes" or str(message.about.get("under", "")).startswith("minutes:"):
            return self._minutes(reader, message, meeting, words)
        if meeting.stage in OVER:
            return words.over(meeting) if message.ts or message.kind != "page" else None
        if message.kind == "floor":
            return words.floor(floor_of(reader, meeting, now)) if _runs(meeting) else None
        agenda = agenda_of(reader, meeting, now)
        shown = pages(agenda.items)
        if message.kind == "agenda":
            return words.agenda(agenda, shown)
        number = int(message.about["page"])
        if number < len(shown):
            return words.page(shown[number])
        return words.page(()) if message.ts else None

    def _minutes(
        self, reader: Reader, message: Message, meeting: Meeting, words: MeetingWords
    ) -> Rendered | None:
        """None where it was brought back since: those of its next turn are a message of their own."""
        if meeting.minutes_key not in (message.key, message.about.get("under")):
            return None
        found = minutes_of(reader, meeting)
        shown = minutes.pages(found)
        if message.kind == "minutes":
            return words.minutes(found, shown)
        number = int(message.about["page"])
        return words.minutes_page(meeting, shown[number]) if number < len(shown) else None


def _runs(meeting: Meeting) -> bool:
    return meeting.stage is Stage.RUNNING


def floor_of(reader: Reader, meeting: Meeting, now: datetime) -> Floor:
    """A meeting under way: what is in focus as it stands, and what the other items are called."""
    item = item_of(reader, meeting.focus, meeting, now) if meeting.focus else None
    given = tuple(each for each in reader.actions() if each.meeting == meeting.name)
    known = {*meeting.items, *(each.key for each in given)}
    now_on_it = agenda_of(reader, meeting, now).keys if meeting.focus is None else ()
    return Floor(
        meeting=meeting,
        titles={key: title_of(reader, key) for key in meeting.items},
        item=item,
        standing=_standing(reader, item, now),
        actions=given,
        more=sum(key not in known for key in now_on_it),
    )


def _standing(reader: Reader, item: Item | None, now: datetime) -> Standing | None:
    if item is None or item.kind != "candidate" or item.candidate is None:
        return None
    return stand(reader, item.candidate, now)


def told(reader: Reader, about: Mapping[str, Any], now: datetime) -> Mapping[str, Any] | None:
    """What a direct message is about, with its meeting, items and action as they are now; None: gone, or over."""
    found = dict(about)
    if "meeting" in about:
        meeting = reader.meeting(str(about["meeting"]))
        if meeting is None or meeting.stage in OVER or _moved_since(meeting, about):
            return None
        found["meeting"] = meeting
        items = items_of(reader, about.get("keys", ()), meeting, now)
        found["items"] = [item for item in items if item is not None]
    if "action" in about:
        found["action"] = reader.action(int(about["action"]))
        if found["action"] is None or found["action"].done_at is not None:
            return None
    return found


def _moved_since(meeting: Meeting, about: Mapping[str, Any]) -> bool:
    """Whether it is at another time than a reminder, which was long on its way, would say."""
    return "at" in about and datetime.fromisoformat(str(about["at"])) != meeting.at
