"""The pins methods: which messages of a channel are kept in view."""

from __future__ import annotations

from rehearsal.api.call import Answer, Call, method
from rehearsal.api.chat import address_of
from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.messages import Message


def _item(call: Call) -> tuple[Channel, Message]:
    channel = call.joined_channel()
    if not call.text("timestamp"):
        raise SlackError("no_item_specified")
    return channel, call.message(channel, "timestamp")


@method("pins.add", "tier2", "pins:write")
def add(call: Call) -> Answer:
    channel, message = _item(call)
    marks, workspace = call.workspace.marks, call.workspace
    if (channel.id, message.ts) in marks.pins:
        raise SlackError("already_pinned")
    if len(marks.pinned_in(channel)) >= workspace.settings.most_pins:
        raise SlackError("too_many_pins")
    pin = (workspace.bot_id, int(workspace.now().timestamp()))
    marks.pins[channel.id, message.ts] = pin
    workspace.pulse.beat()
    return {}


@method("pins.remove", "tier2", "pins:write")
def remove(call: Call) -> Answer:
    channel, message = _item(call)
    if call.workspace.marks.pins.pop((channel.id, message.ts), None) is None:
        raise SlackError("no_pin")
    call.workspace.pulse.beat()
    return {}


@method("pins.list", "tier2", "pins:read", form_only=True)
def listed(call: Call) -> Answer:
    channel = call.joined_channel()
    return {
        "items": [
            {
                "type": "message",
                "channel": channel.id,
                "created": at,
                "created_by": who,
                "message": _shown(call, message),
            }
            for message, who, at in call.workspace.marks.pinned_in(channel)
        ]
    }


def _shown(call: Call, message: Message) -> Answer:
    marks = call.workspace.marks.on(message)
    found = message.wire(call.workspace.team_id)
    return {**found, **marks, "permalink": address_of(call.workspace, message)}
