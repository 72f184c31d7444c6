"""Which scope each method needs, one row each, and which need none."""

from __future__ import annotations

from typing import Any

from tests.rehearsal.cases import ALICE, BOOK, IN_REL, MARK, MINE, OPS, RAN, REL, SAM, TO_ALICE

# Methods for a release bot: each method's scope, and for conversations one for each kind.
SCOPED: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", IN_REL, "chat:write"),
    ("chat.update", MINE, "chat:write"),
    ("chat.delete", MINE, "chat:write"),
    ("chat.postEphemeral", TO_ALICE, "chat:write"),
    ("conversations.info", {"channel": REL}, "channels:read"),
    ("conversations.info", {"channel": OPS}, "groups:read"),
    ("conversations.info", {"channel": "$dm"}, "im:read"),
    ("conversations.members", {"channel": REL}, "channels:read"),
    ("conversations.members", {"channel": OPS}, "groups:read"),
    ("conversations.list", {}, "channels:read"),
    ("conversations.list", {"types": "public_channel,private_channel"}, "groups:read"),
    ("conversations.list", {"types": "im"}, "im:read"),
    ("conversations.list", {"types": "mpim"}, "mpim:read"),
    ("users.conversations", {}, "channels:read"),
    ("conversations.open", {"users": ALICE}, "im:write"),
    ("conversations.open", {"users": f"{ALICE},{SAM}"}, "mpim:write"),
    ("conversations.join", {"channel": RAN}, "channels:join"),
    ("conversations.history", {"channel": REL}, "channels:history"),
    ("conversations.history", {"channel": OPS}, "groups:history"),
    ("conversations.history", {"channel": "$dm"}, "im:history"),
    ("conversations.replies", MINE, "channels:history"),
    ("users.info", {"user": ALICE}, "users:read"),
    ("bots.info", {"bot": "B0RELBOT1"}, "users:read"),
    ("users.list", {}, "users:read"),
    ("team.info", {}, "team:read"),
    ("usergroups.list", {}, "usergroups:read"),
    ("usergroups.users.list", {"usergroup": "S0SECARCH"}, "usergroups:read"),
    ("pins.add", {"channel": REL, "timestamp": "$mine"}, "pins:write"),
    ("pins.remove", {"channel": REL, "timestamp": "$mine"}, "pins:write"),
    ("pins.list", {"channel": REL}, "pins:read"),
    ("reactions.add", {"channel": REL, "timestamp": "$mine", "name": "x"}, "reactions:write"),
    ("reactions.remove", {"channel": REL, "timestamp": "$mine", "name": "x"}, "reactions:write"),
    ("bookmarks.add", BOOK, "bookmarks:write"),
    ("bookmarks.edit", MARK, "bookmarks:write"),
    ("bookmarks.remove", MARK, "bookmarks:write"),
    ("bookmarks.list", {"channel_id": REL}, "bookmarks:read"),
    ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ("files.completeUploadExternal", {"files": [{"id": "$sent"}]}, "files:write"),
    ("files.info", {"file": "$shared"}, "files:read"),
]

# Methods for a release bot: those that need a token but no scope.
UNSCOPED = frozenset(
    {
        "auth.test",
        "apps.connections.open",
        "chat.getPermalink",
        "views.open",
        "views.push",
        "views.update",
        "views.publish",
    }
)
# blocks.validate and api.test ask for no token at all.
OPEN = frozenset({"blocks.validate", "api.test"})
