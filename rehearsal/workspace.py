"""The state of one workspace, and the acts that change it, under one lock."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from rehearsal import telling
from rehearsal.blockkit import check_blocks, counted
from rehearsal.channels import Channel, seconds
from rehearsal.company import BOT_ID, Company
from rehearsal.errors import SlackError, refuse_blocks
from rehearsal.ids import with_ids
from rehearsal.marks import Marks
from rehearsal.messages import Message
from rehearsal.modals import Modals
from rehearsal.mrkdwn import pings_of
from rehearsal.people import User, UserGroup
from rehearsal.pictures import strange
from rehearsal.pulse import Pulse
from rehearsal.settings import Settings
from rehearsal.tickets import ResponseUrls, Triggers
from rehearsal.views import State

APP_ID = "A0RELBOT1"
BOT_PROFILE = "B0RELBOT1"
LONGEST_TEXT = 40_000
Event = dict[str, Any]


class Workspace:
    """People, channels, messages and views; callers hold `lock` while they look or touch."""

    def __init__(
        self, company: Company, now: Callable[[], datetime], pulse: Pulse | None = None
    ) -> None:
        self.pulse = pulse or Pulse()
        self.lock = threading.RLock()
        self.now = now
        self.company = company
        self.team_id = company.team_id
        self.bot_id = BOT_ID
        self.users = {user.id: replace(user) for user in company.users}
        self.groups = {g.id: replace(g, members=list(g.members)) for g in company.groups}
        self.channels = {c.id: replace(c, members=list(c.members)) for c in company.channels}
        for channel in self.channels.values():
            channel.messages = {}
        self.ephemerals: list[Message] = []
        self.modals = Modals(now, self.pulse)
        self.triggers = Triggers()
        self.response_urls = ResponseUrls()
        self.files: dict[str, dict[str, Any]] = {}
        self.marks, self.settings = Marks(), Settings()
        self.drafts: dict[tuple[str, str], State] = {}
        self.on_event: list[Callable[[Event], None]] = []
        self._last = (0, 0)
        self._dms = itertools.count(1)

    def emit(self, event: Event) -> None:
        """Tells of what has happened; whoever looks on learns that something has changed."""
        self.pulse.beat()
        for listener in self.on_event:
            listener(event)

    def next_ts(self) -> str:
        """A ts by the workspace's clock that is greater than every one before it."""
        now = self.now()
        whole = int(now.timestamp())
        self._last = max((whole, now.microsecond), self._after(self._last))
        return f"{self._last[0]}.{self._last[1]:06d}"

    @staticmethod
    def _after(last: tuple[int, int]) -> tuple[int, int]:
        return (last[0], last[1] + 1) if last[1] < 999_999 else (last[0] + 1, 0)

    # Looking things up; the first six serve mrkdwn as its Names.

    def user_name(self, user_id: str) -> str | None:
        user = self.users.get(user_id)
        return user.name if user else None

    def group_handle(self, group_id: str) -> str | None:
        group = self.groups.get(group_id)
        return group.handle if group else None

    def channel_name(self, channel_id: str) -> str | None:
        channel = self.channels.get(channel_id)
        return channel.name if channel else None

    def user_id(self, name: str) -> str | None:
        return next((user.id for user in self.users.values() if user.name == name), None)

    def group_id(self, handle: str) -> str | None:
        return next((g.id for g in self.groups.values() if g.handle == handle), None)

    def channel_id(self, name: str) -> tuple[str, bool] | None:
        named = (c for c in self.channels.values() if c.name == name and not c.is_im)
        return next(((c.id, c.kind == "public") for c in named), None)

    def user(self, name_or_id: str) -> User:
        """Raises LookupError for nobody: for the people who play, not for the Web API."""
        found = self.users.get(name_or_id) or self.users.get(self.user_id(name_or_id) or "")
        if found is None:
            raise LookupError(f"nobody here is called {name_or_id}")
        return found

    def group(self, handle_or_id: str) -> UserGroup:
        handle = handle_or_id.removeprefix("@")
        found = self.groups.get(handle) or self.groups.get(self.group_id(handle) or "")
        if found is None:
            raise LookupError(f"no user group here is called {handle_or_id}")
        return found

    def channel(self, name_or_id: str) -> Channel:
        name = name_or_id.removeprefix("#")
        found = self.channels.get(name)
        if found is None and (named := self.channel_id(name)):
            found = self.channels[named[0]]
        if found is None:
            raise LookupError(f"no channel here is called {name_or_id}")
        return found

    def dm(self, user_id: str) -> Channel:
        """The direct message between the bot and somebody, opened if need be."""
        for channel in self.channels.values():
            if channel.is_im and user_id in channel.members:
                return channel
        found = Channel(f"D0DM{next(self._dms):05d}", "", "im", [user_id, self.bot_id])
        self.channels[found.id] = found
        return found

    # Messages.

    def accept(self, blocks: Any, text: str) -> list[dict[str, Any]]:
        """The blocks with ids; raises SlackError for bad ones or for nothing to show."""
        refuse_blocks(check_blocks(blocks, "message"))
        if counted(blocks) > self.settings.longest_blocks:
            raise SlackError("msg_blocks_too_long")
        refuse_blocks(strange(blocks, self.files, self.settings.looks_through))
        if not blocks and not text.strip():
            raise SlackError("no_text")
        return with_ids(blocks)

    def post(
        self, channel: Channel, user: str, text: str, blocks: Any = (), **more: Any
    ) -> Message:
        """Posts a checked message; `more` are further fields of Message, and link_names."""
        flags = {key: more.pop(key) for key in ("mrkdwn", "link_names") if key in more}
        message = Message(channel.id, self.next_ts(), user, "", **more)
        if user == self.bot_id:
            message.bot_id, message.app_id = BOT_PROFILE, APP_ID
        shown = text[:LONGEST_TEXT]
        message.say(shown, list(blocks), self.now())
        message.mentions = pings_of(shown, message.blocks, **flags)
        if message.ephemeral_to:
            self.ephemerals.append(message)
        else:
            channel.messages[message.ts] = message
        self._start_thread(channel, message)
        self._tell_of(channel, message)
        return message

    def _tell_of(self, channel: Channel, message: Message) -> None:
        """A post is told of, and once more where it names the bot; an ephemeral one is not."""
        self.pulse.beat()
        if message.ephemeral_to:
            return
        self.emit(telling.posted(message, channel, self.team_id))
        if self._names_us(message.mentions, message, channel):
            self.emit(telling.mention(message, channel, self.team_id))

    def _names_us(self, named: frozenset[str], message: Message, channel: Channel) -> bool:
        return self.bot_id in named and message.user != self.bot_id and not channel.is_im

    def _start_thread(self, channel: Channel, message: Message) -> None:
        parent = channel.messages.get(message.thread_ts or "")
        if parent is not None and parent is not message and not message.ephemeral_to:
            parent.thread_ts = parent.ts

    def edit(self, message: Message, text: str, blocks: list[dict[str, Any]]) -> None:
        channel, before = self.channels[message.channel], telling.said(message, self.team_id)
        message.say(text, blocks, self.now())
        named = pings_of(text, blocks) - message.mentions
        message.mentions |= named
        self.pulse.beat()
        if message.ephemeral_to:
            return
        self.emit(telling.changed(before, message, channel, self.team_id, self.next_ts()))
        if self._names_us(named, message, channel):
            self.emit(telling.mention(message, channel, self.team_id))

    def delete(self, message: Message) -> None:
        message.deleted = True
        if message.ephemeral_to:
            self.ephemerals.remove(message)
        else:
            channel = self.channels[message.channel]
            del channel.messages[message.ts]
            self.emit(telling.deleted(message, channel, self.team_id, self.next_ts()))
        self.pulse.beat()

    def before(self, channel: Channel, oldest: str, latest: str, inclusive: bool) -> list[Message]:
        """Top-level messages between two ts, newest first, as conversations.history has them."""
        low, high = seconds(oldest or "0"), seconds(latest or "9999999999")
        found = [m for m in channel.in_order() if not m.is_reply or m.broadcast]
        return [
            m
            for m in reversed(found)
            if low < seconds(m.ts) < high or (inclusive and seconds(m.ts) in (low, high))
        ]

    # What happens to people and groups, which the bot hears of as events.

    def change_user(self, name: str, **changes: Any) -> User:
        """Changes an account (tz, deleted, is_restricted ...) and tells the bot."""
        user = self.user(name)
        for key, value in changes.items():
            if not hasattr(user, key):
                raise AttributeError(key)
            setattr(user, key, value)
        self.emit({"type": "user_change", "user": user.wire(self.now()), **self._stamp()})
        return user

    def change_group(self, handle: str, members: list[str]) -> UserGroup:
        """Makes these people (names or ids) the members of a group and tells the bot."""
        group = self.group(handle)
        before, after = group.members, [self.user(member).id for member in members]
        group.members = after
        added = [each for each in after if each not in before]
        removed = [each for each in before if each not in after]
        self.emit(
            {
                "type": "subteam_members_changed",
                "subteam_id": group.id,
                "team_id": self.team_id,
                "date_previous_update": int((self.now() - timedelta(days=1)).timestamp()),
                "date_update": int(self.now().timestamp()),
                "added_users": added,
                "added_users_count": str(len(added)),
                "removed_users": removed,
                "removed_users_count": str(len(removed)),
                **self._stamp(),
            }
        )
        return group

    def join(self, channel: Channel, user: User, inviter: str | None = None) -> None:
        if user.id in channel.members:
            return
        channel.members.append(user.id)
        event = {
            "type": "member_joined_channel",
            "user": user.id,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "public" else "G",
            "team": self.team_id,
            **self._stamp(),
        }
        self.emit({**event, "inviter": inviter} if inviter else event)

    def leave(self, channel: Channel, user: User) -> None:
        channel.members.remove(user.id)
        kind = "C" if channel.kind == "public" else "G"
        self.emit(
            {
                "type": "member_left_channel",
                "user": user.id,
                "channel": channel.id,
                "channel_type": kind,
                "team": self.team_id,
                **self._stamp(),
            }
        )

    def _stamp(self) -> dict[str, str]:
        return {"event_ts": self.next_ts()}
