"""What each way in which Slack can answer, or fail to, means to the bot (slack-platform 9.4)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.slackcalls import (
    Away,
    Outcome,
    Refusal,
    Sent,
    SlackCalls,
    TryLater,
    Unknown,
    answers_at,
)

OK = json.dumps({"ok": True, "team_id": "T1", "user_id": "U1"})


class Slack:
    """Answers every request with one status, body and headers; None closes the connection."""

    def __init__(self) -> None:
        slack = self
        self.status, self.body, self.headers = 200, OK, dict[str, str]()
        self.silent = False
        self.asked: list[tuple[str, str, str]] = []

        class Answers(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = self.rfile.read(int(self.headers["Content-Length"])).decode()
                slack.asked.append((self.path, self.headers["Content-Type"], said))
                if slack.silent:
                    return
                self.send_response(slack.status)
                for name, value in slack.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(slack.body.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=[0.01])
        self.thread.start()

    def calls(self) -> SlackCalls:
        client = WebClient("xoxb-x", f"{self.url}/api/", timeout=2, retry_handlers=[])
        return SlackCalls(client)

    def refuses(self, error: str, **beside: Any) -> None:
        self.body = json.dumps({"ok": False, "error": error, **beside})

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def slack() -> Iterator[Slack]:
    slack = Slack()
    yield slack
    slack.stop()


@pytest.mark.parametrize(
    ("status", "body", "headers", "outcome"),
    [
        (429, '{"ok": false, "error": "ratelimited"}', {"Retry-After": "7"}, TryLater(7.0, "ratelimited")),
        (429, "slow down", {"Retry-After": "soon"}, TryLater(30.0, "")),
        (200, '{"ok": false, "error": "rate_limited"}', {}, TryLater(30.0, "rate_limited")),
        (200, '{"ok": false, "error": "channel_not_found"}', {}, Refusal("channel_not_found")),
        (200, '{"ok": false, "error": "internal_error"}', {}, Unknown("internal_error")),
        (500, '{"ok": false, "error": "x"}', {}, Unknown("http_500")),
        (502, "Bad Gateway", {}, Unknown("http_502")),
        (200, "<html>sign in</html>", {}, Unknown("an answer that is not Slack's")),
        (403, "<html>no</html>", {}, TryLater(30.0, "http_403")),
    ],
)  # fmt: skip
def test_every_answer_means_something(slack, status, body, headers, outcome):
    slack.status, slack.body, slack.headers = status, body, headers
    found = slack.calls().call("chat.postMessage", channel="C1", text="hi")
    assert type(found) is type(outcome)
    if not isinstance(outcome, TryLater) or outcome.error:
        assert found == outcome
    assert len(slack.asked) == 1


def test_an_accepted_call_gives_slacks_answer_and_sends_json_without_what_is_none(slack):
    found = slack.calls().call("chat.postMessage", channel="C1", thread_ts=None)
    assert found == Sent(json.loads(OK))
    path, kind, said = slack.asked[0]
    assert (path, json.loads(said)) == ("/api/chat.postMessage", {"channel": "C1"})
    assert kind.startswith("application/json")


def test_methods_that_read_are_asked_by_form(slack):
    slack.calls().call("users.info", user="U1")
    assert slack.asked[0][1:] == ("application/x-www-form-urlencoded", "user=U1")


def test_a_lost_connection_is_unknown_and_a_refused_one_reached_nobody(slack):
    calls = slack.calls()
    slack.silent = True
    assert isinstance(calls.call("chat.postMessage", channel="C1"), Unknown)
    nobody = WebClient("x", "http://127.0.0.1:1/api/", timeout=2, retry_handlers=[])
    assert isinstance(SlackCalls(nobody).call("chat.postMessage", channel="C1"), Away)
    assert isinstance(SlackCalls(nobody).respond("http://127.0.0.1:1/x", {"text": "a"}), Away)
    assert len(slack.asked) == 1


def test_what_is_wrong_is_told_beside_the_error(slack):
    slack.refuses("missing_scope", needed="chat:write", provided="commands")
    refusal = slack.calls().call("chat.postMessage", channel="C1")
    assert refusal == Refusal("missing_scope", "needs chat:write")
    assert not refusal.permanent
    slack.refuses("invalid_blocks", response_metadata={"messages": ["[ERROR] no"]})
    assert slack.calls().call("chat.update") == Refusal("invalid_blocks", "[ERROR] no")


def test_the_token_says_who_it_is_and_what_it_may_do(slack):
    calls = slack.calls()
    assert calls.reads_history("C1") is None
    slack.headers = {"X-OAuth-Scopes": "chat:write,groups:history"}
    calls.who()
    assert (calls.team_id, calls.user_id) == ("T1", "U1")
    assert calls.reads_history("C1")
    assert calls.reads_history("D1") is False


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, "ok", Sent),
        (404, '{"ok":false,"error":"expired_url"}', Refusal),
        (429, "ratelimited", TryLater),
        (500, "", Unknown),
    ],
)
def test_a_response_url_answers_in_its_own_way(slack, status, body, kind: type[Outcome]):
    slack.status, slack.body = status, body
    assert isinstance(slack.calls().respond(f"{slack.url}/response/x", {"text": "no"}), kind)


def test_a_client_that_retries_by_itself_is_refused():
    with pytest.raises(ValueError, match="posts twice"):
        SlackCalls(WebClient("x"))


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://hooks.slack.com/actions/T1/2/x", True),
        ("https://hooks.slack-gov.com/commands/T1/2/x", True),
        ("http://127.0.0.1:8099/response/a/b", True),
        ("http://hooks.slack.com/actions/T1", False),
        ("https://hooks.slack.com.evil.example/x", False),
        ("https://hooks.slack.com@evil.example/x", False),
        ("https://evil.example/hooks.slack.com", False),
        ("http://127.0.0.1:9000/response/a/b", False),
        ("https://[", False),
        ("file:///etc/passwd", False),
    ],
)
def test_answers_go_to_slack_or_to_the_configured_api_and_nowhere_else(url, ours):
    assert answers_at(url, "http://127.0.0.1:8099/api/") is ours
