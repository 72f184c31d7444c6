"""What Slack grants, as its own client sees it: files, marks, groups, people and pages."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from rehearsal.box import Box
from tests.rehearsal.cases import ALICE, OPS, PAY, RAN, REL
from tests.rehearsal.conftest import Clock, modal, section
from tests.rehearsal.world import EVERY_SCOPE

PARTS = "multipart/form-data; boundary=cut"
BY_PARTS = b'--cut\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\x00\r\n\xff\r\n--cut--\r\n'


@pytest.fixture
def box(clock: Clock) -> Iterator[Box]:
    with Box(now=clock.now, scopes=EVERY_SCOPE, limits=False) as found:
        yield found


@pytest.fixture
def client(box: Box) -> WebClient:
    return WebClient(box.bot_token, box.api_url, retry_handlers=[])


def error_of(refusal: Any) -> str:
    return str(refusal.value.response["error"])


# File upload v2.


def test_a_file_goes_up_into_a_thread_with_its_words(box: Box, client: WebClient) -> None:
    parent = client.chat_postMessage(channel=REL, text="the facts")["ts"]
    done = client.files_upload_v2(
        channel=REL,
        thread_ts=parent,
        content="a,b\n1,2\n",
        filename="facts.csv",
        title="Facts",
        alt_txt="two rows of numbers",
        initial_comment="as asked",
    )
    alice = box.person("alice")
    (reply,) = alice.thread(alice.messages("releases")[-1])
    assert alice.read(reply) == "as asked\n[file: Facts]"
    file = client.files_info(file=done["file"]["id"])["file"]
    assert (file["name"], file["size"], file["alt_txt"]) == ("facts.csv", 8, "two rows of numbers")
    assert (file["mimetype"], file["channels"], file["is_public"]) == ("text/csv", [REL], True)
    (share,) = file["shares"]["public"][REL]
    assert (share["ts"], share["thread_ts"], share["channel_name"]) == (
        reply.ts,
        parent,
        "releases",
    )


def test_a_picture_is_shown_once_it_was_completed_and_looked_through(
    box: Box, client: WebClient
) -> None:
    picture = {"type": "image", "slack_file": {"id": "F0FILE0001"}, "alt_text": "three bars"}

    def refused(blocks: list[dict[str, Any]]) -> str:
        with pytest.raises(SlackApiError) as refusal:
            client.chat_postMessage(channel=REL, text="x", blocks=blocks)
        assert error_of(refusal) == "invalid_blocks"
        return str(refusal.value.response["response_metadata"]["messages"])

    never = "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
    assert never in refused([picture])
    box.workspace.settings.looks_through = 60
    client.files_upload_v2(content=b"x", filename="chart.png")
    assert never in refused([picture])
    box.workspace.settings.looks_through = 0
    client.chat_postMessage(channel=REL, text="x", blocks=[picture])
    client.files_upload_v2(content="a,b", filename="numbers.csv")
    other = {**picture, "slack_file": {"id": "F0FILE0002"}}
    assert never in refused([section("x", accessory=other)])
    alice = box.person("alice")
    assert alice.read(alice.messages(REL)[-1]) == "(image: three bars)"


def test_several_files_make_one_message_in_each_channel(box: Box, client: WebClient) -> None:
    uploads = [{"content": "x", "filename": name} for name in ("a.txt", "b.txt")]
    client.files_upload_v2(file_uploads=uploads, channels=[REL, OPS], initial_comment="two")
    omar = box.person("omar")
    for channel in ("releases", "operations"):
        assert omar.read(omar.messages(channel)[-1]) == "two\n[file: a.txt]\n[file: b.txt]"
    file = client.files_info(file="F0FILE0001")["file"]
    assert (file["channels"], file["groups"]) == ([REL], [OPS])


def test_a_file_without_a_channel_stays_private(box: Box, client: WebClient) -> None:
    done = client.files_upload_v2(content="x", filename="a.txt")
    assert not client.files_info(file=done["file"]["id"])["file"]["is_public"]
    assert box.person("alice").messages("releases") == []


@pytest.mark.parametrize(("kind", "body"), [("", b"\x00\r\n\xff"), (PARTS, BY_PARTS)])
def test_bytes_arrive_as_they_are_raw_or_in_a_form(
    box: Box, client: WebClient, kind: str, body: bytes
) -> None:
    asked = client.files_getUploadURLExternal(filename="a.bin", length=4)
    assert uploaded(asked["upload_url"], kind, body) == (200, "OK - 4")
    assert box.workspace.files[asked["file_id"]]["content"] == b"\x00\r\n\xff"
    assert uploaded(asked["upload_url"], kind, body)[0] == 404


def test_another_length_than_promised_or_an_unknown_address_is_refused(
    box: Box, client: WebClient
) -> None:
    asked = client.files_getUploadURLExternal(filename="a.csv", length=3)
    assert uploaded(asked["upload_url"], "", b"a,b,c")[0] == 400
    assert uploaded(f"{box.url}/upload/F0NONE", "", b"a,b")[0] == 404
    with pytest.raises(SlackApiError) as refusal:
        client.files_completeUploadExternal(files=[{"id": asked["file_id"], "title": "a"}])
    assert error_of(refusal) == "file_not_found"
    box.workspace.settings.largest_file = 2
    with pytest.raises(SlackApiError) as refusal:
        client.files_upload_v2(channel=REL, content="a,b", filename="a.csv")
    assert error_of(refusal) == "file_upload_size_restricted"


def test_a_refused_completion_can_be_tried_again(box: Box, client: WebClient) -> None:
    asked = client.files_getUploadURLExternal(filename="a.csv", length=3)
    uploaded(asked["upload_url"], "", b"a,b")
    files: list[Any] = [{"id": asked["file_id"], "title": "a"}]
    with pytest.raises(SlackApiError):
        client.files_completeUploadExternal(files=files, channel_id=RAN)
    beside: dict[str, Any] = {
        "initial_comment": "words",
        "blocks": "[{}]",
    }  # Blocks are ignored beside a comment.
    assert client.files_completeUploadExternal(files=files, channel_id=REL, **beside)["ok"]


def uploaded(address: str, kind: str, body: bytes) -> tuple[int, str]:
    """Sends the bytes of step two; status and text."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.netloc, timeout=10)
    connection.request("PUT", where.path, body, {"Content-Type": kind} if kind else {})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


