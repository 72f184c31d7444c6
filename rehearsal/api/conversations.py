"""The conversations methods: which channels there are, who is in them, what was said."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method
from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.messages import Message

FAMILIES = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
READ = {"public": "channels:read", "private": "groups:read", "im": "im:read", "mpim": "mpim:read"}


@method("conversations.info", "tier3")
def info(call: Call) -> Answer:
    channel = call.channel()
    call.need(READ[channel.kind])
    return {"channel": channel.wire(call.workspace.bot_id)}


@method("conversations.list", "tier2")
def listed(call: Call) -> Answer:
    names = [name.strip() for name in call.text("types", "public_channel").split(",")]
    if any(name not in FAMILIES for name in names):
        raise SlackError("invalid_types")
    kinds = {FAMILIES[name] for name in names}
    for kind in sorted(kinds):
        call.need(READ[kind])
    bot = call.workspace.bot_id
    visible = [c for c in call.workspace.channels.values() if _listed(c, bot)]
    found = [c for c in visible if c.kind in kinds]
    if call.flag("exclude_archived"):
        found = [c for c in found if not c.archived]
    page, following = call.page(found, 999)
    return {"channels": [c.wire(bot) for c in page], "response_metadata": following}


def _listed(channel: Channel, bot: str) -> bool:
    return channel.kind == "public" or bot in channel.members


@method("conversations.members", "tier4")
def members(call: Call) -> Answer:
    channel = call.channel()
    call.need(READ[channel.kind])
    page, following = call.page(channel.members, 1000)
    return {"members": page, "response_metadata": following}


@method("conversations.open", "tier3", "im:write")
def opened(call: Call) -> Answer:
    ids = [each.strip() for each in call.text("users").split(",") if each.strip()]
    if not ids:
        return {"channel": {"id": call.channel().id}}
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
    channel = call.workspace.dm(user.id)
    whole = call.flag("return_im")
    return {"channel": channel.wire(call.workspace.bot_id) if whole else {"id": channel.id}}


@method("conversations.join", "tier3", "channels:join")
def join(call: Call) -> Answer:
    channel = call.channel()
    if channel.kind != "public":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.archived:
        raise SlackError("is_archived")
    call.workspace.join(channel, call.workspace.users[call.workspace.bot_id])
    return {"channel": channel.wire(call.workspace.bot_id)}


def _readable(call: Call) -> Channel:
    channel = call.channel()
    call.need_kind(channel, "history")
    if call.workspace.bot_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _told(call: Call, message: Message, channel: Channel) -> Answer:
    found = message.wire(call.workspace.team_id, call.flag("include_all_metadata"))
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


@method("conversations.history", "tier3")
def history(call: Call) -> Answer:
    channel = _readable(call)
    found = call.workspace.before(
        channel, call.text("oldest"), call.text("latest"), call.flag("inclusive")
    )
    page, following = call.page(found, 999)
    more = bool(following["next_cursor"])
    answer = {"messages": [_told(call, m, channel) for m in page], "has_more": more}
    return {**answer, "response_metadata": following} if more else answer


@method("conversations.replies", "tier3")
def replies(call: Call) -> Answer:
    channel = _readable(call)
    parent = channel.messages.get(call.required("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    thread = [m for m in channel.in_order() if m.thread_ts == parent.ts and m is not parent]
    low, high = call.text("oldest") or "0", call.text("latest") or "9999999999"
    within = [m for m in thread if low <= m.ts <= high]
    page, following = call.page([parent, *within], 1000)
    more = bool(following["next_cursor"])
    answer = {"messages": [_told(call, m, channel) for m in page], "has_more": more}
    return {**answer, "response_metadata": following} if more else answer
