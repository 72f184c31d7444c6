"""Channels and direct messages: who is in them, and the messages they hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rehearsal.messages import Message


@dataclass
class Channel:
    """A conversation; `kind` is public, private or im, and `members` are user ids.

    `restricted` is the error by which the admins keep the bot from posting here, such as
    restricted_action_read_only_channel.
    """

    id: str
    name: str = ""
    kind: str = "public"
    members: list[str] = field(default_factory=list)
    archived: bool = False
    restricted: str = ""
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def is_im(self) -> bool:
        return self.kind == "im"

    def wire(self, bot_id: str) -> dict[str, Any]:
        """The channel object as the bot `bot_id` gets it."""
        common = {"id": self.id, "is_im": self.is_im, "is_archived": self.archived}
        if self.is_im:
            return {**common, "user": self.other_than(bot_id), "is_user_deleted": False}
        return {
            **common,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": self.kind == "public",
            "is_group": False,
            "is_mpim": False,
            "is_private": self.kind == "private",
            "is_member": bot_id in self.members,
            "is_general": self.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "num_members": len(self.members),
        }

    def other_than(self, user_id: str) -> str:
        return next(member for member in self.members if member != user_id)

    def replies(self, thread_ts: str) -> list[Message]:
        return [m for m in self.in_order() if m.thread_ts == thread_ts and m.ts != thread_ts]

    def in_order(self) -> list[Message]:
        return [self.messages[ts] for ts in sorted(self.messages, key=seconds)]


def seconds(ts: str) -> tuple[int, int]:
    """Splits a message's ts, which as a float would lose digits, into what can be ordered."""
    whole, _, rest = ts.partition(".")
    return int(whole), int(rest or 0)
