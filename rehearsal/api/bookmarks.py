"""The bookmarks methods: links kept at the top of a channel."""

from __future__ import annotations

import re
from typing import Any

from rehearsal.api.call import Answer, Call, method, objection
from rehearsal.channels import Channel
from rehearsal.errors import SlackError

LONGEST = {"title": 256, "link": 2048}
LINK = re.compile(r"https?://\S+\Z")
EMOJI = re.compile(r":[a-z0-9_+'-]+:\Z")


def _channel(call: Call) -> Channel:
    found = call.channel("channel_id")
    if not call.is_in(found):
        raise SlackError("permission_denied")
    return found


def _given(call: Call) -> dict[str, Any]:
    """The fields that the call gives; raises SlackError for one Slack would not take."""
    for name, most in LONGEST.items():
        if len(call.text(name)) > most:
            raise objection(f"must be less than {most + 1} characters: {name}")
    if call.text("link") and not LINK.match(call.text("link")):
        raise SlackError("invalid_link")
    if call.text("emoji") and not EMOJI.match(call.text("emoji")):
        raise SlackError("invalid_emoji")
    return {name: call.text(name) for name in ("title", "link", "emoji") if call.text(name)}


def _found(call: Call) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The bookmark that is named, and all those of its channel."""
    every = call.workspace.marks.bookmarks.get(_channel(call).id, {})
    bookmark = every.get(call.required("bookmark_id"))
    if bookmark is None:
        raise SlackError("not_found")
    return bookmark, every


@method("bookmarks.add", "tier2", "bookmarks:write")
def add(call: Call) -> Answer:
    channel, workspace = _channel(call), call.workspace
    call.required("title")
    if call.required("type") != "link":
        raise SlackError("invalid_bookmark_type")
    given = _given(call)
    if "link" not in given:
        raise SlackError("invalid_link")
    every = workspace.marks.bookmarks.setdefault(channel.id, {})
    if len(every) >= workspace.settings.most_bookmarks:
        raise SlackError("too_many_bookmarks")
    bookmark = {
        "id": workspace.marks.bookmark_id(),
        "channel_id": channel.id,
        "emoji": None,
        "type": "link",
        "entity_id": None,
        "date_created": int(workspace.now().timestamp()),
        "date_updated": 0,
        "last_updated_by_user_id": workspace.bot_id,
        "last_updated_by_team_id": workspace.team_id,
        "shortcut_id": None,
        "app_id": None,
        **given,
    }
    every[bookmark["id"]] = bookmark
    workspace.pulse.beat()
    return {"bookmark": dict(bookmark)}


@method("bookmarks.edit", "tier2", "bookmarks:write")
def edit(call: Call) -> Answer:
    bookmark, _ = _found(call)
    bookmark.update(_given(call), date_updated=int(call.workspace.now().timestamp()))
    call.workspace.pulse.beat()
    return {"bookmark": dict(bookmark)}


@method("bookmarks.remove", "tier2", "bookmarks:write")
def remove(call: Call) -> Answer:
    bookmark, every = _found(call)
    del every[bookmark["id"]]
    call.workspace.pulse.beat()
    return {}


@method("bookmarks.list", "tier3", "bookmarks:read")
def listed(call: Call) -> Answer:
    channel = call.channel("channel_id")
    every = call.workspace.marks.bookmarks.get(channel.id, {})
    return {"bookmarks": [dict(bookmark) for bookmark in every.values()]}
