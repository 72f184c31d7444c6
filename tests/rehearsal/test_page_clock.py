"""The clock is moved from the page: to where, once at a time, and seen by all while it goes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from rehearsal.box import Box
from rehearsal.page.mover import next_morning
from tests.rehearsal.browser import Browser, FakeHands, listening
from tests.rehearsal.conftest import Clock


@pytest.fixture
def go_on() -> threading.Event:
    return threading.Event()


@pytest.fixture
def hands(box: Box, clock: Clock, go_on: threading.Event) -> FakeHands:
    found = FakeHands(clock, go_on)
    box.hands = found
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "then"),
    [
        ("2026-11-23 08:59", "UTC", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "UTC", "2026-11-24 09:00"),
        ("2026-11-27 09:00", "UTC", "2026-11-30 09:00"),
        ("2026-11-28 08:00", "UTC", "2026-11-30 09:00"),
        ("2026-11-23 09:00", "America/New_York", "2026-11-23 14:00"),
        ("2026-11-23 09:00", "Asia/Kolkata", "2026-11-24 03:30"),
        ("2026-11-22 23:00", "Pacific/Auckland", "2026-11-23 20:00"),
        ("2026-10-23 09:00", "Europe/London", "2026-10-26 09:00"),
        ("2026-03-27 10:00", "Europe/London", "2026-03-30 08:00"),
    ],
)
def test_the_next_morning_is_a_working_days_nine_where_one_is(
    now: str, zone: str, then: str
) -> None:
    assert next_morning(at(now), ZoneInfo(zone)) == at(then)


def test_without_hands_the_clock_can_not_be_moved(box: Box) -> None:
    got = Browser(box).post("/page/clock", **{"as": "alice", "to": "hour"})
    assert got.status == 409
    assert got.body["error"]


@pytest.mark.parametrize(
    ("who", "to", "then"),
    [
        ("alice", "hour", "2026-11-23T10:00:00Z"),
        ("sam", "morning", "2026-11-23T14:00:00Z"),
        ("alice", "due", "2026-11-25T09:15:05Z"),
    ],
)
def test_the_clock_goes_where_it_is_sent(
    box: Box, hands: FakeHands, go_on: threading.Event, who: str, to: str, then: str
) -> None:
    hands.next_due = at("2026-11-25 09:15")
    page = Browser(box)
    assert page.state()["clock"]["due"] == "2026-11-25T09:15:00Z"
    got = page.post("/page/clock", **{"as": who, "to": to})
    assert (got.status, got.body) == (202, {"target": then})
    assert page.state()["clock"] == {"movable": True, "moving": True, "target": then, "due": None}
    go_on.set()
    assert box.wait_for(lambda: not page.state()["clock"]["moving"])
    assert page.state()["now"] == then


def test_one_move_at_a_time(box: Box, hands: FakeHands, go_on: threading.Event) -> None:
    page = Browser(box)
    assert page.post("/page/clock", **{"as": "alice", "to": "hour"}).status == 202
    second = page.post("/page/clock", **{"as": "alice", "to": "hour"})
    assert (second.status, second.body["error"]) == (409, "The clock is already moving.")
    go_on.set()
    assert box.wait_for(lambda: not page.state()["clock"]["moving"])
    assert page.state()["now"] == "2026-11-23T10:00:00Z"
    assert page.post("/page/clock", **{"as": "alice", "to": "hour"}).status == 202


@pytest.mark.parametrize(("to", "status"), [("due", 409), ("noon", 400), ("", 400)])
def test_where_it_can_not_go_it_stays(box: Box, hands: FakeHands, to: str, status: int) -> None:
    page = Browser(box)
    assert page.post("/page/clock", **{"as": "alice", "to": to}).status == status
    assert page.post("/page/clock", **{"as": "nobody", "to": "hour"}).status == 404
    assert page.state()["clock"]["moving"] is False


def test_everybody_sees_the_clock_go(
    box: Box, hands: FakeHands, clock: Clock, go_on: threading.Event
) -> None:
    with listening(box) as one, listening(box) as two:
        next(one), next(two)
        Browser(box).post("/page/clock", **{"as": "alice", "to": "hour"})
        clock.move(minutes=10)
        for events in (one, two):
            while (told := next(events))["now"] != "2026-11-23T09:10:00Z":
                pass
            assert told["moving"] is True
            assert next(events)["moving"] is True
        go_on.set()
        for events in (one, two):
            while (told := next(events))["moving"]:
                pass
            assert told["now"] == "2026-11-23T10:00:00Z"
