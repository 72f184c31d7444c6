"""Builds what Slack sends for each thing a person does (slack-platform 1.2 to 1.8)."""

from __future__ import annotations

from typing import Any

from rehearsal.channels import Channel
from rehearsal.messages import Message
from rehearsal.people import User
from rehearsal.views import State, View
from rehearsal.workspace import APP_ID, BOT_PROFILE, Workspace

Payload = dict[str, Any]


def command(
    workspace: Workspace, user: User, channel: Channel, typed: str, response_url: str
) -> Payload:
    """`typed` is the whole line, already escaped; its first word is the command."""
    word, _, text = typed.partition(" ")
    shown = {"public": channel.name, "private": "privategroup", "im": "directmessage"}
    return {
        "token": "deprecated",
        "team_id": workspace.team_id,
        "team_domain": workspace.company.domain,
        "channel_id": channel.id,
        "channel_name": shown[channel.kind],
        "user_id": user.id,
        "user_name": user.name,
        "command": word,
        "text": text.strip(),
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": workspace.triggers.issue(user.id),
    }


def _envelope(workspace: Workspace, user: User, kind: str, view: View | None = None) -> Payload:
    return {
        "type": kind,
        "api_app_id": APP_ID,
        "token": "deprecated",
        "team": {"id": workspace.team_id, "domain": workspace.company.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {
            "id": user.id,
            "username": user.name,
            "name": user.name,
            "team_id": user.team_id,
        },
        "trigger_id": workspace.triggers.issue(user.id, view.id if view else None),
    }


def press_in_message(
    workspace: Workspace,
    user: User,
    message: Message,
    action: Payload,
    state: State,
    response_url: str,
) -> Payload:
    channel = workspace.channels[message.channel]
    hidden = message.ephemeral_to is not None
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": hidden,
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    found = {
        **_envelope(workspace, user, "block_actions"),
        "container": container,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "state": {"values": state},
        "response_url": response_url,
        "actions": [_stamped(workspace, action)],
    }
    return found if hidden else {**found, "message": message.wire(workspace.team_id)}


def press_in_view(workspace: Workspace, user: User, view: View, action: Payload) -> Payload:
    return {
        **_envelope(workspace, user, "block_actions", view),
        "container": {"type": "view", "view_id": view.id},
        "view": view_object(workspace, view),
        "actions": [_stamped(workspace, action)],
    }


def _stamped(workspace: Workspace, action: Payload) -> Payload:
    return {**action, "action_ts": workspace.next_ts()}


def view_object(workspace: Workspace, view: View) -> Payload:
    return view.wire(workspace.team_id, APP_ID, BOT_PROFILE)


def submission(workspace: Workspace, user: User, view: View) -> Payload:
    found = _envelope(workspace, user, "view_submission", view)
    return {**found, "view": view_object(workspace, view), "response_urls": []}


def closing(workspace: Workspace, user: User, view: View, *, cleared: bool) -> Payload:
    found = _envelope(workspace, user, "view_closed")
    del found["trigger_id"]
    shown = {**view_object(workspace, view), "state": {"values": {}}}
    return {**found, "view": shown, "is_cleared": cleared}


def shortcut(workspace: Workspace, user: User, callback_id: str) -> Payload:
    return {
        **_envelope(workspace, user, "shortcut"),
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
    }


def message_shortcut(
    workspace: Workspace, user: User, callback_id: str, message: Message, response_url: str
) -> Payload:
    channel = workspace.channels[message.channel]
    return {
        **_envelope(workspace, user, "message_action"),
        "callback_id": callback_id,
        "action_ts": workspace.next_ts(),
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "message": message.wire(workspace.team_id),
        "response_url": response_url,
    }


def home_opened(workspace: Workspace, user: User) -> Payload:
    found = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": workspace.dm(user.id).id,
        "tab": "home",
        "event_ts": workspace.next_ts(),
    }
    view = workspace.modals.homes.get(user.id)
    return {**found, "view": view_object(workspace, view)} if view else found
