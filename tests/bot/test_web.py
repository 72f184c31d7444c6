"""Slack's door by HTTP: what Slack did not sign is turned away unread, and the process tells how it is."""

from __future__ import annotations

import http.client
import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest

from bot.clock import SystemClock
from bot.guard import Guard
from rehearsal.deliver import sign
from tests.end_to_end.workplace import Workplace

SECRET_WORDS = "halt payments the-secret-reason"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def work() -> Iterator[Workplace]:
    with ExitStack() as stack:
        found = Workplace.open(stack)
        found.announce()
        yield found


def command(**more: str) -> bytes:
    said = {
        "command": "/release",
        "text": SECRET_WORDS,
        "user_id": "U0SAM0001",
        "team_id": "T0ACME001",
        "channel_id": "C0REL0001",
        "trigger_id": f"1.{time.monotonic_ns()}",
        "response_url": "https://hooks.example",
        **more,
    }
    return urlencode(said).encode()


def post(work: Workplace, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
    where = urlsplit(work.box.bot_address or "")
    with closing(http.client.HTTPConnection(where.netloc, timeout=10)) as connection:
        connection.request("POST", "/slack/events", body, {"Content-Type": FORM, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def get(work: Workplace, path: str) -> tuple[int, str]:
    where = urlsplit(work.box.bot_address or "")
    with closing(http.client.HTTPConnection(where.netloc, timeout=10)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def signed(work: Workplace, body: bytes, at: str | None = None) -> dict[str, str]:
    stamp = at if at is not None else str(int(time.time()))
    signature = sign(work.box.signing_secret, stamp, body)
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}


def refusals(work: Workplace) -> dict[str, tuple[bytes, dict[str, str]]]:
    """Bodies and headers that Slack never sent."""
    body, now = command(), int(time.time())
    good = signed(work, body)
    large = command(text="x" * 1_100_000)
    return {
        "no headers": (body, {}),
        "no signature": (body, {"X-Slack-Request-Timestamp": str(now)}),
        "no timestamp": (body, {"X-Slack-Signature": good["X-Slack-Signature"]}),
        "another's secret": (
            body,
            good | {"X-Slack-Signature": sign("other", good["X-Slack-Request-Timestamp"], body)},
        ),
        "a changed body": (body + b"&text=lift", good),
        "an old one": (body, signed(work, body, str(now - 400))),
        "one from the future": (body, signed(work, body, str(now + 400))),
        "a timestamp that is none": (body, signed(work, body, "abc")),
        "a timestamp with a sign": (body, signed(work, body, f"+{now}")),
        "digits of another script": (body, {**good, "X-Slack-Request-Timestamp": "\xb2\xb3"}),
        "a garbled signature": (body, {**good, "X-Slack-Signature": "v0=\xff\xfe"}),
        "an empty body": (b"", good),
        "too large": (large, signed(work, large)),
        "a body that is no text": (b"\xff\xfe\x00{", good),
        "json of another type": (b'{"type":"url_verification"}', {"Content-Type": "text/json"}),
    }


def test_what_slack_did_not_sign_is_401_and_nothing_of_it_is_read(
    work: Workplace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = work.facts()
    for name, (body, headers) in refusals(work).items():
        status, said = post(work, body, headers)
        assert status == 401, (name, status, said)
        assert "secret-reason" not in said
    assert work.facts() == before
    assert "secret-reason" not in caplog.text and "url_verification" not in caplog.text


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xff\xfe\x00{", FORM),
        (b"not a payload", "application/json"),
        (b"payload=%7Bnot-json", FORM),
        (b"payload=[]", FORM),
        (b"{}", "application/json"),
        (b"[]", "application/json"),
        (b"", FORM),
    ],
)
def test_what_slack_signed_but_nobody_can_read_is_answered_without_a_fault(
    work: Workplace, body: bytes, content_type: str
) -> None:
    status, _ = post(work, body, signed(work, body) | {"Content-Type": content_type})
    assert 400 <= status < 500, status


def test_a_signed_command_is_answered_and_once_only(work: Workplace) -> None:
    body = command(text="status payments")
    status, said = post(work, body, signed(work, body))
    assert status == 200 and "payments" in said


def test_the_guard_itself_lets_five_minutes_pass_and_no_more() -> None:
    """Bolt would refuse the others too, but only after it has read them."""
    guard, now = Guard("secret", SystemClock().now), int(time.time())
    for seconds, admitted in ((0, True), (-295, True), (295, True), (-310, False), (310, False)):
        stamp = str(now + seconds)
        assert guard.admits(b"x", stamp, sign("secret", stamp, b"x")) is admitted, seconds


def test_slack_may_verify_the_address(work: Workplace) -> None:
    assert work.box.verify_url()


def test_the_process_tells_how_it_is(work: Workplace) -> None:
    work.bot.bot.ticker.tick_now()
    assert get(work, "/healthz") == (200, "ok\n")
    status, said = get(work, "/readyz")
    assert status == 200 and '"door":true' in said, said
    status, said = get(work, "/metrics")
    assert status == 200
    lines = dict(line.split(" ") for line in said.splitlines())
    assert lines["presumptive_open_candidates"] == "1"
    assert all(float(value) >= 0 for value in lines.values())


def test_a_bot_that_cannot_hear_is_not_ready(work: Workplace) -> None:
    work.box.faults.outage = True
    work.bot.bot.ticker.tick_now()
    try:
        status, said = get(work, "/readyz")
        assert status == 503 and '"door":false' in said
        assert get(work, "/healthz")[0] == 200
    finally:
        work.box.faults.outage = False
        work.bot.bot.ticker.tick_now()


def test_other_ways_in_are_closed(work: Workplace) -> None:
    assert get(work, "/slack/events")[0] == 405
    assert get(work, "/")[0] == 404


def test_the_guard_goes_by_the_clock_it_is_given_and_not_by_the_machines() -> None:
    """A machine whose clock is a week ahead still hears what Slack signed just now."""
    right = datetime.now(UTC) - timedelta(days=7)
    guard, stamp = Guard("secret", lambda: right), str(int(right.timestamp()))
    assert guard.admits(b"x", stamp, sign("secret", stamp, b"x"))
    today = str(int(time.time()))
    assert not guard.admits(b"x", today, sign("secret", today, b"x"))
    assert guard.signed(b"x", today, sign("secret", today, b"x"))


def test_slacks_look_at_the_certificate_is_answered_and_does_nothing(work: Workplace) -> None:
    before = work.facts()
    assert post(work, b"ssl_check=1&token=x", {}) == (200, "")
    assert post(work, b"text=ssl_check%3D1&command=/release", {})[0] == 401
    assert work.facts() == before
