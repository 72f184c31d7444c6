"""The page's doors: who may ask, how it is answered, what is refused, and the tools beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rehearsal.box import Box
from tests.rehearsal.browser import Browser, at_work
from tests.rehearsal.conftest import Bot, Caller, Clock

SAY = {"as": "alice", "do": "say", "place": "releases", "text": "hello"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def bot(clock: Clock) -> Iterator[Bot]:
    with at_work(clock) as found:
        yield found


def fault(state: Any, name: str) -> Any:
    return next(each for each in state["faults"] if each["name"] == name)


@pytest.mark.parametrize("path", ["/page/state", "/page/traffic", "/page/nothing.js"])
def test_only_this_machines_names_are_answered(box: Box, path: str) -> None:
    page = Browser(box)
    for host in (
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "10.0.0.1",
        "[",
    ):
        if path != "/page/nothing.js":
            assert page.ask("GET", path, headers={"Host": host}).status == 403
    for host in ("localhost", f"localhost:{box.port}", "127.0.0.1:1", "[::1]:80", "[::1]"):
        assert page.ask("GET", path, headers={"Host": host}).status in (200, 404)


def test_another_host_can_not_act(box: Box) -> None:
    headers = {**JSON, "Host": "evil.example"}
    assert Browser(box).ask("POST", "/page/act", json.dumps(SAY), headers).status == 403
    assert Browser(box).messages() == []


def test_everything_is_sent_strictly(box: Box) -> None:
    for path in ("/page/state", "/page/state?as=nobody"):
        headers = Browser(box).ask("GET", path).headers
        policy = headers["content-security-policy"]
        for part in ("default-src 'self'", "script-src 'self'", "style-src 'self'"):
            assert part in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
@pytest.mark.parametrize("path", ["/page/act", "/page/clock", "/page/fault"])
def test_a_post_must_be_json_so_that_no_other_site_can_press(
    box: Box, path: str, kind: str | None
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    assert Browser(box).ask("POST", path, json.dumps(SAY), headers).status == 415


WRONG: list[tuple[int, dict[str, Any]]] = [
    (404, {"as": "nobody"}),
    (404, {"as": "presumptive"}),
    (400, {"as": None}),
    (400, {"as": 3}),
    (400, {"do": "dance"}),
    (400, {"do": None}),
    (400, {"do": ["say"]}),
    (404, {"place": "nowhere"}),
    (404, {"as": "gwen", "place": "operations"}),
    (404, {"as": "gwen", "place": "general"}),
    (400, {"place": None}),
    (400, {"text": "  "}),
    (400, {"text": "x" * 40_001}),
    (413, {"text": "x" * 1_000_001}),
    (404, {"thread": "1.000001"}),
    (400, {"do": "command", "line": "release"}),
    (400, {"do": "command"}),
    (404, {"do": "press", "channel": "releases", "ts": "1.1", "version": 0}),
    (400, {"do": "press", "channel": "releases"}),
    (404, {"do": "press", "view": "V1", "block_id": "b", "action_id": "a"}),
    (404, {"do": "submit", "view": "V1"}),
    (400, {"do": "submit", "view": "V1", "values": []}),
    (400, {"do": "submit", "view": "V1", "values": {"b": 1}}),
    (400, {"do": "submit", "view": "V1", "values": {"b": {"a": {}}}}),
    (404, {"do": "close", "view": "V1"}),
    (400, {"do": "shortcut"}),
    (404, {"do": "message_shortcut", "callback_id": "x", "channel": "releases", "ts": "1.1"}),
    (400, {"do": "read", "ts": "now"}),
    (400, {"do": "read", "ts": "1.x"}),
]


@pytest.mark.parametrize(("status", "change"), WRONG)
def test_what_is_unknown_or_odd_is_refused_in_a_sentence(
    box: Box, status: int, change: dict[str, Any]
) -> None:
    page = Browser(box)
    assert page.post("/page/act", **SAY).status == 200
    got = page.post("/page/act", **{**SAY, **change})
    assert got.status == status
    assert len(got.body["error"]) > 5
    assert len(page.messages()) == 1


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "[" * 100_000])
def test_what_is_no_json_object_is_refused(box: Box, body: str) -> None:
    assert Browser(box).ask("POST", "/page/act", body, JSON).status == 400


def test_a_version_must_be_given_with_a_press(box: Box, call: Caller) -> None:
    ts = call("chat.postMessage", channel="C0REL0001", text="x").body["ts"]
    press = {"channel": "releases", "ts": ts, "block_id": "b", "action_id": "a"}
    for version in (None, -1, "x", True, 1.5):
        assert Browser(box).try_to("press", **press, version=version).status == 400


@pytest.mark.parametrize(
    ("status", "query"),
    [
        (404, {"as": "nobody"}),
        (404, {"as": "gwen", "place": "operations"}),
        (404, {"place": "nowhere"}),
        (200, {"as": "U0GWEN001", "place": "C0REL0001"}),
        (200, {"as": "rita", "place": "#operations"}),
    ],
)
def test_the_state_knows_names_and_ids(box: Box, status: int, query: dict[str, str]) -> None:
    assert Browser(box).get("/page/state", **query).status == status


def test_somebody_deactivated_looks_on_and_does_nothing(box: Box) -> None:
    box.change_user("sam", deleted=True)
    assert Browser(box, "sam").state()["me"]["kind"] == "deactivated"
    assert Browser(box, "sam").try_to("say", place="releases", text="hi").status == 403


def test_the_pages_files_have_their_types_and_nothing_else_is_served(box: Box) -> None:
    page = Browser(box)
    for name, kind in (
        ("mrkdwn.js", "text/javascript; charset=utf-8"),
        ("blocks.css", "text/css; charset=utf-8"),
    ):
        got = page.ask("GET", f"/page/static/{name}")
        assert (got.status, got.headers["content-type"]) == (200, kind)
        assert got.headers["cache-control"] == "no-cache"
    first = page.ask("GET", "/?as=sam&place=releases")
    assert (first.status, first.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for name in ("nothing.js", "..%2froutes.py", "%2e%2e%2froutes.py", "..", ".hidden", "%00"):
        assert page.ask("GET", f"/page/static/{name}").status == 404


def test_a_file_is_shown_as_what_it_is(box: Box, call: Caller) -> None:
    for name in ("chart.svg", "export.html"):
        content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
        asked = call("files.getUploadURLExternal", filename=name, length=len(content)).body
        path = asked["upload_url"].removeprefix(box.url)
        assert Browser(box).ask("POST", path, content).status == 200
        files = [{"id": asked["file_id"], "title": name.title()}]
        call("files.completeUploadExternal", files=files, channel_id="C0REL0001")
    chart, export = (m["files"][0] for m in Browser(box).messages())
    assert (chart["title"], chart["image"], export["image"]) == ("Chart.Svg", True, False)
    got = Browser(box).ask("GET", chart["url"])
    assert (got.raw, got.headers["content-type"]) == (content, "image/svg+xml")
    assert "sandbox" in got.headers["content-security-policy"]
    got = Browser(box).ask("GET", export["url"])
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["content-disposition"] == "attachment"
    assert Browser(box).ask("GET", "/page/file/F0NONE").status == 404


def test_traffic_lists_calls_and_deliveries_in_order(bot: Bot) -> None:
    alice = Browser(bot.box)
    alice.done("command", line="/release hello", place="releases")
    first = alice.get("/page/traffic").body["last"]
    assert len(alice.get("/page/traffic").body["entries"]) == first
    alice.done("command", line="/release card", place="releases")
    found = alice.get("/page/traffic", after=str(first)).body
    call, delivery = found["entries"]
    assert found["last"] == first + 2
    assert (call["n"], call["kind"], call["name"]) == (first + 1, "call", "chat.postMessage")
    assert (call["ok"], call["status"], call["about"]) == (True, 200, "#releases payments 2.4.1")
    assert call["answered"]["ts"]
    assert (delivery["n"], delivery["name"]) == (first + 2, "slash_commands")
    assert (delivery["about"], delivery["attempt"]) == ("/release card", 0)
    assert delivery["answered"]["text"] == "done: card"
    alice.done("press", **alice.on_card("halt"))
    found = alice.get("/page/traffic", after=str(first + 2)).body
    assert [(e["name"], e["about"]) for e in found["entries"]] == [
        ("views.open", "Halt"),
        ("block_actions", "alice Halt"),
    ]
    assert alice.get("/page/traffic", limit="1").body["entries"] == found["entries"][-1:]
    assert alice.get("/page/traffic", after="999").body["entries"] == []
    assert alice.get("/page/traffic", after="-1").status == 400


def test_a_fault_is_seen_in_the_traffic(box: Box, call: Caller) -> None:
    page = Browser(box)
    assert page.post("/page/fault", set="errors", on=True).status == 200
    assert call("auth.test").status == 500
    first = page.get("/page/traffic").body["entries"][0]
    assert (first["ok"], first["status"], first["fault"]) == (False, 500, "error")
    assert first["error"] == "internal_error"
    assert fault(page.state(), "errors")["on"] is True


def test_faults_are_switched_on_and_off(box: Box, call: Caller) -> None:
    page = Browser(box)
    for name in ("slow", "limited", "errors", "lost", "outage"):
        got = page.post("/page/fault", set=name, on=True).body
        assert fault(got, name)["on"] is True
        assert fault(page.post("/page/fault", set=name, on=False).body, name)["on"] is False
    page.post("/page/fault", set="limited", on=True)
    page.post("/page/fault", set="limited", on=True)
    statuses = [call("chat.postMessage", channel="C0REL0001", text="x").status for _ in range(6)]
    assert statuses == [429] * 5 + [200]
    assert fault(page.state(), "limited")["on"] is False
    page.post("/page/fault", set="outage", on=True)
    page.post("/page/fault", set="errors", on=True)
    got = page.post("/page/fault", set="calm", on=True).body
    assert [each["name"] for each in got["faults"] if each["on"]] == []
    assert [each["name"] for each in got["faults"] if not each["once"]] == ["outage"]
    assert page.post("/page/fault", set="drop", on=True).status == 200
    assert page.post("/page/fault", set="rain", on=True).status == 400
    assert page.post("/page/fault", set="calm", on="yes").status == 400
