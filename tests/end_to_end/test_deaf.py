"""Doors that are deaf though everything seems well: nothing is presumed through them (DESIGN 2.4)."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any

from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.response import SocketModeResponse

from rehearsal.intruder import forge
from tests.bot.test_web import get
from tests.end_to_end.conftest import Opened
from tests.end_to_end.workplace import QUICK, Workplace

OPERATED = QUICK.replace("announcers:", 'operator: "@dave"\nannouncers:')
"""Dave hears what only an operator can mend."""


def at_work(opened: Opened, **options: Any) -> Workplace:
    work: Workplace = opened(OPERATED, **options)
    work.announce()
    return work


def until_due(work: Workplace, minutes: float = 5) -> timedelta:
    at = work.candidate().release_at
    assert at is not None
    return at - work.clock.now() + timedelta(minutes=minutes)


def go_past_due(work: Workplace) -> None:
    work.bot.advance(work.clock.now() + until_due(work))
    work.bot.quiet()


def shut(work: Workplace) -> dict[str, str]:
    return dict(work.bot.bot.readiness().get("shut", {}))


def well_again(work: Workplace) -> None:
    """The door is open, and once everybody had the notice they lost the candidate goes out."""
    work.bot.bot.ticker.tick_now()
    assert not shut(work), shut(work)
    work.later(hours=1.5)
    assert work.facts("candidate.released") == ["candidate.released"]


def test_a_secret_rotated_at_slack_shuts_the_door_and_nothing_is_presumed(opened: Opened) -> None:
    work = at_work(opened)
    ours = work.box.signing_secret
    work.box.rotate_secret()
    for name in ("alice", "alice"):
        seen = work.person(name).press("Halt", on=work.card())
        assert seen.error is not None
    assert set(shut(work)) == {"secret"}, "at once"
    go_past_due(work)
    assert not work.facts("candidate.released")
    status, said = get(work, "/readyz")
    assert status == 503 and "another secret" in said
    assert 'presumptive_door_shut{cause="secret"} 1' in get(work, "/metrics")[1]
    refused = r'presumptive_requests_refused_total{by="slack"} ([0-9]+)'
    found = re.search(refused, get(work, "/metrics")[1])
    assert found is not None and int(found[1]) >= 2
    assert work.heard("dave").count("No halt can be heard") == 1
    assert "SLACK_SIGNING_SECRET" in work.heard("dave")
    work.box.sign_with(ours)
    work.say("alice", "status")
    well_again(work)
    assert work.heard("dave").count("That is mended") == 1


def test_a_request_url_changed_at_slack_is_found_by_messages_that_do_not_come_back(
    opened: Opened,
) -> None:
    work = at_work(opened)
    assert not shut(work)
    work.box.request_path = "/of/another/bot"
    work.box.events.retries = ()
    go_past_due(work)
    assert "echo" in shut(work), "the reminder an hour before did not come back"
    assert not work.facts("candidate.released")
    work.box.request_path = "/slack/events"
    work.say("dave", "announce payments 2.4.2 commit def")
    work.bot.bot.ticker.tick_now()
    assert not shut(work), "what was sent since came back"


def test_events_switched_off_are_found_the_same_way(opened: Opened) -> None:
    work = at_work(opened, transport="socket")
    work.box.events.subscribed = frozenset({"user_change"})
    go_past_due(work)
    assert set(shut(work)) == {"echo"}
    assert not work.facts("candidate.released")


def test_without_the_scope_no_message_is_awaited(opened: Opened) -> None:
    work = at_work(opened, history=False)
    go_past_due(work)
    assert not shut(work)
    assert work.facts("candidate.released") == ["candidate.released"]


def test_tokens_of_two_apps_shut_the_door(opened: Opened) -> None:
    work = at_work(opened, transport="socket")
    work.box.sockets.app_id = "A0OTHER01"
    work.box.sockets.drop()
    assert work.eventually(lambda: "app" in shut(work)), shut(work)
    go_past_due(work)
    assert not work.facts("candidate.released")
    assert "A0OTHER01" in shut(work)["app"]
    assert "two different apps" in work.heard("dave")


def test_a_second_machine_that_takes_its_share_is_found(opened: Opened) -> None:
    work = at_work(opened, transport="socket")
    web = WebClient(work.box.bot_token, base_url=work.box.api_url, retry_handlers=[])
    others = [SocketModeClient(work.box.app_token, web_client=web) for _ in range(2)]
    for other in others:
        other.socket_mode_request_listeners.append(
            lambda client, asked: client.send_socket_mode_response(
                SocketModeResponse(envelope_id=asked.envelope_id)
            )
        )
        other.connect()
    try:
        for number in range(3):
            work.say("dave", f"announce payments 2.5.{number} commit abc")
        sent = work.clock.now()
        work.later(minutes=3)
        with work.bot.database.read() as reader:
            door = reader.door(sent - timedelta(hours=1))
        assert door.shut_at(sent + timedelta(seconds=30), work.clock.now())
        assert "No halt can be heard" in work.heard("dave")
    finally:
        for other in others:
            other.close()


def test_a_stranger_who_forges_all_day_shuts_nothing(opened: Opened) -> None:
    work = at_work(opened)
    due, address = work.candidate().release_at, f"{work.box.public_url}/slack/events"
    assert due is not None
    forged = 0
    while work.clock.now() < due:
        assert forge(address) == 401
        assert forge(address, app="A0RELBOT1") == 401
        forged += 2
        work.later(minutes=20)
        assert not shut(work)
    released = work.candidate().released_at
    assert released is not None and released - due < timedelta(minutes=2)
    counted = f'presumptive_requests_refused_total{{by="stranger"}} {forged}'
    assert counted in get(work, "/metrics")[1]
    assert "No halt can be heard" not in work.heard("dave")


def test_a_flood_of_forged_requests_holds_up_no_press(opened: Opened) -> None:
    work = at_work(opened)
    for _ in range(200):
        forge(f"{work.box.public_url}/slack/events")
    began = time.monotonic()
    assert "payments" in work.person("alice").command("/release status").text
    assert time.monotonic() - began < 2.5
