"""Answers that come by a message of their own: to a press, and to an act that had to wait (DESIGN 6)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from commands.request import Reply, Request, Tools
from storage.company import Company
from storage.outbox import Message
from storage.writing import Transaction

log = logging.getLogger(__name__)

ANSWERABLE = timedelta(minutes=30)
"""How long Slack takes answers to a press (slack-platform 5)."""
BY_MESSAGE = frozenset({"button", "shortcut", "words"})
"""Doors that take no words in their acknowledgement: the answer is a message of its own."""
PLAIN_TO_SEE = frozenset(
    [
        "asserted",
        "halted-by-you",
        "lifted-by-you",
        "gone",
        "nothing-new",
        "seen-before",
        "meeting-started",
        "meeting-turned",
        "meeting-attended",
        "meeting-closed",
        "meeting-cancelled",
        "topic-removed",
    ]
)
"""Replies to a press that the message itself shows: no words are needed."""


def answer_press(tx: Transaction, request: Request, reply: Reply, tools: Tools) -> None:
    """Answer a press privately, unless its message shows the answer or the form still stands.

    Words are always answered, in a thread of theirs.
    """
    door = request.caller.door
    told = door in BY_MESSAGE or (door == "modal" and reply.ok)
    if told and (door == "words" or not _plain_to_see(reply)):
        answer_later(tx, request, reply, tools, f"answer:{request.key}")


def _plain_to_see(reply: Reply) -> bool:
    """Unless the act fell on another build, or the reason is still owed: then it says so."""
    unsaid = reply.about.get("asked_for") or reply.about.get("reason", "") is None
    return reply.template in PLAIN_TO_SEE and not unsaid


def answer_later(tx: Transaction, request: Request, reply: Reply, tools: Tools, key: str) -> None:
    """Send a reply by its own message, because the press itself has been answered already."""
    caller = request.caller
    if caller.person is None:
        return
    about = {**drawn(tools, reply, tx.company(), caller.person), "channel": caller.channel}
    private = caller.thread is None
    asked = reply.about.get("candidate")
    tx.send(
        Message(
            key,
            "answer",
            (caller.response_url if private else caller.channel) or caller.person,
            candidate=None if private else getattr(asked, "name", request.under),
            person=caller.person,
            about=about,
            once=True,
            expires_at=(request.pressed_at or tx.now) + ANSWERABLE if private else None,
            thread_ts=caller.thread,
        )
    )
    if reply.also is not None:
        answer_later(tx, request, reply.also, tools, f"{key}:also")


def drawn(tools: Tools, reply: Reply, company: Company, viewer: str | None) -> Mapping[str, Any]:
    """The reply in words; an act is never undone because its answer could not be drawn."""
    try:
        return tools.draw(reply, company, viewer)
    except Exception:
        log.exception("the reply %s could not be drawn", reply.template)
        done = "Done" if reply.ok else f"Not done ({reply.template})"
        return {"text": f"{done}; the answer could not be shown.", "blocks": []}