# Pins, reactions, bookmarks.


def test_pins_and_reactions_come_and_go(box: Box, client: WebClient) -> None:
    first, second = [str(client.chat_postMessage(channel=REL, text=t)["ts"]) for t in "ab"]
    for ts in (first, second):
        client.pins_add(channel=REL, timestamp=ts)
    client.reactions_add(channel=REL, timestamp=first, name="eyes")
    pins = client.pins_list(channel=REL)["items"]
    assert [pin["message"]["ts"] for pin in pins] == [second, first]
    assert pins[0]["created_by"] == box.workspace.bot_id
    told = client.conversations_history(channel=REL)["messages"][1]
    assert told["pinned_to"] == [REL]
    assert told["reactions"] == [{"name": "eyes", "users": [box.workspace.bot_id], "count": 1}]
    client.pins_remove(channel=REL, timestamp=first)
    client.reactions_remove(channel=REL, timestamp=first, name="eyes")
    client.chat_delete(channel=REL, ts=second)
    assert client.pins_list(channel=REL)["items"] == []
    assert not {"pinned_to", "reactions"} & set(
        client.conversations_history(channel=REL)["messages"][0]
    )


def test_bookmarks_are_added_edited_and_removed(client: WebClient) -> None:
    link = {"link": "https://acme.example/run", "emoji": ":book:"}
    made = client.bookmarks_add(channel_id=REL, title="Runbook", type="link", **link)["bookmark"]
    edited = client.bookmarks_edit(channel_id=REL, bookmark_id=made["id"], title="Run-book")
    assert (edited["bookmark"]["title"], edited["bookmark"]["link"]) == ("Run-book", link["link"])
    assert client.bookmarks_list(channel_id=REL)["bookmarks"] == [edited["bookmark"]]
    assert client.bookmarks_list(channel_id=PAY)["bookmarks"] == []
    client.bookmarks_remove(channel_id=REL, bookmark_id=made["id"])
    assert client.bookmarks_list(channel_id=REL)["bookmarks"] == []


# People, groups and channels.


def test_people_come_by_pages_or_all_at_once(client: WebClient) -> None:
    paged = [[user["id"] for user in page["members"]] for page in client.users_list(limit=3)]
    assert [len(page) for page in paged] == [3, 3, 2]
    everybody = [user["id"] for user in client.users_list()["members"]]
    assert [user for page in paged for user in page] == everybody


