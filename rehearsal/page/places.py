"""The places a person sees, and what is unread and meant for them in each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rehearsal.channels import Channel, seconds
from rehearsal.messages import Message
from rehearsal.onlooker import Onlooker

ALL = frozenset({"here", "channel", "everyone"})
FIRST = "releases"
HOME = "home"
Moment = tuple[int, int]
NEVER: Moment = (0, 0)


class Marks:
    """Up to where each person has read each place; before the first visit nothing is read."""

    def __init__(self) -> None:
        self._read: dict[tuple[str, str], Moment] = {}

    def upto(self, person: Onlooker, channel: Channel) -> Moment:
        return self._read.get((person.id, channel.id), NEVER)

    def read(self, person: Onlooker, channel: Channel, ts: str) -> bool:
        """Marks as read up to `ts`, and says whether that was news.

        Whoever has seen the newest message has seen the threads, too.
        """
        given = seconds(ts)
        top = [m for m in channel.messages.values() if not m.is_reply or m.broadcast]
        if given >= _newest(top):
            given = max(given, _newest(channel.messages.values()))
        if given <= self.upto(person, channel):
            return False
        self._read[(person.id, channel.id)] = given
        return True


def _newest(messages: Iterable[Message]) -> Moment:
    return max((seconds(message.ts) for message in messages), default=NEVER)


def places_of(person: Onlooker) -> list[Channel]:
    """Every conversation this person can see, the direct message with the bot last."""
    workspace = person.workspace
    if not (person.user.is_stranger or person.user.is_bot or person.user.deleted):
        workspace.dm(person.id)
    return person.channels()


def place_of(person: Onlooker, name: str | None) -> Channel:
    """A place by name or id, without one #releases; raises LookupError where it isn't theirs.

    The direct message with the bot is also found by the bot's name.
    """
    places = places_of(person)
    if name is None:
        return next((each for each in places if each.name == FIRST), places[0])
    wanted = name.removeprefix("#")
    bot = person.workspace.users[person.workspace.bot_id].name
    for each in places:
        if wanted in (each.id, bot if each.is_im else each.name):
            return each
    raise LookupError(f"{person.user.name} sees no place called {name}")


def notifies(person: Onlooker, channel: Channel, message: Message) -> bool:
    """Whether this message counts as meant for this person: named, one of a group, or direct."""
    if message.user == person.id or message.ephemeral_to:
        return False
    groups = person.workspace.groups.values()
    mine = {person.id, *(group.id for group in groups if person.id in group.members)}
    if person.id in channel.members:
        mine |= ALL
    return channel.is_im or bool(message.pings & mine)


def place_shape(person: Onlooker, channel: Channel, marks: Marks) -> dict[str, Any]:
    """One row of the list of places; unread counts what a person finds without opening threads."""
    member = person.id in channel.members
    read = marks.upto(person, channel)
    new = [m for m in channel.messages.values() if seconds(m.ts) > read and m.user != person.id]
    shown = [m for m in new if not m.is_reply or m.broadcast]
    last = max(channel.messages, key=seconds, default=None)
    return {
        "id": channel.id,
        "name": title_of(person, channel),
        "kind": channel.kind,
        "unread": len(shown) if member else 0,
        "mentions": sum(notifies(person, channel, message) for message in new) if member else 0,
        "last": last,
        "member": member,
    }


def title_of(person: Onlooker, channel: Channel) -> str:
    bot = person.workspace.users[person.workspace.bot_id]
    return bot.real_name if channel.is_im else channel.name
