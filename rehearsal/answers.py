"""What the bot says back to an interaction, by its acknowledgement or by a response url."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.errors import SlackError
from rehearsal.messages import Message
from rehearsal.tickets import ResponseUrl
from rehearsal.views import View
from rehearsal.workspace import Workspace


def give(workspace: Workspace, ticket: ResponseUrl, body: dict[str, Any]) -> None:
    """Shows an answer as slack-platform section 5 says; raises SlackError for a bad one."""
    source = _source(workspace, ticket)
    if body.get("delete_original"):
        if source is not None:
            workspace.delete(source)
        if not body.get("text") and not body.get("blocks"):
            return
        source = None
    text = str(body.get("text") or "")
    blocks = workspace.accept(body.get("blocks") or [], text)
    if body.get("replace_original") and source is not None:
        workspace.edit(source, text, blocks)
        return
    public = body.get("response_type") == "in_channel"
    workspace.post(
        workspace.channels[ticket.channel],
        workspace.bot_id,
        text,
        blocks,
        thread_ts=body.get("thread_ts") or None,
        metadata=body.get("metadata") or None,
        ephemeral_to=None if public else ticket.user,
        interaction=ticket.interaction,
    )


def _source(workspace: Workspace, ticket: ResponseUrl) -> Message | None:
    """The bot's own message that was acted on; a person's own can't be replaced."""
    if ticket.source is None:
        return None
    found = workspace.channels[ticket.channel].messages.get(ticket.source)
    hidden = (m for m in workspace.ephemerals if m.ts == ticket.source)
    source = found or next(hidden, None)
    return source if source is not None and source.user == workspace.bot_id else None


def spend(workspace: Workspace, token: str, body: Any) -> None:
    """Answers through a response url; raises SlackError once it is spent or too old."""
    ticket = workspace.response_urls.spend(token, workspace.now())
    if not isinstance(body, dict):
        raise SlackError("invalid_payload", status=400)
    try:
        give(workspace, ticket, body)
    except SlackError as refusal:
        refusal.status = 400
        raise


def said_in(body: str) -> dict[str, Any]:
    """An acknowledgement's body, where plain text is a message's text."""
    if not body.strip():
        return {}
    try:
        found = json.loads(body)
    except ValueError:
        return {"text": body}
    return found if isinstance(found, dict) else {"text": str(found)}


def field_errors(view: View, errors: Any) -> dict[str, str]:
    """Errors by block_id; raises SlackError where one names no input block."""
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or set(errors) - inputs:
        raise SlackError("invalid_errors")
    return {str(key): str(value) for key, value in errors.items()}
