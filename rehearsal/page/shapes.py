"""People, messages and views as the page gets them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Any

from rehearsal.channels import Channel, seconds
from rehearsal.messages import Message
from rehearsal.onlooker import Onlooker
from rehearsal.page.places import notifies
from rehearsal.people import User
from rehearsal.views import View, initial_state

IMAGES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".svg": "image/svg+xml",
}
Shape = dict[str, Any]


def person_shape(user: User) -> Shape:
    return {
        "id": user.id,
        "name": user.name,
        "real_name": user.real_name,
        "title": user.title,
        "tz": user.tz,
        "kind": _kind(user),
    }


def _kind(user: User) -> str:
    kinds = {
        "bot": user.is_bot,
        "deactivated": user.deleted,
        "stranger": user.is_stranger,
        "guest": user.is_guest,
        "admin": user.is_admin,
    }
    return next((kind for kind, is_one in kinds.items() if is_one), "member")


def message_shape(
    person: Onlooker, channel: Channel, message: Message, replies: Sequence[Message] = ()
) -> Shape:
    """A message with what this person has put into its menus so far."""
    drafts = person.workspace.drafts.get((person.id, message.ts))
    return {
        "channel": channel.id,
        "ts": message.ts,
        "version": message.edits,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "ephemeral": message.ephemeral_to is not None,
        "edited": bool(message.edits) and message.bot_id is None,
        "files": [_file(person, file) for file in message.files],
        "state": initial_state(message.blocks, drafts),
        "replies": len(replies),
        "repliers": list(dict.fromkeys(reply.user for reply in replies)),
        "last_reply": replies[-1].ts if replies else None,
        "mentions_me": notifies(person, channel, message) and not channel.is_im,
    }


def _file(person: Onlooker, file: Shape) -> Shape:
    kept = {**person.workspace.files.get(file["id"], {}), **file}
    title = str(kept.get("title") or kept.get("name") or "")
    return {
        "id": kept["id"],
        "title": title,
        "alt": str(kept.get("alt_txt") or kept.get("alt_text") or title),
        "url": f"/page/file/{kept['id']}",
        "image": image_type(str(kept.get("name") or "")) is not None,
    }


def image_type(name: str) -> str | None:
    """The content type of a file a browser may show as an image, by its name."""
    return IMAGES.get(PurePath(name).suffix.lower())


def open_place(person: Onlooker, channel: Channel, thread_ts: str | None) -> Shape:
    """The place a person looks at: its messages, and the thread they have open beside it."""
    mine = [m for m in person.workspace.ephemerals if m.ephemeral_to == person.id]
    there = [*channel.messages.values(), *(m for m in mine if m.channel == channel.id)]
    there.sort(key=lambda message: seconds(message.ts))
    threads: dict[str, list[Message]] = {}
    for message in there:
        if message.is_reply and message.thread_ts:
            threads.setdefault(message.thread_ts, []).append(message)

    def shape(message: Message) -> Shape:
        replies = [m for m in threads.get(message.ts, ()) if not m.ephemeral_to]
        return message_shape(person, channel, message, replies)

    parent = channel.messages.get(thread_ts or "")
    return {
        "messages": [shape(m) for m in there if not m.is_reply or m.broadcast],
        "thread": {
            "parent": shape(parent),
            "replies": [shape(m) for m in threads.get(parent.ts, ())],
        }
        if parent is not None
        else None,
    }


def view_shape(view: View) -> Shape:
    """A modal or home tab; a modal without a label for closing gets the usual one."""
    submit = _text(view.given.get("submit"))
    return {
        "id": view.id,
        "type": view.type,
        "hash": view.hash,
        "title": view.title,
        "submit": submit,
        "close": _text(view.given.get("close")) or ("Cancel" if submit else "Close"),
        "blocks": view.blocks,
        "state": {block_id: dict(parts) for block_id, parts in view.state.items()},
    }


def _text(given: Any) -> str:
    return str((given or {}).get("text", ""))
