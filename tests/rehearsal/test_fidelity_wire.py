"""How a call is read and what stands beside its answer; response urls, one row a case."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest
from slack_sdk.webhook import WebhookClient

from rehearsal.box import Box
from rehearsal.messages import Message
from rehearsal.tickets import ResponseUrl
from tests.rehearsal.cases import ALICE, REL
from tests.rehearsal.conftest import Caller, Clock, Reply, section
from tests.rehearsal.world import World, a_world

FORM = "application/x-www-form-urlencoded"
JSON = "application/json; charset=utf-8"
PARTS = "multipart/form-data; boundary=cut"
HELLO = urlencode({"channel": REL, "text": "x"})
BY_PARTS = "".join(
    f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
    for name, value in (("channel", REL), ("text", "x"))
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world() as found:
        yield found


def sent(box: Box, method: str, kind: str, body: bytes, *, bearer: bool = True) -> Reply:
    """One call with exactly these bytes."""
    where = urlsplit(box.api_url)
    headers = {"Authorization": f"Bearer {box.bot_token}"} if bearer else {}
    headers |= {"Content-Type": kind} if kind else {}
    with closing(http.client.HTTPConnection(where.netloc, timeout=10)) as connection:
        connection.request("POST", where.path + method, body, headers)
        answer = connection.getresponse()
        return Reply(answer.status, json.loads(answer.read()), dict(answer.getheaders()))


class Sent(NamedTuple):
    method: str
    what: str
    kind: str
    body: str | bytes
    error: str
    """Empty where it is accepted."""


# fmt: off
READINGS = [
    # Web API, ground rules: POST with a form, or JSON where the method allows it.
    Sent("chat.postMessage", "a form", FORM, HELLO, ""),
    Sent("chat.postMessage", "a form with a charset", f"{FORM}; charset=utf-8", HELLO, ""),
    Sent("chat.postMessage", "a form in parts", PARTS, BY_PARTS + "--cut--\r\n", ""),
    Sent("chat.postMessage", "JSON", JSON, json.dumps({"channel": REL, "text": "x"}), ""),
    Sent("chat.postMessage", "blocks as text in a form", FORM, urlencode({"channel": REL, "blocks": json.dumps([section("x")])}), ""),
    Sent("chat.postMessage", "broken JSON", JSON, "{", "invalid_json"),
    Sent("chat.postMessage", "a JSON list", JSON, "[]", "json_not_object"),
    Sent("chat.postMessage", "bytes that are no text", FORM, b"text=\xff", "invalid_form_data"),
    Sent("chat.postMessage", "XML", "text/xml", "<x/>", "invalid_post_type"),
    Sent("chat.postMessage", "no kind", "", HELLO, "missing_post_type"),
    Sent("chat.postMessage", "a list for a text", JSON, json.dumps({"channel": REL, "text": ["x"]}), "invalid_arguments"),
    Sent("chat.nothing", "unknown method", FORM, "", "unknown_method"),
    Sent("users.info", "a form", FORM, f"user={ALICE}", ""),
    # File upload v2: the first step is form-encoded; so is whatever only reads.
    Sent("users.info", "JSON it does not read", JSON, json.dumps({"user": ALICE}), "invalid_arguments"),
    Sent("conversations.info", "JSON it does not read", JSON, json.dumps({"channel": REL}), "invalid_arguments"),
    Sent("files.getUploadURLExternal", "JSON it does not read", JSON, json.dumps({"filename": "a", "length": 1}), "invalid_arguments"),
]
# fmt: on


@pytest.mark.parametrize("row", READINGS, ids=lambda row: f"{row.method}: {row.what}")
def test_a_body_is_read_as_slack_reads_it(world: World, row: Sent) -> None:
    body = row.body if isinstance(row.body, bytes) else row.body.encode()
    reply = sent(world.box, row.method, row.kind, body)
    assert (reply.status, reply.error) == (200, row.error)
    assert reply.body["ok"] is not bool(row.error)


def test_a_token_is_taken_from_the_header_or_a_form_and_never_from_json(world: World) -> None:
    token = world.box.bot_token
    form = sent(world.box, "auth.test", FORM, f"token={token}".encode(), bearer=False)
    assert form.body["user_id"] == world.box.workspace.bot_id
    said = json.dumps({"token": token}).encode()
    assert sent(world.box, "auth.test", JSON, said, bearer=False).error == "not_authed"


def test_an_unknown_method_is_named(world: World) -> None:
    assert world.call("chat.nothing").body["req_method"] == "chat.nothing"


def test_every_answer_to_a_good_token_names_its_scopes_and_the_workspace_s_time(
    clock: Clock,
) -> None:
    with Box(now=clock.now, scopes=["users:read", "chat:write"]) as box:
        call = Caller(box)
        for reply in (call("auth.test"), call("users.info"), call("team.info")):
            assert reply.headers["x-oauth-scopes"] == "chat:write,users:read"
            said = parsedate_to_datetime(reply.headers["date"])
            assert said == clock.now().replace(microsecond=0)
        opened = call("apps.connections.open", box.app_token)
        assert opened.headers["x-oauth-scopes"] == "connections:write"
        assert "x-oauth-scopes" not in call("auth.test", "xoxb-invented").headers


def test_what_was_cut_or_needless_is_warned_of(world: World) -> None:
    long = world.call("chat.postMessage", channel=REL, text="x" * 40_001).body
    assert (len(long["message"]["text"]), long["warning"]) == (40_000, "message_truncated")
    again = world.call("conversations.join", channel=REL).body
    assert again["response_metadata"]["warnings"] == ["already_in_channel"]


# response_url: five posts within thirty minutes; the only way to an ephemeral message.


class Answering:
    """One response url, issued for a press on a message of the bot's, or a command."""

    def __init__(self, box: Box, source: Message | None) -> None:
        ts = source.ts if source else None
        ticket = ResponseUrl(ALICE, REL, box.now(), "press", source=ts)
        token = box.workspace.response_urls.issue(ticket)
        self.url = f"{box.url}/response/actions/{token}"
        self.client = WebhookClient(self.url, retry_handlers=[])

    def say(self, **body: Any) -> tuple[int, str]:
        answer = self.client.send_dict(body)
        return answer.status_code, answer.body


