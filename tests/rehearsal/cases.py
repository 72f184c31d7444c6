"""What Slack refuses, one row a case, as the fidelity tests play it against the workspace in a box.

A value that begins with `$` stands for something the world of the tests holds (`world.py`).
Comments name the topic of Slack's documentation a group of rows follows.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.rehearsal.conftest import field, modal, section

REL, RAN, BOARD, OPS = "C0REL0001", "C0RAN0001", "C0BRD0001", "C0OPS0001"
OLD, LOCKED, PAY, NONE = "C0OLD0001", "C0LOCK001", "C0PAY0001", "C0NONE001"
ALICE, SAM, GONE, STEVE, NOBODY = "U0ALICE01", "U0SAM0001", "U0SUE0001", "U0STEVE01", "U0NONE001"
PAST = "1700000000.000001"
HOME = {"type": "home", "blocks": [section("Nothing needs you")]}
SAME = [section("x", block_id="one"), section("y", block_id="one")]
BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "a"}
TWINS = [{"type": "actions", "elements": [BUTTON, BUTTON]}]
HUGE = {"event_type": "card", "event_payload": {"key": "x" * 20_000}}
LARGE = modal(*[section("x" * 2990) for _ in range(90)])


class Case(NamedTuple):
    """A call that must be refused; `says` stands somewhere in the body beside the error."""

    method: str
    what: str
    arguments: dict[str, Any]
    error: str
    says: str = ""
    strict: bool = False
    """Whether it is played where admins and plan forbid what they can."""


def _places(method: str, **more: Any) -> list[Case]:
    """Errors and what to do: a wrong id and a private channel without the bot look alike."""
    return [
        Case(method, "channel not found", {"channel": NONE, **more}, "channel_not_found"),
        Case(method, "private, bot not in", {"channel": BOARD, **more}, "channel_not_found"),
    ]


def _joined(method: str, **more: Any) -> list[Case]:
    """Errors and what to do: public and not joined."""
    return [
        *_places(method, **more),
        Case(method, "not in channel", {"channel": RAN, **more}, "not_in_channel"),
    ]


def _content(method: str, **to: Any) -> list[Case]:
    """Errors and what to do: no_text, invalid_blocks; Block Kit: 50 blocks, unique ids."""
    refused = "/blocks"
    return [
        Case(method, "no text", {**to, "text": ""}, "no_text"),
        Case(method, "blank text", {**to, "text": " \n"}, "no_text"),
        Case(method, "no JSON", {**to, "text": "x", "blocks": "{"}, "invalid_blocks_format"),
        Case(method, "51 blocks", {**to, "blocks": [section("x")] * 51}, "invalid_blocks", refused),
        Case(
            method,
            "empty text in a block",
            {**to, "blocks": [section("")]},
            "invalid_blocks",
            "/blocks/0/text/text",
        ),
        Case(
            method,
            "two blocks of one id",
            {**to, "blocks": SAME},
            "invalid_blocks",
            "block_id already exists: one",
        ),
        Case(
            method,
            "two actions of one id",
            {**to, "blocks": TWINS},
            "invalid_blocks",
            "action_id already exists: a",
        ),
        Case(
            method,
            "a block that is none",
            {**to, "blocks": [{"type": "x"}]},
            "invalid_blocks",
            "/blocks/0/type",
        ),
        Case(
            method,
            "markdown beside text",
            {**to, "text": "x", "markdown_text": "y"},
            "markdown_text_conflict",
        ),
    ]


def _metadata(method: str, **to: Any) -> list[Case]:
    """Errors and what to do: metadata_too_large guards size."""
    shapeless = {"event_type": "card", "event_payload": "x"}
    return [
        Case(method, "no JSON in metadata", {**to, "metadata": "{"}, "invalid_metadata_format"),
        Case(
            method, "unknown metadata", {**to, "metadata": {"kind": "x"}}, "invalid_metadata_format"
        ),
        Case(
            method, "shapeless metadata", {**to, "metadata": shapeless}, "invalid_metadata_schema"
        ),
        Case(
            method,
            "nameless metadata",
            {**to, "metadata": {"event_payload": {}}},
            "invalid_metadata_schema",
        ),
        Case(method, "metadata too large", {**to, "metadata": HUGE}, "metadata_too_large"),
    ]


def _threads(method: str, **to: Any) -> list[Case]:
    """Errors and what to do: thread_not_found, cannot_reply_to_message."""
    return [
        Case(method, "a thread_ts that is none", {**to, "thread_ts": "1"}, "invalid_thread_ts"),
        Case(method, "an unknown thread", {**to, "thread_ts": PAST}, "thread_not_found"),
        Case(
            method, "a thread on a reply", {**to, "thread_ts": "$reply"}, "cannot_reply_to_message"
        ),
    ]


def _pages(method: str, most: int, **more: Any) -> list[Case]:
    """Methods for a release bot: pages end at an empty cursor; limit below 1000."""
    other = "$channels_cursor" if method == "users.list" else "$users_cursor"
    return [
        Case(method, "an invented cursor", {**more, "cursor": "astray"}, "invalid_cursor"),
        Case(method, "another method's cursor", {**more, "cursor": other}, "invalid_cursor"),
        Case(method, "too high a limit", {**more, "limit": most + 1}, "invalid_limit"),
        Case(method, "a limit in words", {**more, "limit": "ten"}, "invalid_limit"),
    ]


def _views(method: str, **to: Any) -> list[Case]:
    """Views: the limits; what is wrong is said by pointer."""

    def bad(what: str, view: Any, says: str = "") -> Case:
        return Case(method, what, {**to, "view": view}, "invalid_arguments", says)

    long = {"type": "plain_text", "text": "x" * 25}
    return [
        bad("no view", None),
        bad("a view that is no JSON", "{"),
        bad("too long a title", modal(title=long), "/view/title/text"),
        bad("101 blocks", modal(*[section("x")] * 101), "/view/blocks"),
        bad(
            "private_metadata too long",
            modal(private_metadata="x" * 3001),
            "/view/private_metadata",
        ),
        bad("two blocks of one id", modal(field("a"), field("a")), "block_id already exists: a"),
        bad("inputs without submit", {**modal(field()), "submit": 1}, "/view/submit"),
        bad("a home tab for a modal", HOME, "/view/type"),
        Case(method, "view too large", {**to, "view": LARGE}, "view_too_large"),
    ]


def _triggers(method: str, **more: Any) -> list[Case]:
    """trigger_id: three seconds, once."""
    good = {"view": modal(field())}
    return [
        Case(method, "no trigger", good, "invalid_arguments", "trigger_id"),
        Case(method, "an invented trigger", {**good, "trigger_id": "1.2.3"}, "invalid_trigger_id"),
        Case(method, "a spent trigger", {**good, "trigger_id": "$spent"}, "exchanged_trigger_id"),
        Case(
            method, "an expired trigger", {**good, "trigger_id": "$expired"}, "expired_trigger_id"
        ),
        Case(
            method,
            "an expired pointer",
            {**good, "interactivity_pointer": "$expired"},
            "expired_trigger_id",
        ),
        Case(
            method,
            "a name in use",
            {"trigger_id": "$fresh", "view": modal(external_id="known")},
            "duplicate_external_id",
        ),
    ]


def _marked(method: str, **more: Any) -> list[Case]:
    to = {"channel": REL, **more}
    return [
        *_joined(method, timestamp="$mine", **more),
        Case(method, "no message named", to, "no_item_specified"),
        Case(method, "message not found", {**to, "timestamp": PAST}, "message_not_found"),
    ]


# One row a case, whatever its length: the tables are read from top to bottom.
# fmt: off
IN_REL = {"channel": REL, "text": "x"}
MINE = {"channel": REL, "ts": "$mine"}
BOOK = {"channel_id": REL, "title": "Runbook", "type": "link", "link": "https://acme.example"}
MARK = {"channel_id": REL, "bookmark_id": "$bookmark"}
TO_ALICE = {"channel": REL, "user": ALICE}

CHAT: list[Case] = [
    # Methods for a release bot: chat.postMessage.
    Case("chat.postMessage", "no channel", {"text": "x"}, "invalid_arguments", "channel"),
    *_joined("chat.postMessage", text="x"),
    *_content("chat.postMessage", channel=REL),
    *_metadata("chat.postMessage", **IN_REL),
    *_threads("chat.postMessage", **IN_REL),
    Case("chat.postMessage", "archived", {"channel": OLD, "text": "x"}, "is_archived"),
    Case("chat.postMessage", "read-only", {"channel": LOCKED, "text": "x"}, "restricted_action_read_only_channel"),
    Case("chat.postMessage", "101 attachments", {**IN_REL, "attachments": [{}] * 101}, "too_many_attachments"),
    Case("chat.postMessage", "to a bot", {"channel": "U0RELBOT1", "text": "x"}, "cannot_dm_bot"),
    Case("chat.postMessage", "to somebody who left", {"channel": GONE, "text": "x"}, "user_disabled"),
    Case("chat.postMessage", "to a stranger", {"channel": STEVE, "text": "x"}, "channel_not_found"),
    Case("chat.postMessage", "to nobody", {"channel": NOBODY, "text": "x"}, "channel_not_found"),
    Case("chat.postMessage", "no messages tab", {"channel": ALICE, "text": "x"}, "messages_tab_disabled", strict=True),
    # chat.update semantics.
    *_places("chat.update", ts="$mine", text="x"),
    *_content("chat.update", **MINE),
    *_metadata("chat.update", **MINE, text="x"),
    Case("chat.update", "nothing to change", MINE, "no_text"),
    Case("chat.update", "to a person", {"channel": ALICE, "ts": "$mine", "text": "x"}, "channel_not_found"),
    Case("chat.update", "message not found", {"channel": REL, "ts": PAST, "text": "x"}, "message_not_found"),
    Case("chat.update", "an ephemeral one", {"channel": REL, "ts": "$hidden", "text": "x"}, "message_not_found"),
    Case("chat.update", "somebody else's", {"channel": REL, "ts": "$theirs", "text": "x"}, "cant_update_message"),
    Case("chat.update", "archived", {"channel": OLD, "ts": "$old", "text": "x"}, "is_inactive"),
    Case("chat.update", "4001 characters", {**MINE, "text": "x" * 4001}, "msg_too_long"),
    Case("chat.update", "too late", {**MINE, "text": "x"}, "edit_window_closed", strict=True),
    # Methods for a release bot: chat.delete, own messages.
    *_places("chat.delete", ts="$mine"),
    Case("chat.delete", "no ts", {"channel": REL}, "invalid_arguments", "ts"),
    Case("chat.delete", "message not found", {"channel": REL, "ts": PAST}, "message_not_found"),
    Case("chat.delete", "somebody else's", {"channel": REL, "ts": "$theirs"}, "cant_delete_message"),
    # Methods for a release bot: chat.postEphemeral, the person must be in the channel and active.
    *_joined("chat.postEphemeral", user=ALICE, text="x"),
    *_content("chat.postEphemeral", **TO_ALICE),
    *_threads("chat.postEphemeral", **TO_ALICE, text="x"),
    Case("chat.postEphemeral", "unknown person", {"channel": REL, "user": NOBODY, "text": "x"}, "user_not_found"),
    Case("chat.postEphemeral", "absent person", {"channel": PAY, "user": SAM, "text": "x"}, "user_not_in_channel"),
    Case("chat.postEphemeral", "person who left", {"channel": REL, "user": GONE, "text": "x"}, "user_not_in_channel"),
    Case("chat.postEphemeral", "archived", {"channel": OLD, "user": ALICE, "text": "x"}, "is_archived"),
    Case("chat.postEphemeral", "40,001 characters", {**TO_ALICE, "text": "x" * 40_001}, "msg_too_long"),
    # Methods for a release bot: chat.getPermalink.
    *_places("chat.getPermalink", message_ts="$mine"),
    Case("chat.getPermalink", "message not found", {"channel": REL, "message_ts": PAST}, "message_not_found"),
]

CONVERSATIONS: list[Case] = [
    # Methods for a release bot: the conversations methods.
    *_places("conversations.info"),
    *_places("conversations.members"),
    *_pages("conversations.members", 1000, channel=REL),
    *_pages("conversations.list", 999),
    Case("conversations.list", "a type that is none", {"types": "public_channel,club"}, "invalid_types"),
    *_pages("users.conversations", 999),
    Case("users.conversations", "a type that is none", {"types": "club"}, "invalid_types"),
    Case("users.conversations", "unknown person", {"user": NOBODY}, "user_not_found"),
    *_places("conversations.join"),
    Case("conversations.join", "private", {"channel": OPS}, "method_not_supported_for_channel_type"),
    Case("conversations.join", "archived", {"channel": OLD}, "is_archived"),
    *_places("conversations.open"),
    Case("conversations.open", "nobody named", {}, "users_list_not_supplied"),
    Case("conversations.open", "a channel", {"channel": REL}, "method_not_supported_for_channel_type"),
    Case("conversations.open", "unknown person", {"users": NOBODY}, "user_not_found"),
    Case("conversations.open", "person who left", {"users": GONE}, "user_disabled"),
    Case("conversations.open", "a stranger", {"users": STEVE}, "user_not_visible"),
    Case("conversations.open", "a bot", {"users": "U0RELBOT1"}, "cannot_dm_bot"),
    Case("conversations.open", "nine people", {"users": ",".join([ALICE] * 9)}, "too_many_users"),
    *_joined("conversations.history"),
    *_pages("conversations.history", 999, channel=REL),
    Case("conversations.history", "oldest is no ts", {"channel": REL, "oldest": "x"}, "invalid_ts_oldest"),
    Case("conversations.history", "latest is no ts", {"channel": REL, "latest": "x"}, "invalid_ts_latest"),
    *_joined("conversations.replies", ts="$mine"),
    *_pages("conversations.replies", 1000, channel=REL, ts="$mine"),
    Case("conversations.replies", "an unknown thread", {"channel": REL, "ts": PAST}, "thread_not_found"),
    Case("conversations.replies", "oldest is no ts", {**MINE, "oldest": "x"}, "invalid_ts_oldest"),
]

DIRECTORY: list[Case] = [
    # Errors and what to do: users and user groups.
    Case("users.info", "unknown person", {"user": NOBODY}, "user_not_found"),
    Case("users.info", "nobody named", {}, "invalid_arguments", "user"),
    *_pages("users.list", 1000),
    Case("usergroups.list", "on a free plan", {}, "plan_upgrade_required", strict=True),
    Case("usergroups.users.list", "unknown group", {"usergroup": "S0NONE"}, "no_such_subteam"),
    Case("usergroups.users.list", "disabled group", {"usergroup": "S0IDLE001"}, "no_such_subteam"),
    Case("usergroups.users.list", "on a free plan", {"usergroup": "S0SECARCH"}, "plan_upgrade_required", strict=True),
    Case("bots.info", "unknown bot", {"bot": "B0NOBODY1"}, "bot_not_found"),
    Case("team.info", "another workspace", {"team": "T0OTHER01"}, "team_not_found"),
    Case("api.test", "an error asked for", {"error": "my_error"}, "my_error"),
    # Socket Mode: up to ten connections.
    Case("apps.connections.open", "an eleventh socket", {}, "too_many_websockets", strict=True),
]

MARKS: list[Case] = [
    # Errors and what to do: pins, reactions and bookmarks.
    *_marked("pins.add"),
    Case("pins.add", "pinned already", {"channel": REL, "timestamp": "$pinned"}, "already_pinned"),
    Case("pins.add", "too many", {"channel": REL, "timestamp": "$mine"}, "too_many_pins", strict=True),
    *_marked("pins.remove"),
    Case("pins.remove", "not pinned", {"channel": REL, "timestamp": "$mine"}, "no_pin"),
    *_joined("pins.list"),
    *_marked("reactions.add", name="eyes"),
    Case("reactions.add", "archived", {"channel": OLD, "timestamp": "$old", "name": "eyes"}, "is_archived"),
    Case("reactions.add", "colons", {"channel": REL, "timestamp": "$mine", "name": ":eyes:"}, "invalid_name"),
    Case("reactions.add", "twice", {"channel": REL, "timestamp": "$mine", "name": "seen"}, "already_reacted"),
    *_marked("reactions.remove", name="eyes"),
    Case("reactions.remove", "no such reaction", {"channel": REL, "timestamp": "$mine", "name": "eyes"}, "no_reaction"),
    Case("bookmarks.add", "channel not found", {**BOOK, "channel_id": NONE}, "channel_not_found"),
    Case("bookmarks.add", "private, bot not in", {**BOOK, "channel_id": BOARD}, "channel_not_found"),
    Case("bookmarks.add", "not in channel", {**BOOK, "channel_id": RAN}, "permission_denied"),
    Case("bookmarks.add", "no title", {**BOOK, "title": ""}, "invalid_arguments", "title"),
    Case("bookmarks.add", "257 characters", {**BOOK, "title": "x" * 257}, "invalid_arguments", "title"),
    Case("bookmarks.add", "no link", {**BOOK, "type": "folder"}, "invalid_bookmark_type"),
    Case("bookmarks.add", "a link that is none", {**BOOK, "link": "ftp://acme"}, "invalid_link"),
    Case("bookmarks.add", "an emoji that is none", {**BOOK, "emoji": "!"}, "invalid_emoji"),
    Case("bookmarks.add", "too many", BOOK, "too_many_bookmarks", strict=True),
    Case("bookmarks.edit", "not found", {**MARK, "bookmark_id": "Bk0NONE"}, "not_found"),
    Case("bookmarks.edit", "a link that is none", {**MARK, "link": "acme"}, "invalid_link"),
    Case("bookmarks.remove", "not found", {**MARK, "bookmark_id": "Bk0NONE"}, "not_found"),
    Case("bookmarks.remove", "another channel's", {**MARK, "channel_id": PAY}, "not_found"),
    Case("bookmarks.list", "channel not found", {"channel_id": NONE}, "channel_not_found"),
]

VIEWS: list[Case] = [
    # response_url, trigger_id, views.
    *_triggers("views.open"),
    *_views("views.open", trigger_id="$fresh"),
    *_triggers("views.push"),
    *_views("views.push", trigger_id="$fresh"),
    Case("views.push", "a fourth view", {"trigger_id": "$deep", "view": modal()}, "push_limit_reached"),
    Case("views.push", "on nothing", {"trigger_id": "$bare", "view": modal()}, "not_found"),
    *_views("views.update", view_id="$view"),
    Case("views.update", "no view named", {"view": modal()}, "invalid_arguments", "external_id"),
    Case("views.update", "named twice", {"view_id": "$view", "external_id": "known", "view": modal()}, "invalid_arguments"),
    Case("views.update", "view not found", {"view_id": "V0NONE", "view": modal()}, "not_found"),
    Case("views.update", "closed view", {"view_id": "$closed", "view": modal()}, "not_found"),
    Case("views.update", "unknown name", {"external_id": "none", "view": modal()}, "not_found"),
    Case("views.update", "bad hash", {"view_id": "$view", "view": modal(), "hash": "1.x"}, "hash_conflict"),
    Case("views.publish", "unknown person", {"user_id": NOBODY, "view": HOME}, "user_not_found"),
    Case("views.publish", "person who left", {"user_id": GONE, "view": HOME}, "user_not_found"),
    Case("views.publish", "a modal", {"user_id": ALICE, "view": modal()}, "invalid_arguments", "/view/type"),
    Case("views.publish", "bad hash", {"user_id": ALICE, "view": HOME, "hash": "1.x"}, "hash_conflict"),
    Case("views.publish", "first, with a hash", {"user_id": SAM, "view": HOME, "hash": "1.x"}, "hash_conflict"),
    Case("views.publish", "no home tab", {"user_id": ALICE, "view": HOME}, "not_enabled", strict=True),
]

FILES: list[Case] = [
    # File upload v2.
    Case("files.getUploadURLExternal", "no length", {"filename": "a.csv"}, "invalid_arguments", "length"),
    Case("files.getUploadURLExternal", "no name", {"length": 1}, "invalid_arguments", "filename"),
    Case("files.getUploadURLExternal", "nothing", {"filename": "a.csv", "length": 0}, "missing_argument"),
    Case("files.getUploadURLExternal", "too long alt text", {"filename": "a.png", "length": 1, "alt_txt": "x" * 1001}, "alt_txt_too_large"),
    Case("files.getUploadURLExternal", "too large", {"filename": "a.csv", "length": 11}, "file_upload_size_restricted", strict=True),
    Case("files.getUploadURLExternal", "large snippet", {"filename": "a", "length": 1_000_001, "snippet_type": "python"}, "snippet_too_large"),
    Case("files.completeUploadExternal", "no files", {}, "invalid_arguments", "files"),
    Case("files.completeUploadExternal", "unknown file", {"files": [{"id": "F0NONE"}]}, "file_not_found"),
    Case("files.completeUploadExternal", "no bytes yet", {"files": [{"id": "$asked"}]}, "file_not_found"),
    Case("files.completeUploadExternal", "completed already", {"files": [{"id": "$shared"}]}, "file_not_found"),
    Case("files.completeUploadExternal", "one file twice", {"files": [{"id": "$sent"}] * 2}, "file_not_found"),
    Case("files.completeUploadExternal", "channel not found", {"files": [{"id": "$sent"}], "channel_id": NONE}, "channel_not_found"),
    Case("files.completeUploadExternal", "private, bot not in", {"files": [{"id": "$sent"}], "channel_id": BOARD}, "channel_not_found"),
    Case("files.completeUploadExternal", "not in channel", {"files": [{"id": "$sent"}], "channel_id": RAN}, "not_in_channel"),
    Case("files.completeUploadExternal", "archived", {"files": [{"id": "$sent"}], "channel_id": OLD}, "posting_to_channel_denied"),
    Case("files.completeUploadExternal", "101 channels", {"files": [{"id": "$sent"}], "channels": ",".join([REL] * 101)}, "channels_limit_exceeded"),
    Case("files.completeUploadExternal", "a thread in two channels", {"files": [{"id": "$sent"}], "channels": f"{REL},{PAY}", "thread_ts": "$mine"}, "invalid_arguments", "thread_ts"),
    Case("files.completeUploadExternal", "an unknown thread", {"files": [{"id": "$sent"}], "channel_id": REL, "thread_ts": PAST}, "thread_not_found"),
    Case("files.completeUploadExternal", "bad blocks", {"files": [{"id": "$sent"}], "channel_id": REL, "blocks": [section("")]}, "invalid_blocks"),
    Case("files.info", "unknown file", {"file": "F0NONE"}, "file_not_found"),
    Case("files.info", "unfinished file", {"file": "$sent"}, "file_not_found"),
]

BLOCKS: list[Case] = [
    # blocks.validate: exactly one of three, errors by pointer.
    Case("blocks.validate", "nothing", {}, "invalid_arguments", "exactly one"),
    Case("blocks.validate", "two things", {"blocks": [], "view": modal()}, "invalid_arguments", "exactly one"),
    Case("blocks.validate", "no JSON", {"blocks": "{"}, "invalid_arguments"),
    Case("blocks.validate", "no object", {"message": []}, "invalid_arguments"),
    Case("blocks.validate", "too long", {"blocks": [section("x" * 100_001)]}, "invalid_arguments", "100001"),
    Case("blocks.validate", "bad blocks", {"blocks": [{"type": "x"}]}, "invalid_blocks", '"pointer": "/0/type"'),
    Case("blocks.validate", "bad message", {"message": {"blocks": [section("")]}}, "invalid_message", '"pointer": "/blocks/0/text/text"'),
    Case("blocks.validate", "bad view", {"view": modal(section(""))}, "invalid_view", '"pointer": "/blocks/0/text/text"'),
]

CASES = [*CHAT, *CONVERSATIONS, *DIRECTORY, *MARKS, *VIEWS, *FILES, *BLOCKS]
