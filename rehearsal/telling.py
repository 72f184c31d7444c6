"""What Slack's events say of messages: posted, changed, deleted, and naming the bot (slack-platform 1.8)."""

from __future__ import annotations

import hashlib
from typing import Any

from rehearsal.channels import Channel
from rehearsal.messages import Message

KINDS = {"public": "channel", "private": "group", "im": "im"}
"""A conversation's kind as events call it."""
Event = dict[str, Any]


def posted(message: Message, channel: Channel, team_id: str) -> Event:
    """The `message` event of a post, a person's or the bot's own."""
    return {**_told(message, team_id), **_where(channel), "event_ts": message.ts}


def mention(message: Message, channel: Channel, team_id: str) -> Event:
    """The `app_mention` event of a post that names the bot; it has no subtype and no channel type."""
    told = _told(message, team_id)
    told.pop("subtype", None)
    return {**told, "type": "app_mention", "channel": channel.id, "event_ts": message.ts}


def changed(before: Event, message: Message, channel: Channel, team_id: str, ts: str) -> Event:
    """The `message_changed` event at `ts`; `before` is what `said` gave before the change."""
    now = said(message, team_id)
    return {**_hidden("message_changed", channel, ts), "message": now, "previous_message": before}


def deleted(message: Message, channel: Channel, team_id: str, ts: str) -> Event:
    """The `message_deleted` event at `ts`."""
    told = _hidden("message_deleted", channel, ts)
    return {**told, "deleted_ts": message.ts, "previous_message": said(message, team_id)}


def said(message: Message, team_id: str) -> Event:
    """A message as events carry one inside them."""
    return _told(message, team_id)


def _told(message: Message, team_id: str) -> Event:
    told = message.wire(team_id)
    if not message.bot_id:
        told["client_msg_id"] = hashlib.sha256(message.ts.encode()).hexdigest()[:32]
    return told


def _hidden(subtype: str, channel: Channel, ts: str) -> Event:
    told = {"type": "message", "subtype": subtype, "hidden": True, "ts": ts, "event_ts": ts}
    return {**told, **_where(channel)}


def _where(channel: Channel) -> Event:
    return {"channel": channel.id, "channel_type": KINDS[channel.kind]}
