"""The chat methods: posting, editing and deleting what the bot says."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from rehearsal.api.call import Answer, Call, method, objection
from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.messages import Message
from rehearsal.people import User
from rehearsal.workspace import Workspace

EDITED_TEXT = 4_000
LONGEST_TEXT = 40_000
LONGEST_METADATA = 16_000
MOST_ATTACHMENTS = 100
TS = re.compile(r"\d{10}\.\d{6}\Z")


@method("chat.postMessage", "workspace", "chat:write")
def post_message(call: Call) -> Answer:
    channel = _where_to_post(call)
    call.limits.spend("chat.postMessage/channel", "post", channel.id)
    attachments = _attachments(call)
    text, blocks = _content(call, attachments)
    if len(text) > LONGEST_TEXT:
        call.warnings.append("message_truncated")
    message = call.workspace.post(
        channel,
        call.workspace.bot_id,
        text,
        blocks,
        thread_ts=_thread(call, channel),
        attachments=attachments,
        broadcast=call.flag("reply_broadcast") and bool(call.text("thread_ts")),
        metadata=_metadata(call),
        link_names=call.flag("link_names") or call.text("parse") == "full",
        mrkdwn=call.text("mrkdwn", "true").lower() not in ("0", "false"),
    )
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message.wire(call.workspace.team_id, metadata=True),
    }


def _where_to_post(call: Call) -> Channel:
    name = call.required("channel")
    if name in call.workspace.users:
        return call.workspace.dm(_reachable(call.workspace.users[name], call).id)
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if call.workspace.bot_id not in channel.members and "chat:write.public" not in call.scopes:
        raise SlackError("not_in_channel")
    if channel.restricted:
        raise SlackError(channel.restricted)
    if channel.is_im:
        _reachable(call.workspace.users[channel.other_than(call.workspace.bot_id)], call)
    return channel


def _reachable(user: User, call: Call) -> User:
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_stranger:
        raise SlackError("channel_not_found")
    if not call.workspace.settings.messages_tab:
        raise SlackError("messages_tab_disabled")
    return user


def _attachments(call: Call) -> list[Any]:
    found = call.structure("attachments") or []
    if not isinstance(found, list):
        raise objection("must be an array: attachments")
    if len(found) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    return found


def _content(call: Call, attachments: Sequence[Any] = ()) -> tuple[str, list[dict[str, Any]]]:
    """The text and the checked blocks of a post or an edit; attachments may stand alone."""
    if call.text("markdown_text"):
        if call.text("text") or call.structure("blocks"):
            raise SlackError("markdown_text_conflict")
        markdown = [{"type": "markdown", "text": call.text("markdown_text")}]
        return "", call.workspace.accept(markdown, "")
    text = call.text("text")
    blocks = call.structure("blocks", "invalid_blocks_format")
    if not text.strip() and not blocks and attachments:
        return text, []
    return text, call.workspace.accept([] if blocks is None else blocks, text)


def _thread(call: Call, channel: Channel) -> str | None:
    thread_ts = call.text("thread_ts")
    if not thread_ts:
        return None
    if not TS.match(thread_ts):
        raise SlackError("invalid_thread_ts")
    parent = channel.messages.get(thread_ts)
    if parent is None:
        raise SlackError("thread_not_found")
    if parent.is_reply:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def _metadata(call: Call) -> dict[str, Any] | None:
    found = call.structure("metadata", "invalid_metadata_format")
    if found is None:
        return None
    if not isinstance(found, dict) or set(found) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    named = isinstance(found.get("event_type"), str) and found.get("event_type")
    if found and not (named and isinstance(found.get("event_payload"), dict)):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(found)) > LONGEST_METADATA:
        raise SlackError("metadata_too_large")
    return found


@method("chat.update", "tier3", "chat:write")
def update(call: Call) -> Answer:
    channel, message = _own_message(call, "cant_update_message")
    if channel.archived:
        raise SlackError("is_inactive")
    _still_open(call, message)
    if len(call.text("text")) > EDITED_TEXT:
        raise SlackError("msg_too_long")
    text, blocks = _edited(call, message)
    metadata = _metadata(call)
    call.workspace.edit(message, text, blocks)
    if metadata is not None:
        message.metadata = metadata or None
    return {
        "channel": channel.id,
        "ts": message.ts,
        "text": message.text,
        "message": message.wire(call.workspace.team_id, metadata=True),
    }


def _still_open(call: Call, message: Message) -> None:
    window, first = call.workspace.settings.edit_window, message.versions[0].at
    if window is not None and call.workspace.now() - first > window:
        raise SlackError("edit_window_closed")


def _edited(call: Call, message: Message) -> tuple[str, list[dict[str, Any]]]:
    """What an edit leaves: text without blocks removes them (slack-platform 9.3)."""
    if not {"text", "blocks", "markdown_text"} & set(call.arguments):
        if call.structure("metadata") is None:
            raise SlackError("no_text")
        return message.text, message.blocks
    return _content(call)


def _own_message(call: Call, error: str) -> tuple[Channel, Message]:
    channel = call.channel()
    message = call.message(channel)
    if message.user != call.workspace.bot_id:
        raise SlackError(error)
    return channel, message


@method("chat.delete", "tier3", "chat:write")
def delete(call: Call) -> Answer:
    channel, message = _own_message(call, "cant_delete_message")
    call.workspace.delete(message)
    return {"channel": channel.id, "ts": message.ts}


@method("chat.postEphemeral", "tier4", "chat:write")
def post_ephemeral(call: Call) -> Answer:
    channel = call.channel()
    if channel.archived:
        raise SlackError("is_archived")
    if call.workspace.bot_id not in channel.members:
        raise SlackError("not_in_channel")
    user = call.user()
    if user.id not in channel.members or user.deleted:
        raise SlackError("user_not_in_channel")
    if len(call.text("text")) > LONGEST_TEXT:
        raise SlackError("msg_too_long")
    text, blocks = _content(call)
    thread_ts = _thread(call, channel)
    message = call.workspace.post(
        channel,
        call.workspace.bot_id,
        text,
        blocks,
        thread_ts=thread_ts,
        ephemeral_to=user.id,
    )
    if thread_ts and not channel.replies(thread_ts):
        # Slack takes it, and shows it to nobody: the thread is not active (slack-platform 9.2).
        call.workspace.delete(message)
    return {"message_ts": message.ts}


@method("chat.getPermalink", "special", form_only=True)
def permalink(call: Call) -> Answer:
    channel = call.channel()
    message = call.message(channel, "message_ts")
    return {"channel": channel.id, "permalink": address_of(call.workspace, message)}


def address_of(workspace: Workspace, message: Message) -> str:
    """Where a browser finds a message."""
    place = f"{message.channel}/p{message.ts.replace('.', '')}"
    address = f"https://{workspace.company.domain}.slack.com/archives/{place}"
    if message.is_reply:
        address += f"?thread_ts={message.thread_ts}&cid={message.channel}"
    return address
