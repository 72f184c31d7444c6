"""What is put on messages and channels without changing them: pins, bookmarks and reactions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from rehearsal.channels import Channel
from rehearsal.messages import Message

Bookmark = dict[str, Any]
Place = tuple[str, str]


@dataclass
class Marks:
    """Pins and reactions go by a message's channel and ts, and bookmarks by their channel.

    `pins` holds who pinned a message and when (Unix seconds), `reactions` who reacted by name of
    the emoji. What is left of a deleted message is never told.
    """

    pins: dict[Place, tuple[str, int]] = field(default_factory=dict)
    bookmarks: dict[str, dict[str, Bookmark]] = field(default_factory=dict)
    reactions: dict[Place, dict[str, list[str]]] = field(default_factory=dict)
    _ids: Any = field(default_factory=lambda: itertools.count(1))

    def bookmark_id(self) -> str:
        return f"Bk0MARK{next(self._ids):04d}"

    def pinned_in(self, channel: Channel) -> list[tuple[Message, str, int]]:
        """The pinned messages of a channel with who pinned them and when, newest pin first."""
        found = [
            (channel.messages[ts], *pin)
            for (where, ts), pin in reversed(self.pins.items())
            if where == channel.id and ts in channel.messages
        ]
        return found

    def on(self, message: Message) -> dict[str, Any]:
        """The fields that a message object has because of its marks."""
        place = (message.channel, message.ts)
        found: dict[str, Any] = {}
        if place in self.pins:
            found["pinned_to"] = [message.channel]
        reactions = [
            {"name": name, "users": list(users), "count": len(users)}
            for name, users in self.reactions.get(place, {}).items()
            if users
        ]
        return {**found, "reactions": reactions} if reactions else found