def a_message(box: Box, *, hidden: bool = False) -> Message:
    call, alice = Caller(box), box.person("alice")
    if hidden:
        assert call("chat.postEphemeral", channel=REL, user=ALICE, text="before").body["ok"]
        return alice.ephemerals()[-1]
    assert call("chat.postMessage", channel=REL, text="before").body["ok"]
    return alice.messages("releases")[-1]


def test_a_response_url_is_good_for_five_posts(box: Box) -> None:
    answering = Answering(box, None)
    assert [answering.say(text="x")[0] for _ in range(6)] == [200] * 5 + [404]
    assert answering.say(text="x") == (404, "expired_url")
    assert len(box.person("alice").ephemerals()) == 5


@pytest.mark.parametrize(("minutes", "status"), [(29, 200), (31, 404)])
def test_a_response_url_is_good_for_thirty_minutes(
    box: Box, clock: Clock, minutes: int, status: int
) -> None:
    answering = Answering(box, None)
    clock.move(minutes=minutes)
    assert answering.say(text="x")[0] == status


@pytest.mark.parametrize(
    ("what", "body", "error"),
    [
        ("nothing to show", {"response_type": "in_channel"}, "no_text"),
        ("bad blocks", {"blocks": [section("")]}, "invalid_blocks"),
        ("51 blocks", {"blocks": [section("x")] * 51}, "invalid_blocks"),
        ("replacing by nothing", {"replace_original": True, "text": ""}, "no_text"),
    ],
)
def test_a_bad_answer_is_refused(box: Box, what: str, body: dict[str, Any], error: str) -> None:
    source = a_message(box)
    assert Answering(box, source).say(**body) == (400, error), what
    assert source.text == "before" and not source.deleted
    assert Answering(box, source).say(text="after", replace_original=True) == (200, "ok")
    assert source.text == "after"


def test_an_invented_response_url_is_refused(box: Box) -> None:
    client = WebhookClient(f"{box.url}/response/actions/invented", retry_handlers=[])
    assert client.send_dict({"text": "x"}).status_code == 404


@pytest.mark.parametrize("hidden", [False, True])
def test_an_original_is_replaced_and_deleted(box: Box, hidden: bool) -> None:
    source = a_message(box, hidden=hidden)
    assert Answering(box, source).say(text="after", replace_original=True) == (200, "ok")
    assert (source.text, source.ephemeral_to) == ("after", ALICE if hidden else None)
    assert Answering(box, source).say(text="beside", replace_original=False) == (200, "ok")
    assert source.text == "after"
    assert Answering(box, source).say(delete_original=True) == (200, "ok")
    assert source.deleted
    assert [m.text for m in box.person("alice").ephemerals()] == ["beside"]


def test_a_persons_own_message_is_never_replaced(box: Box) -> None:
    theirs = box.person("alice").say("mine", "releases")
    for body in ({"text": "after", "replace_original": True}, {"delete_original": True}):
        assert Answering(box, theirs).say(**body) == (200, "ok")
    assert theirs.text == "mine" and not theirs.deleted


def test_an_answer_is_for_one_unless_it_says_otherwise(box: Box) -> None:
    parent = a_message(box)
    told: list[Callable[[], list[Message]]] = [
        lambda: box.person("sam").messages("releases")[1:],
        lambda: box.person("sam").thread(parent),
    ]
    Answering(box, None).say(text="for one")
    assert [each() for each in told] == [[], []]
    Answering(box, None).say(text="for all", response_type="in_channel")
    Answering(box, None).say(text="below", response_type="in_channel", thread_ts=parent.ts)
    assert [[m.text for m in each()] for each in told] == [["for all"], ["below"]]
