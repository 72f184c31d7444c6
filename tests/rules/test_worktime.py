"""Working time by the wall clock: gaps, folds, nights and quarters (DESIGN 2.4)."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from rules.door import Door
from rules.worktime import (
    Calendar,
    Slot,
    Span,
    after,
    at_work,
    instant,
    next_working_day,
    round_up,
    slot_spans,
    working_spans,
)
from tests.rules.cases import LONG_AGO, MONDAY, at, wall


@pytest.mark.parametrize(
    ("day", "hour", "zone", "expected"),
    [
        ("2026-03-29", "01:30", "Europe/London", "2026-03-29 01:00"),  # skipped: the first valid
        ("2026-10-25", "01:30", "Europe/London", "2026-10-25 00:30"),  # twice: the first
        ("2026-03-08", "02:30", "America/New_York", "2026-03-08 07:00"),
        ("2026-11-01", "01:30", "America/New_York", "2026-11-01 05:30"),
        ("2026-10-04", "02:00", "Australia/Sydney", "2026-10-03 16:00"),
        ("2026-10-04", "02:15", "Australia/Lord_Howe", "2026-10-03 15:30"),  # half an hour skipped
        ("2026-11-23", "09:00", "Asia/Kathmandu", "2026-11-23 03:15"),
    ],
)
def test_a_wall_clock_time_is_the_first_valid_instant(day, hour, zone, expected):
    found = instant(date.fromisoformat(day), time.fromisoformat(hour), ZoneInfo(zone))
    assert found == at(expected)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("10:00:00", "10:00"), ("10:00:01", "10:15"), ("10:14:59", "10:15"), ("23:46:00", "00:00")],
)
def test_times_are_rounded_up_to_a_quarter(moment, expected):
    assert f"{round_up(at(f'2026-11-23 {moment}')):%H:%M}" == expected


def test_the_next_working_day_is_at_the_same_time_on_the_wall():
    london, calendar = ZoneInfo("Europe/London"), Calendar()
    friday = at("2026-03-27 14:00")
    assert wall(next_working_day(friday, calendar, london)) == "Mon 2026-03-30 13:00"
    assert next_working_day(friday, Calendar(days=frozenset()), london) is None


def test_slots_come_in_order_and_over_midnight():
    slots = (Slot(1, time(20), time(1)), Slot(1, time(8), time(9)), Slot(0, time(23), time(0)))
    spans = list(islice(slot_spans(slots, ZoneInfo("UTC"), at("2026-11-23 23:30")), 4))
    assert [wall(s.start) for s in spans] == [
        "Mon 2026-11-23 23:30",
        "Tue 2026-11-24 08:00",
        "Tue 2026-11-24 20:00",
        "Mon 2026-11-30 23:00",
    ]
    assert wall(spans[2].end) == "Wed 2026-11-25 01:00"


def test_a_night_shift_belongs_to_the_day_it_begins_on():
    night = Calendar(opens=time(22), closes=time(6), holidays=frozenset({date(2026, 11, 24)}))
    utc = ZoneInfo("UTC")
    assert at_work(night, utc, at("2026-11-24 05:59"))
    assert not at_work(night, utc, at("2026-11-24 06:00"))
    assert not at_work(night, utc, at("2026-11-24 23:00"))
    assert not at_work(night, utc, at("2026-11-25 05:00"))


def test_time_that_runs_out_is_none():
    assert after(working_spans(Calendar(), ZoneInfo("UTC"), MONDAY), timedelta(hours=9999)) is None


def spans(*pairs):
    return [Span(at(f"2026-11-23 {a}"), at(f"2026-11-23 {b}")) for a, b in pairs]


def test_the_door_is_the_union_over_replicas():
    door = Door.of(spans(("09:00", "10:00"), ("09:30", "11:00"), ("11:01", "12:00")))
    assert door.open == tuple(spans(("09:00", "12:00")))
    assert door.open_since(at("2026-11-23 12:01")) == at("2026-11-23 09:00")
    assert door.open_since(at("2026-11-23 12:02")) is None


def test_before_the_first_record_and_after_the_last_the_door_was_shut():
    door = Door.of(spans(("10:00", "11:00")))
    found = door.shut(at("2026-11-23 09:00"), at("2026-11-23 12:00"))
    assert found == tuple(spans(("09:00", "10:00"), ("11:00", "12:00")))
    assert door.shut(at("2026-11-23 10:30"), at("2026-11-23 11:01")) == ()
    assert Door().shut(LONG_AGO, MONDAY) == (Span(LONG_AGO, MONDAY),)


def test_whether_the_door_was_shut_at_an_instant():
    door = Door.of(spans(("09:00", "10:00"), ("10:10", "11:00")))
    now = at("2026-11-23 10:50")
    found = {
        minute: door.shut_at(at(f"2026-11-23 {minute}"), now)
        for minute in (
            "09:59",
            "10:00",
            "10:05",
            "10:10",
            "10:50",
        )
    }
    assert found == {
        "09:59": False,
        "10:00": True,
        "10:05": True,
        "10:10": False,
        "10:50": False,
    }


def test_an_outage_still_going_on_counts_from_its_beginning():
    door = Door.of(spans(("09:00", "10:00")))
    assert door.shut_at(at("2026-11-23 10:01"), at("2026-11-23 10:02"))
    assert not door.shut_at(at("2026-11-23 10:00"), at("2026-11-23 10:01"))
