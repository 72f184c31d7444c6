"""One message, every version of it, and whom it notified."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Version:
    """What a message said from `at` (aware UTC) on."""

    text: str
    blocks: list[dict[str, Any]]
    at: datetime


@dataclass
class Message:
    """A message in `channel`; `ephemeral_to` names the only person who can see it, if so."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    broadcast: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    metadata: dict[str, Any] | None = None
    ephemeral_to: str | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Any] = field(default_factory=list)
    mentions: frozenset[str] = frozenset()
    versions: list[Version] = field(default_factory=list)
    deleted: bool = False
    interaction: str | None = None
    subtype: str | None = None

    @property
    def edits(self) -> int:
        return max(0, len(self.versions) - 1)

    @property
    def is_reply(self) -> bool:
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def pings(self) -> frozenset[str]:
        """Whom this has notified in any version: user and group ids, here, channel, everyone."""
        return frozenset() if self.ephemeral_to else self.mentions

    def say(self, text: str, blocks: list[dict[str, Any]], at: datetime) -> None:
        """Makes this the newest version, keeping those before it."""
        self.text, self.blocks = text, blocks
        self.versions.append(Version(text, blocks, at))

    def as_it_was(self, version: int) -> Message:
        """The message as somebody still has it on their screen: for presses that come late."""
        old = copy.copy(self)
        old.text, old.blocks = self.versions[version].text, self.versions[version].blocks
        return old

    def wire(self, team_id: str, metadata: bool = False) -> dict[str, Any]:
        """The message object of the Web API and of interaction payloads."""
        found: dict[str, Any] = {
            "type": "message",
            "user": self.user,
            "ts": self.ts,
            "team": team_id,
            "text": self.text,
        }
        optional = {
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "blocks": self.blocks,
            "thread_ts": self.thread_ts,
            "files": self.files,
            "attachments": self.attachments,
            "metadata": self.metadata if metadata else None,
            "subtype": "thread_broadcast" if self.broadcast else self.subtype,
        }
        found.update({key: value for key, value in optional.items() if value})
        if self.edits and not self.bot_id:
            found["edited"] = {"user": self.user, "ts": self.ts}
        return found
