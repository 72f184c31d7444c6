"""The wire between box and bot: signatures, retries, sockets, limits and faults."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.client import RemoteDisconnected

import pytest
from slack_sdk import WebClient, WebhookClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from rehearsal.box import Box
from rehearsal.deliver import OverHttp, encoded
from rehearsal.faults import Fault
from rehearsal.limits import Rate
from tests.rehearsal.conftest import Bot, Caller, Clock, over_http, over_socket

REL = "C0REL0001"
# The SDK's builtin socket client leaves sockets it lost to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def web(clock: Clock) -> Iterator[Bot]:
    with Box(now=clock.now, limits=False) as box:
        bot = over_http(box)
        yield bot
        bot.stop()


@pytest.fixture
def socketed(clock: Clock) -> Iterator[Bot]:
    with Box(now=clock.now, limits=False, transport="socket") as box:
        bot = over_socket(box)
        yield bot
        bot.stop()


def client(box: Box, timeout: int = 30) -> WebClient:
    return WebClient(box.bot_token, base_url=box.api_url, retry_handlers=[], timeout=timeout)


@pytest.mark.parametrize("kind", ["slash_commands", "interactive", "events_api"])
def test_signatures_satisfy_the_sdks_verifier(kind: str) -> None:
    _, body = encoded(kind, {"type": "x", "text": "ü & <!channel>"})
    headers = OverHttp("secret", lambda: "").signature(body)
    assert SignatureVerifier("secret").is_valid_request(body, headers)
    assert not SignatureVerifier("other").is_valid_request(body, headers)


def test_a_bot_with_another_secret_refuses_and_the_person_sees_it(web: Bot) -> None:
    web.box.deliveries.transport.secret = "other"  # type: ignore[attr-defined]
    assert web.box.person("alice").command("/release x", "releases").error == "dispatch_failed"
    assert web.box.record.deliveries[-1].status == 401


def test_the_request_url_is_verified_through_the_front_door(web: Bot) -> None:
    assert web.box.verify_url()
    assert Caller(web.box)("api.test").body["ok"]
    web.box.bot_address = None
    assert not web.box.verify_url()


def test_an_event_not_heard_is_told_again_with_the_same_id(web: Bot) -> None:
    box, address = web.box, web.box.bot_address
    box.events.retries = (0.0, 0.3, 0.3)
    box.bot_address = None
    box.change_user("alice", tz="Asia/Tokyo")
    assert box.wait_for(lambda: len(box.record.deliveries) == 2)
    box.bot_address = address
    assert box.wait_for(lambda: box.events.under_way == 0)
    told = box.record.deliveries
    assert [(d.attempt, d.error is None) for d in told] == [(0, False), (1, False), (2, True)]
    assert len({d.payload["event_id"] for d in told}) == 1


def test_without_a_socket_commands_fail_and_events_come_again(socketed: Bot) -> None:
    box = socketed.box
    box.events.retries = (0.0, 0.0, 20.0)
    box.faults.outage = True
    assert box.wait_for(lambda: not box.sockets.connections)
    assert box.person("alice").command("/release x", "releases").error == "dispatch_failed"
    box.faults.outage = False
    assert box.wait_for(lambda: box.sockets.connections, seconds=20)
    assert box.person("alice").command("/release x", "releases").text == "done: x"


def test_a_dropped_socket_is_opened_again(socketed: Bot) -> None:
    box = socketed.box
    first = box.sockets.connections[0]
    box.faults.drop_sockets()
    assert box.wait_for(lambda: box.sockets.connections not in ([], [first]), seconds=20)
    assert box.record.count("apps.connections.open") == 2


def test_a_recycled_socket_loses_no_command(socketed: Bot) -> None:
    box = socketed.box
    first = box.sockets.connections[0]
    box.sockets.disconnect(close_after=0.5)
    assert box.wait_for(lambda: first not in box.sockets.connections, seconds=10)
    assert box.wait_for(lambda: box.sockets.connections, seconds=10)
    assert box.person("alice").command("/release x", "releases").text == "done: x"


def test_a_ticket_is_good_for_one_connection(socketed: Bot) -> None:
    opened = Caller(socketed.box)("apps.connections.open", token=socketed.box.app_token).body
    with connect(opened["url"]) as second:
        assert "hello" in str(second.recv())
        with pytest.raises(InvalidStatus), connect(opened["url"]):
            pass
    assert socketed.box.wait_for(lambda: len(socketed.box.sockets.connections) == 1)


def test_payloads_take_turns_over_two_sockets(socketed: Bot) -> None:
    second = over_socket(socketed.box)
    assert socketed.box.wait_for(lambda: len(socketed.box.sockets.connections) == 2)
    for _ in range(4):
        assert socketed.box.person("alice").command("/release x", "releases").error is None
    second.stop()


def test_posting_to_one_channel_is_limited_to_a_burst_and_one_a_second(clock: Clock) -> None:
    with Box(now=clock.now) as box:
        call = Caller(box)
        replies = [call("chat.postMessage", channel=REL, text="x") for _ in range(6)]
        elsewhere = call("chat.postMessage", channel="C0GEN0001", text="x")
        assert [r.status for r in replies] == [200] * 4 + [429] * 2
        assert replies[-1].headers["retry-after"] == "1"
        assert replies[-1].error == "ratelimited"
        assert elsewhere.status == 200
        time.sleep(1.05)
        assert call("chat.postMessage", channel=REL, text="x").status == 200
        box.limits.rates["users.info"] = Rate(1, 1)
        assert call("users.info", user="U0SAM0001").status == 200
        assert int(call("users.info", user="U0SAM0001").headers["retry-after"]) > 55
        box.limits.on = False
        assert call("users.info", user="U0SAM0001").status == 200


def test_a_limit_on_request_lasts_as_many_calls_as_asked(box: Box) -> None:
    box.faults.rate_limit("chat.postMessage", retry_after=7, times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError) as refused:
            client(box).chat_postMessage(channel=REL, text="x")
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["retry-after"] == "7"
    assert client(box).chat_postMessage(channel=REL, text="x")["ok"]
    assert box.record.count("chat.postMessage") == 3


def test_a_server_error_accepts_nothing(box: Box) -> None:
    box.faults.server_error("chat.postMessage")
    with pytest.raises(SlackApiError) as failed:
        client(box).chat_postMessage(channel=REL, text="x")
    assert failed.value.response.status_code == 500
    assert box.person("alice").messages("releases") == []


def test_a_lost_answer_was_accepted(box: Box) -> None:
    accepted: list[str] = []
    box.faults.on_accept = lambda method, arguments: accepted.append(arguments["text"])
    box.faults.lose_answer("chat.postMessage")
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        client(box).chat_postMessage(channel=REL, text="x")
    assert accepted == ["x"]
    assert [m.text for m in box.person("alice").messages("releases")] == ["x"]
    assert box.record.calls[-1].fault == "lost"
    assert box.record.calls[-1].ok


def test_a_refused_connection_accepts_nothing(box: Box) -> None:
    box.faults.refuse("*")
    with pytest.raises((OSError, RemoteDisconnected)):
        client(box).chat_postMessage(channel=REL, text="x")
    assert box.person("alice").messages("releases") == []
    assert client(box).auth_test()["ok"]


def test_a_hanging_call_was_accepted(box: Box) -> None:
    box.faults.hang("chat.postMessage", seconds=1.5)
    with pytest.raises(TimeoutError):
        client(box, timeout=1).chat_postMessage(channel=REL, text="x")
    assert [m.text for m in box.person("alice").messages("releases")] == ["x"]


def test_an_outage_closes_every_way_in_and_out(web: Bot) -> None:
    box = web.box
    box.faults.outage = True
    with pytest.raises((OSError, RemoteDisconnected)):
        client(box).auth_test()
    assert box.person("alice").command("/release x", "releases").error == "dispatch_failed"
    assert box.record.deliveries[-1].status == 502
    box.faults.calm()
    assert client(box).auth_test()["ok"]
    assert box.person("alice").command("/release x", "releases").text == "done: x"


def test_a_storm_is_the_same_for_the_same_seed(box: Box) -> None:
    def statuses() -> list[int]:
        box.faults.storm(0.5, [Fault("error"), Fault("limited", 1)], seed=3)
        return [Caller(box)("auth.test").status for _ in range(12)]

    first = statuses()
    assert first == statuses()
    assert {200, 500} <= set(first)
    box.faults.calm()
    assert Caller(box)("auth.test").status == 200


def test_a_lost_answer_of_a_response_url_was_accepted(web: Bot) -> None:
    alice = web.box.person("alice")
    seen = alice.command("/release x", "releases")
    url = web.box.record.deliveries[-1].payload["response_url"]
    web.box.faults.lose_answer("response_url")
    with pytest.raises((RemoteDisconnected, ConnectionError)):
        WebhookClient(url, retry_handlers=[]).send(text="later")
    assert [m.text for m in seen.messages] == ["done: x", "later"]


def test_files_go_up_by_the_sdks_own_three_steps(box: Box) -> None:
    client(box).files_upload_v2(
        channel=REL, content="a,b\n1,2\n", filename="facts.csv", initial_comment="the facts"
    )
    message = box.person("alice").messages("releases")[-1]
    assert box.person("alice").read(message) == "the facts\n[file: facts.csv]"
