"""The reactions methods: an emoji put on a message, once by each."""

from __future__ import annotations

import re

from rehearsal.api.call import Answer, Call, method
from rehearsal.errors import SlackError

# Which emoji a workspace has is not known here, so any well-formed name is one.
NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?\Z")


def _users(call: Call) -> list[str]:
    """Who has reacted to the message with this emoji; what is added to it stays."""
    channel = call.joined_channel()
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    message = call.message(channel, "timestamp")
    if not NAME.match(call.required("name")):
        raise SlackError("invalid_name")
    if channel.archived:
        raise SlackError("is_archived")
    of_message = call.workspace.marks.reactions.setdefault((channel.id, message.ts), {})
    return of_message.setdefault(call.text("name"), [])


@method("reactions.add", "tier3", "reactions:write")
def add(call: Call) -> Answer:
    users = _users(call)
    if call.workspace.bot_id in users:
        raise SlackError("already_reacted")
    users.append(call.workspace.bot_id)
    call.workspace.pulse.beat()
    return {}


@method("reactions.remove", "tier2", "reactions:write")
def remove(call: Call) -> Answer:
    users = _users(call)
    if call.workspace.bot_id not in users:
        raise SlackError("no_reaction")
    users.remove(call.workspace.bot_id)
    call.workspace.pulse.beat()
    return {}
