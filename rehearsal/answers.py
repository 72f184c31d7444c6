"""What the bot says back to an interaction, by its acknowledgement or by a response url."""

from __future__ import annotations

from typing import Any

from rehearsal.errors import SlackError
from rehearsal.messages import Message
from rehearsal.tickets import ResponseUrl
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
    if ticket.source is None:
        return None
    found = workspace.channels[ticket.channel].messages.get(ticket.source)
    hidden = (m for m in workspace.ephemerals if m.ts == ticket.source)
    return found or next(hidden, None)


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
