"""The conversations methods: which channels there are, who is in them, what was said."""

from __future__ import annotations

import re

from rehearsal.api.call import Answer, Call, method
from rehearsal.channels import Channel, seconds
from rehearsal.errors import SlackError
from rehearsal.messages import Message

TYPES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}
MOST_PEOPLE = 8
TS = re.compile(r"\d{1,10}(\.\d{1,6})?\Z")


@method("conversations.info", "tier3", form_only=True)
def info(call: Call) -> Answer:
    if not call.scopes.intersection(READ.values()):
        call.need("channels:read")  # whoever may see no channel isn't told which there are
    channel = call.channel()
    call.need(READ[channel.kind])
    without = () if call.flag("include_num_members") else ("num_members",)
    return {"channel": _told_of(call, channel, *without)}


def _told_of(call: Call, channel: Channel, *without: str) -> Answer:
    found = channel.wire(call.workspace.bot_id)
    return {key: value for key, value in found.items() if key not in without}


@method("conversations.list", "tier2", form_only=True)
def listed(call: Call) -> Answer:
    page, following = call.page([c for c in _of_types(call) if call.sees(c)], 999)
    told = [_told_of(call, channel) for channel in page]
    return {"channels": told, "response_metadata": following}


@method("users.conversations", "tier3", form_only=True)
def of_user(call: Call) -> Answer:
    """The channels somebody is in, or the bot itself; of private ones those it is in too."""
    user = call.user().id if call.text("user") else call.workspace.bot_id
    found = [c for c in _of_types(call) if user in c.members and call.sees(c)]
    page, following = call.page(found, 999)
    told = [_told_of(call, channel, "num_members", "is_member") for channel in page]
    return {"channels": told, "response_metadata": following}


def _of_types(call: Call) -> list[Channel]:
    """The channels of the types asked for, each of which needs its own scope."""
    names = [name.strip() for name in call.text("types", "public_channel").split(",")]
    if any(name not in TYPES for name in names):
        raise SlackError("invalid_types")
    kinds = {TYPES[name] for name in names}
    for kind in sorted(kinds):
        call.need(READ[kind])
    found = [c for c in call.workspace.channels.values() if c.kind in kinds]
    return [c for c in found if not (c.archived and call.flag("exclude_archived"))]


@method("conversations.members", "tier4", form_only=True)
def members(call: Call) -> Answer:
    channel = call.channel()
    call.need(READ[channel.kind])
    page, following = call.page(channel.members, 1000)
    return {"members": page, "response_metadata": following}


@method("conversations.open", "tier3", "im:write")
def opened(call: Call) -> Answer:
    ids = [each.strip() for each in call.text("users").split(",") if each.strip()]
    if not ids:
        return _opened(call, _resumed(call), already=True)
    if len(ids) > MOST_PEOPLE:
        raise SlackError("too_many_users")
    if len(ids) > 1:
        call.need("mpim:write")
        raise SlackError("method_not_supported_for_channel_type")
    user = call.workspace.users.get(ids[0])
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_stranger:
        raise SlackError("user_not_visible")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    before = len(call.workspace.channels)
    channel = call.workspace.dm(user.id)
    return _opened(call, channel, already=len(call.workspace.channels) == before)


def _resumed(call: Call) -> Channel:
    if not call.text("channel"):
        raise SlackError("users_list_not_supplied")
    channel = call.channel()
    if not channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return channel


def _opened(call: Call, channel: Channel, *, already: bool) -> Answer:
    whole = call.flag("return_im")
    told = {"channel": _told_of(call, channel) if whole else {"id": channel.id}}
    return {**told, "no_op": True, "already_open": True} if already else told


@method("conversations.join", "tier3", "channels:join")
def join(call: Call) -> Answer:
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    if call.is_in(channel):
        call.warnings.append("already_in_channel")
    call.workspace.join(channel, call.workspace.users[call.workspace.bot_id])
    return {"channel": channel.wire(call.workspace.bot_id)}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_kind(channel, "history")
    if not call.is_in(channel):
        raise SlackError("not_in_channel")
    for name in ("oldest", "latest"):
        if call.text(name) and not TS.match(call.text(name)):
            raise SlackError(f"invalid_ts_{name}")
    return channel


def _told(call: Call, message: Message, channel: Channel) -> Answer:
    shown = message.wire(call.workspace.team_id, call.flag("include_all_metadata"))
    found = {**shown, **call.workspace.marks.on(message)}
    replies = channel.replies(message.ts)
    if not replies:
        return found
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        **found,
        "reply_count": len(replies),
        "reply_users": users,
        "reply_users_count": len(users),
        "latest_reply": replies[-1].ts,
    }


@method("conversations.history", "tier3", form_only=True)
def history(call: Call) -> Answer:
    channel = _readable(call)
    found = call.workspace.before(
        channel, call.text("oldest"), call.text("latest"), call.flag("inclusive")
    )
    page, following = call.page(found, 999)
    more = bool(following["next_cursor"])
    answer = {"messages": [_told(call, m, channel) for m in page], "has_more": more}
    return {**answer, "response_metadata": following} if more else answer


@method("conversations.replies", "tier3", form_only=True)
def replies(call: Call) -> Answer:
    channel = _readable(call)
    parent = channel.messages.get(call.required("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    thread = [m for m in channel.in_order() if m.thread_ts == parent.ts and m is not parent]
    low, high = seconds(call.text("oldest") or "0"), seconds(call.text("latest") or "9999999999")
    within = [m for m in thread if low <= seconds(m.ts) <= high]
    page, following = call.page([parent, *within], 1000)
    more = bool(following["next_cursor"])
    answer = {"messages": [_told(call, m, channel) for m in page], "has_more": more}
    return {**answer, "response_metadata": following} if more else answer
