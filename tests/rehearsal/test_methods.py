"""Every refusal the Web API of the box can give, method by method."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.box import SCOPES, Box
from rehearsal.channels import Channel
from tests.rehearsal.conftest import Caller, Clock, field, modal, section

REL, RAN, BOARD = "C0REL0001", "C0RAN0001", "C0BRD0001"
ALICE = "U0ALICE01"
TOO_LONG = "msg_blocks_too_long"
HEADER = {"type": "header", "block_id": "one", "text": {"type": "plain_text", "text": "x"}}

REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.nothing", {}, "unknown_method"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0NONE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": BOARD, "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": RAN, "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "C0OLD", "text": "x"}, "is_archived"),
    ("chat.postMessage", {"channel": REL}, "no_text"),
    ("chat.postMessage", {"channel": REL, "text": "  "}, "no_text"),
    ("chat.postMessage", {"channel": REL, "blocks": [], "text": ""}, "no_text"),
    ("chat.postMessage", {"channel": REL, "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": REL, "blocks": [section("x")] * 51}, "invalid_blocks"),
    ("chat.postMessage", {"channel": REL, "blocks": [HEADER, HEADER]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": REL, "blocks": [section("x" * 2900)] * 5}, TOO_LONG),
    ("chat.postMessage", {"channel": REL, "blocks": [section("&" * 700)] * 4}, TOO_LONG),
    (
        "chat.postEphemeral",
        {"channel": REL, "user": ALICE, "blocks": [section("x" * 2900)] * 5},
        TOO_LONG,
    ),
    ("chat.postMessage", {"channel": REL, "text": "x", "thread_ts": "1"}, "invalid_thread_ts"),
    (
        "chat.postMessage",
        {"channel": REL, "text": "x", "thread_ts": "1700000000.000001"},
        "thread_not_found",
    ),
    (
        "chat.postMessage",
        {"channel": REL, "text": "x", "metadata": {"kind": "x"}},
        "invalid_metadata_format",
    ),
    (
        "chat.postMessage",
        {
            "channel": REL,
            "text": "x",
            "metadata": {"event_type": "x", "event_payload": {"x": "y" * 20_000}},
        },
        "metadata_too_large",
    ),
    (
        "chat.postMessage",
        {"channel": REL, "text": "x", "markdown_text": "y"},
        "markdown_text_conflict",
    ),
    ("chat.postMessage", {"channel": "U0STEVE01", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "U0RELBOT1", "text": "x"}, "cannot_dm_bot"),
    ("chat.update", {"channel": REL, "ts": "1.1", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": ALICE, "ts": "1.1", "text": "x"}, "channel_not_found"),
    ("chat.delete", {"channel": REL, "ts": "1.1"}, "message_not_found"),
    ("chat.getPermalink", {"channel": REL, "message_ts": "1.1"}, "message_not_found"),
    ("chat.postEphemeral", {"channel": REL, "user": "U0NONE", "text": "x"}, "user_not_found"),
    (
        "chat.postEphemeral",
        {"channel": "C0PAY0001", "user": "U0SAM0001", "text": "x"},
        "user_not_in_channel",
    ),
    ("chat.postEphemeral", {"channel": RAN, "user": ALICE, "text": "x"}, "not_in_channel"),
    (
        "chat.postEphemeral",
        {"channel": REL, "user": ALICE, "text": "x" * 40_001},
        "msg_too_long",
    ),
    ("conversations.info", {"channel": BOARD}, "channel_not_found"),
    ("conversations.list", {"types": "public_channel,nonsense"}, "invalid_types"),
    ("conversations.list", {"limit": 5000}, "invalid_limit"),
    ("conversations.list", {"cursor": "astray"}, "invalid_cursor"),
    ("conversations.join", {"channel": RAN}, "missing_scope"),
    ("conversations.open", {"users": "U0NONE"}, "user_not_found"),
    ("conversations.open", {"users": "U0STEVE01"}, "user_not_visible"),
    ("conversations.history", {"channel": RAN}, "not_in_channel"),
    ("conversations.replies", {"channel": REL, "ts": "1.1"}, "thread_not_found"),
    ("users.info", {"user": "U0NONE"}, "user_not_found"),
    ("users.info", {}, "invalid_arguments"),
    ("usergroups.users.list", {"usergroup": "S0NONE"}, "no_such_subteam"),
    ("views.open", {"trigger_id": "1.2.3", "view": modal(field())}, "invalid_trigger_id"),
    ("views.open", {"trigger_id": "1.2.3", "view": {}}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.3"}, "invalid_arguments"),
    ("views.push", {"trigger_id": "1.2.3", "view": modal(field())}, "invalid_trigger_id"),
    ("views.update", {"view_id": "V0NONE", "view": modal()}, "not_found"),
    ("views.update", {"view": modal()}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0NONE", "view": {}}, "user_not_found"),
    ("views.publish", {"user_id": ALICE, "view": modal()}, "invalid_arguments"),
    ("files.completeUploadExternal", {"files": [{"id": "F0"}]}, "file_not_found"),
    ("files.getUploadURLExternal", {"filename": "a.csv"}, "invalid_arguments"),
]


@pytest.fixture(scope="module")
def standing_box() -> Iterator[Box]:
    """One box for all refusals, since a refused call changes nothing."""
    with Box(history=True, limits=False) as box:
        old = Channel("C0OLD", "old-releases", members=[ALICE, box.workspace.bot_id])
        old.archived = True
        box.workspace.channels[old.id] = old
        yield box


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSALS)
def test_a_bad_call_gets_slacks_own_error(
    standing_box: Box, method: str, arguments: dict[str, Any], error: str
) -> None:
    reply = Caller(standing_box)(method, **arguments)
    assert (reply.status, reply.body["ok"], reply.error) == (200, False, error)


@pytest.mark.parametrize("method", ["auth.test", "chat.postMessage", "users.list", "views.open"])
def test_a_token_is_asked_for_and_checked(call: Caller, method: str) -> None:
    assert call(method, token="").error == "not_authed"
    assert call(method, token="xoxb-wrong").error == "invalid_auth"
    assert call(method, token=call.box.app_token).error == "not_allowed_token_type"


@pytest.mark.parametrize(
    ("method", "arguments", "needed"),
    [
        ("chat.postMessage", {"channel": REL, "text": "x"}, "chat:write"),
        ("users.info", {"user": ALICE}, "users:read"),
        ("conversations.info", {"channel": REL}, "channels:read"),
        ("conversations.history", {"channel": REL}, "channels:history"),
        ("usergroups.list", {}, "usergroups:read"),
        ("files.getUploadURLExternal", {"filename": "a", "length": 1}, "files:write"),
    ],
)
def test_a_missing_scope_is_named(
    clock: Clock, method: str, arguments: dict[str, Any], needed: str
) -> None:
    with Box(now=clock.now, scopes=SCOPES - {needed}) as box:
        reply = Caller(box)(method, **arguments)
    assert (reply.error, reply.body["needed"]) == ("missing_scope", needed)
    assert needed not in reply.body["provided"].split(",")


def test_a_bad_body_is_refused(box: Box, call: Caller) -> None:
    assert call("chat.postMessage", channel=["C"]).error == "invalid_arguments"


def test_bad_blocks_are_named_by_json_pointers(call: Caller) -> None:
    reply = call("chat.postMessage", channel=REL, text="x", blocks=[section("")])
    messages = reply.body["response_metadata"]["messages"]
    assert messages == ["[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]"]


def test_a_post_to_a_person_lands_in_their_direct_message(box: Box, call: Caller) -> None:
    posted = call("chat.postMessage", channel=ALICE, text="hello")
    assert posted.body["channel"].startswith("D")
    assert [m.text for m in box.person("alice").dms()] == ["hello"]
    assert box.person("sam").dms() == []
    again = call("conversations.open", users=ALICE)
    assert again.body["channel"]["id"] == posted.body["channel"]


def test_every_ts_is_unique_and_rises_on_a_clock_that_stands_still(call: Caller) -> None:
    stamps = [call("chat.postMessage", channel=REL, text="x").body["ts"] for _ in range(20)]
    assert stamps == sorted(set(stamps))


def test_an_edit_replaces_keeps_versions_and_follows_the_rules_of_omission(
    box: Box, call: Caller
) -> None:
    posted = call(
        "chat.postMessage",
        channel=REL,
        text="one",
        blocks=[section("one")],
        metadata={"event_type": "card", "event_payload": {"key": "7"}},
    ).body
    edit = {"channel": REL, "ts": posted["ts"]}
    assert call("chat.update", **edit, blocks=[section("two")]).body["ok"]
    assert call("chat.update", **edit, text="three").body["ok"]
    message = box.person("alice").messages("releases")[-1]
    assert (message.text, message.blocks, message.edits) == ("three", [], 2)
    assert (message.metadata or {})["event_payload"] == {"key": "7"}
    assert call("chat.update", **edit, text="four", metadata={}).body["ok"]
    assert not message.metadata
    assert message.as_it_was(0).blocks[0]["text"]["text"] == "one"
    assert call("chat.update", **edit, text="x" * 4001).error == "msg_too_long"
    box.channel("releases").archived = True
    assert call("chat.update", **edit, text="five").error == "is_inactive"


def test_only_its_own_messages_can_be_changed(box: Box, call: Caller) -> None:
    theirs = box.person("alice").say("mine", "releases")
    about = {"channel": REL, "ts": theirs.ts}
    assert call("chat.update", **about, text="x").error == "cant_update_message"
    assert call("chat.delete", **about).error == "cant_delete_message"


def test_history_has_threads_metadata_and_pages(box: Box, call: Caller, clock: Clock) -> None:
    parent = call(
        "chat.postMessage",
        channel=REL,
        text="parent",
        metadata={"event_type": "card", "event_payload": {}},
    ).body["ts"]
    clock.move(minutes=5)
    reply = call("chat.postMessage", channel=REL, text="reply", thread_ts=parent).body["ts"]
    call("chat.postMessage", channel=REL, text="loud", thread_ts=parent, reply_broadcast=True)
    inside = call("chat.postMessage", channel=REL, text="x", thread_ts=reply)
    assert inside.error == "cannot_reply_to_message"
    plain = call("conversations.history", channel=REL).body["messages"]
    assert [m["text"] for m in plain] == ["loud", "parent"]
    assert "metadata" not in plain[1]
    assert plain[1]["reply_count"] == 2
    whole = call("conversations.history", channel=REL, include_all_metadata=True, oldest=parent)
    assert [m["text"] for m in whole.body["messages"]] == ["loud"]
    thread = call("conversations.replies", channel=REL, ts=parent, include_all_metadata=True)
    assert [m["text"] for m in thread.body["messages"]] == ["parent", "reply", "loud"]
    assert thread.body["messages"][0]["metadata"]["event_type"] == "card"
    page = call("conversations.history", channel=REL, limit=1).body
    following = page["response_metadata"]["next_cursor"]
    rest = call("conversations.history", channel=REL, limit=1, cursor=following).body
    assert [m["text"] for m in rest["messages"]] == ["parent"]
    assert not rest["has_more"]


def test_views_have_hashes_unique_names_and_a_stack_of_three(box: Box, call: Caller) -> None:
    def trigger() -> str:
        return box.workspace.triggers.issue(ALICE)

    opened = call("views.open", trigger_id=trigger(), view=modal(field(), external_id="one"))
    view = opened.body["view"]
    edit = {"view_id": view["id"], "view": modal(section("new"), external_id="one")}
    assert call("views.update", **edit, hash="1.stale").error == "hash_conflict"
    updated = call("views.update", **edit, hash=view["hash"]).body["view"]
    assert updated["hash"] != view["hash"]
    assert call("views.update", external_id="one", view=edit["view"]).body["ok"]
    twice = call("views.push", trigger_id=trigger(), view=modal(external_id="one"))
    assert twice.error == "duplicate_external_id"
    for _ in range(2):
        assert call("views.push", trigger_id=trigger(), view=modal(field())).body["ok"]
    assert call("views.push", trigger_id=trigger(), view=modal()).error == "push_limit_reached"
    big = modal(*[section("x" * 2990) for _ in range(90)])
    assert call("views.open", trigger_id=trigger(), view=big).error == "view_too_large"


def test_a_trigger_is_good_once_and_for_three_seconds(box: Box, call: Caller, clock: Clock) -> None:
    spent = box.workspace.triggers.issue(ALICE)
    clock.move(hours=2)
    assert call("views.open", trigger_id=spent, view=modal()).body["ok"]
    assert call("views.open", trigger_id=spent, view=modal()).error == "exchanged_trigger_id"
    old = box.workspace.triggers.issue(ALICE)
    box.workspace.triggers._issued[old].issued -= 3.1
    assert call("views.open", trigger_id=old, view=modal()).error == "expired_trigger_id"


def test_a_home_tab_is_published_under_its_hash(box: Box, call: Caller) -> None:
    home = {"type": "home", "blocks": [section("one")]}
    first = call("views.publish", user_id=ALICE, view=home).body["view"]
    assert call("views.publish", user_id=ALICE, view=home, hash="1.x").error == "hash_conflict"
    assert call("views.publish", user_id=ALICE, view=home, hash=first["hash"]).body["ok"]
    shown = box.person("alice").home
    assert shown is not None
    assert box.person("alice").read(shown) == "one"


def test_people_groups_and_channels_are_told_as_slack_tells_them(box: Box, call: Caller) -> None:
    gwen = call("users.info", user="U0GWEN001").body["user"]
    assert gwen["is_restricted"]
    assert not gwen["is_stranger"]
    steve = call("users.info", user="U0STEVE01").body["user"]
    assert steve["is_stranger"]
    assert steve["team_id"] != box.workspace.team_id
    names = {user["name"] for user in call("users.list").body["members"]}
    assert "steve" not in names
    assert {"alice", "sam", "omar", "rita", "dave"} <= names
    group = call("usergroups.list", include_users=True).body["usergroups"][0]
    assert group["handle"] == "sec-arch"
    assert len(group["users"]) == 2
    public = call("conversations.list", types="public_channel,private_channel").body["channels"]
    assert {"releases", "random", "operations"} <= {channel["name"] for channel in public}
    assert "board" not in {channel["name"] for channel in public}
    assert call("conversations.members", channel=REL).body["members"][0] == ALICE
    assert not call("conversations.info", channel=RAN).body["channel"]["is_member"]
    assert call("team.info").body["team"]["domain"] == "acme"


def test_an_ephemeral_is_only_for_its_person(box: Box, call: Caller) -> None:
    call("chat.postEphemeral", channel=REL, user=ALICE, text="psst <!channel>")
    assert [m.text for m in box.person("alice").ephemerals()] == ["psst <!channel>"]
    assert box.person("sam").ephemerals() == []
    assert box.person("sam").everything() == []
    assert box.person("alice").messages("releases") == []
    hidden = box.person("alice").ephemerals()[0]
    assert hidden.pings == frozenset()
    about = {"channel": REL, "ts": hidden.ts}
    assert call("chat.update", **about, text="x").error == "message_not_found"


def test_blocks_are_counted_together_and_as_escaped(call: Caller) -> None:
    """A divider counts as a block of no words; an edit and an answer are counted as a post is."""
    holds = [section("x" * 2900)] * 4 + [section("x" * 1000)]
    posted = call("chat.postMessage", channel=REL, text="x", blocks=holds).body
    edit = {"channel": REL, "ts": posted["ts"], "text": "x"}
    assert call("chat.update", **edit, blocks=[*holds, *[{"type": "divider"}] * 2]).error == (
        TOO_LONG
    )
    assert call("chat.update", **edit, blocks=[*holds, {"type": "divider"}]).body["ok"]
    held = [section("x" * 2900)] * 4 + [section("x" * 999 + "&")]
    assert call("chat.update", **edit, blocks=[*held, {"type": "divider"}]).error == TOO_LONG