def test_a_disabled_group_is_told_only_where_asked(box: Box, client: WebClient) -> None:
    box.workspace.group("sec-arch").disabled = True
    assert client.usergroups_list()["usergroups"] == []
    (group,) = client.usergroups_list(include_disabled=True, include_users=True)["usergroups"]
    users = client.usergroups_users_list(usergroup=group["id"], include_disabled=True)["users"]
    assert users == group["users"] == ["U0SAM0001", "U0SUE0001"]


def test_somebodys_channels_are_those_the_bot_may_know_of(client: WebClient) -> None:
    kinds = "public_channel,private_channel"
    own = client.users_conversations(types=kinds)["channels"]
    assert {"releases", "operations"} <= {channel["name"] for channel in own}
    assert "random" not in {channel["name"] for channel in own}
    alices = client.users_conversations(user=ALICE, types=kinds)["channels"]
    names = {channel["name"] for channel in alices}
    assert {"releases", "random"} <= names and not {"board", "operations"} & names
    assert not {"num_members", "is_member"} & set(alices[0])


def test_members_are_counted_where_asked(client: WebClient) -> None:
    assert "num_members" not in client.conversations_info(channel=REL)["channel"]
    whole = client.conversations_info(channel=REL, include_num_members=True)["channel"]
    assert whole["num_members"] == len(client.conversations_members(channel=REL)["members"])


def test_a_direct_message_is_opened_once(client: WebClient) -> None:
    first, second = (client.conversations_open(users=ALICE) for _ in range(2))
    assert (first["already_open"], second["already_open"]) == (None, True)
    resumed = client.conversations_open(channel=first["channel"]["id"], return_im=True)
    assert resumed["channel"]["user"] == ALICE
    assert client.conversations_join(channel=RAN)["channel"]["is_member"]


# Messages and views.


def test_an_edit_may_be_in_markdown(box: Box, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=REL, text="x")["ts"]
    client.api_call("chat.update", json={"channel": REL, "ts": ts, "markdown_text": "**y**"})
    assert box.person("alice").messages("releases")[-1].blocks[0]["type"] == "markdown"


def test_attachments_may_stand_alone(client: WebClient) -> None:
    posted = client.chat_postMessage(channel=REL, attachments=[{"fallback": "x"}], text="")
    assert posted["message"]["attachments"] == [{"fallback": "x"}]


def test_an_ephemeral_in_a_thread_nobody_answered_is_shown_to_nobody(
    box: Box, client: WebClient
) -> None:
    to: dict[str, Any] = {"channel": REL, "user": ALICE, "text": "psst"}
    parent = str(client.chat_postMessage(channel=REL, text="x")["ts"])
    assert client.chat_postEphemeral(**to, thread_ts=parent)["message_ts"]
    assert box.person("alice").ephemerals() == []
    client.chat_postMessage(channel=REL, text="y", thread_ts=parent)
    client.chat_postEphemeral(**to, thread_ts=parent)
    assert [m.thread_ts for m in box.person("alice").ephemerals()] == [parent]


def test_a_pointer_opens_a_view_as_a_trigger_does(box: Box, client: WebClient) -> None:
    pointer = box.workspace.triggers.issue(ALICE)
    assert client.views_open(interactivity_pointer=pointer, view=modal(section("x")))["ok"]
    with pytest.raises(SlackApiError) as refusal:
        client.views_open(trigger_id=pointer, view=modal(section("x")))
    assert error_of(refusal) == "exchanged_trigger_id"


def test_a_refused_view_leaves_its_trigger_good(box: Box, client: WebClient) -> None:
    trigger = box.workspace.triggers.issue(ALICE)
    with pytest.raises(SlackApiError) as refusal:
        client.views_open(trigger_id=trigger, view=modal(section("")))
    assert error_of(refusal) == "invalid_arguments"
    assert client.views_open(trigger_id=trigger, view=modal(section("x")))["ok"]


def test_blocks_are_validated_for_anybody(box: Box) -> None:
    anybody = WebClient(base_url=box.api_url, retry_handlers=[])
    assert anybody.blocks_validate(blocks=[section("x")])["ok"]
    assert anybody.blocks_validate(message={"blocks": [section("x")]})["ok"]
    assert anybody.blocks_validate(view=modal(section("x")))["ok"]
    with pytest.raises(SlackApiError) as refusal:
        anybody.blocks_validate(blocks=[section("x"), section("")])
    (problem,) = refusal.value.response["errors"]
    assert (problem["code"], problem["pointer"]) == ("failed_constraint", "/1/text/text")
    assert (problem["field"], problem["message"]) == ("text", "must be more than 0 characters")
