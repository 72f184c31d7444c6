"""A series comes by the wall clock of its zone, over every change of clocks, holiday and year's end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.facts import CLOCK, Actor
from rules.series import (
    MEETING,
    MOVE,
    SKIP,
    Series,
    coming,
    lead,
    next_slot,
    owed,
    series_changed,
    slots,
    succeeding,
)
from tests.rules.cases import at, days, wall

LONDON, NEW_YORK, LORD_HOWE = "Europe/London", "America/New_York", "Australia/Lord_Howe"
DAY = timedelta(days=1)
SINCE = at("2026-01-01 00:00")
THURSDAY = Series(MEETING, (3,), time(10), LONDON, "C1", SINCE)


def next_name(*given):
    """The name of the next slot that is held."""
    found = next_slot(*given)
    assert found is not None
    return found.name


def series(text: str, zone: str, *weekdays: int, **more) -> Series:
    """A series at a wall-clock time of its zone."""
    return replace(
        THURSDAY, days=weekdays, at=time.fromisoformat(text), zone=zone, **({"weeks": 1} | more)
    )


def shown(one: Series, after: str, until: str, calendar=None) -> list[str | None]:
    """The slots after midnight of one day, up to midnight of another, as the zone's wall shows them."""
    found = slots(one, calendar, at(f"{after} 00:00", one.zone), at(f"{until} 00:00", one.zone))
    return [wall(slot.at, one.zone) for slot in found]


# Over both changes of clocks, in three zones.


@pytest.mark.parametrize(
    ("zone", "weekday", "around", "hours"),
    [
        (LONDON, 6, "2026-03-29", 167),
        (LONDON, 6, "2026-10-25", 169),
        (NEW_YORK, 6, "2026-03-08", 167),
        (NEW_YORK, 6, "2026-11-01", 169),
        (LORD_HOWE, 6, "2026-10-04", 167.5),
        (LORD_HOWE, 6, "2026-04-05", 168.5),
    ],
)
def test_it_stays_at_its_wall_clock_time_and_the_week_is_as_long_as_it_is(
    zone, weekday, around, hours
):
    one = series("10:00", zone, weekday)
    day = date.fromisoformat(around)
    found = list(slots(one, None, at(f"{day - 8 * DAY}", zone), at(f"{day + 8 * DAY}", zone)))
    assert [slot.day for slot in found] == [day - 7 * DAY, day, day + 7 * DAY]
    times = [slot.at for slot in found if slot.at is not None]
    assert [each.astimezone(ZoneInfo(zone)).time() for each in times] == [time(10)] * 3
    assert (times[1] - times[0]) / timedelta(hours=1) == hours


@pytest.mark.parametrize(
    ("zone", "missing", "day", "then"),
    [
        (LONDON, "01:30", "2026-03-29", "2026-03-29 02:00"),
        (NEW_YORK, "02:30", "2026-03-08", "2026-03-08 03:00"),
        (LORD_HOWE, "02:15", "2026-10-04", "2026-10-04 02:30"),
    ],
)
def test_a_time_that_the_day_lacks_is_the_next_valid_one(zone, missing, day, then):
    one = series(missing, zone, 6)
    assert shown(one, day, f"{date.fromisoformat(day) + 8 * DAY}") == [
        f"Sun {then}",
        f"Sun {date.fromisoformat(day) + 7 * DAY} {missing}",
    ]


@pytest.mark.parametrize(
    ("zone", "twice", "day", "utc"),
    [
        (LONDON, "01:30", "2026-10-25", "2026-10-25 00:30"),
        (NEW_YORK, "01:30", "2026-11-01", "2026-11-01 05:30"),
        (LORD_HOWE, "01:45", "2026-04-05", "2026-04-04 14:45"),
    ],
)
def test_a_time_that_the_day_has_twice_comes_once(zone, twice, day, utc):
    one = series(twice, zone, 6)
    around = (at(f"{day} 00:00", zone) - DAY, at(f"{day} 00:00", zone) + 2 * DAY)
    assert [slot.at for slot in slots(one, None, *around)] == [at(utc)]
    assert list(slots(one, None, at(utc), around[1])) == []


@pytest.mark.parametrize(
    ("zone", "since", "until", "expected"),
    [
        (LONDON, "2026-03-16", "2026-04-30", ["03-19", "04-02", "04-16", "04-30"]),
        (LONDON, "2026-10-12", "2026-11-30", ["10-15", "10-29", "11-12", "11-26"]),
        (NEW_YORK, "2026-03-02", "2026-04-05", ["03-05", "03-19", "04-02"]),
        (NEW_YORK, "2026-10-26", "2026-11-30", ["10-29", "11-12", "11-26"]),
        (LORD_HOWE, "2026-03-30", "2026-05-01", ["04-02", "04-16", "04-30"]),
        (LORD_HOWE, "2026-09-28", "2026-11-01", ["10-01", "10-15", "10-29"]),
    ],
)
def test_every_two_weeks_goes_on_over_a_change_of_clocks(zone, since, until, expected):
    one = series("10:00", zone, 3, weeks=2, effective=at(f"{since} 00:00", zone))
    found = slots(one, None, SINCE, at(f"{until} 23:00", zone))
    assert [f"{slot.name:.10}"[5:] for slot in found] == expected


# Which weeks, which days.


def test_it_comes_on_each_of_its_days_over_the_ends_of_months_and_years():
    one = series("09:30", LONDON, 0, 3)
    assert shown(one, "2026-12-28", "2027-01-08") == [
        "Mon 2026-12-28 09:30",
        "Thu 2026-12-31 09:30",
        "Mon 2027-01-04 09:30",
        "Thu 2027-01-07 09:30",
    ]


@pytest.mark.parametrize(
    ("since", "first"),
    [
        ("2026-11-23 09:00", "2026-11-26"),
        ("2026-11-26 09:59", "2026-11-26"),
        ("2026-11-26 10:00", "2026-12-17"),
        ("2026-11-29 23:59", "2026-12-17"),
    ],
)
def test_every_three_weeks_counts_from_the_week_it_was_set_in(since, first):
    one = replace(THURSDAY, weeks=3, effective=at(since))
    found = [slot.name for slot in slots(one, None, SINCE, at("2027-03-01 00:00"))]
    assert found[0] == first
    assert {(date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(found)} == {
        21
    }


def test_the_week_is_that_of_the_zone():
    one = series("08:00", "Pacific/Auckland", 0, weeks=2, effective=at("2026-11-22 12:00"))
    assert next_name(one, None, SINCE) == "2026-11-23"
    eight = at("2026-11-22 19:00")
    assert [slot.name for slot in slots(one, None, SINCE, eight)] == ["2026-11-23"]


def test_nothing_comes_before_it_holds_or_once_it_is_off():
    one = replace(THURSDAY, effective=at("2026-11-26 10:00"))
    assert next_name(one, None, SINCE) == "2026-12-03"
    assert next_slot(replace(one, off=True), None, SINCE) is None


def test_after_is_left_out_and_until_is_not():
    first, second = at("2026-11-26 10:00"), at("2026-12-03 10:00")
    assert [slot.at for slot in slots(THURSDAY, None, first, second)] == [second]


# Holidays.

XMAS = days("2026-12-24", "2026-12-25", "2026-12-28", "2026-12-31", "2027-01-01")


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (THURSDAY, ["Thu 2026-12-17 10:00", None, None, "Thu 2027-01-07 10:00"]),
        (
            replace(THURSDAY, holidays=MOVE),
            [
                "Thu 2026-12-17 10:00",
                "Tue 2026-12-29 10:00",
                "Mon 2027-01-04 10:00",
                "Thu 2027-01-07 10:00",
            ],
        ),
    ],
)
def test_over_a_holiday_it_is_skipped_or_moved_to_the_next_working_day(one, expected):
    assert shown(one, "2026-12-14", "2027-01-08", XMAS) == expected
    found = list(slots(one, XMAS, at("2026-12-14 00:00"), at("2027-01-08 00:00")))
    assert [slot.holiday for slot in found] == [False, True, True, False]
    assert found[1].name == "2026-12-24"


@pytest.mark.parametrize(
    ("weekdays", "holidays", "expected"),
    [
        ((3, 4), ("2026-11-26",), [None, "Fri 2026-11-27 10:00"]),
        ((3, 4), ("2026-11-26", "2026-11-27"), [None, "Mon 2026-11-30 10:00"]),
        ((3, 5), ("2026-11-26", "2026-11-27"), [None, "Sat 2026-11-28 10:00"]),
        ((0, 3), ("2026-11-26", "2026-11-27"), [None]),
    ],
)
def test_what_would_be_moved_onto_or_past_another_is_skipped(weekdays, holidays, expected):
    one = series("10:00", LONDON, *weekdays, holidays=MOVE)
    assert shown(one, "2026-11-24", "2026-11-29", days(*holidays)) == expected


def test_without_a_working_day_in_sight_it_is_skipped():
    nobody = replace(days("2026-11-26"), days=frozenset())
    assert shown(replace(THURSDAY, holidays=MOVE), "2026-11-26", "2026-11-27", nobody) == [None]


def test_a_weekday_on_which_the_calendar_does_not_work_is_no_holiday():
    assert shown(series("10:00", LONDON, 5), "2026-11-28", "2026-11-29", days()) == [
        "Sat 2026-11-28 10:00"
    ]


def test_the_next_one_is_the_next_held_wherever_it_was_moved():
    on_holiday = replace(THURSDAY, holidays=MOVE)
    after = at("2026-12-25 00:00")
    assert next_name(THURSDAY, XMAS, at("2026-12-17 10:00")) == "2027-01-07"
    assert next_name(on_holiday, XMAS, after) == "2026-12-24"
    assert [slot.name for slot in coming(on_holiday, XMAS, after)][:2] == [
        "2026-12-24",
        "2026-12-31",
    ]


def test_a_moved_one_is_right_over_a_change_of_clocks():
    one = series("10:00", LONDON, 4, holidays=MOVE)
    assert shown(one, "2026-03-27", "2026-03-28", days("2026-03-27")) == ["Mon 2026-03-30 10:00"]
    found = list(slots(one, days("2026-03-27"), at("2026-03-27 00:00"), at("2026-03-28 00:00")))
    assert found[0].at == at("2026-03-30 09:00")


@given(
    zone=st.sampled_from([LONDON, NEW_YORK, LORD_HOWE, "Asia/Kolkata", "Pacific/Apia"]),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    clock=st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None, fold=0)),
    weeks=st.integers(1, 5),
    off=st.sets(st.dates(date(2026, 2, 1), date(2026, 6, 30)), max_size=20),
    moves=st.sampled_from([SKIP, MOVE]),
    cut=st.integers(0, 150),
)
def test_slots_are_in_order_and_two_stretches_make_one(
    zone, weekdays, clock, weeks, off, moves, cut
):
    one = Series(
        MEETING, tuple(sorted(weekdays)), clock, zone, "C1", SINCE, weeks=weeks, holidays=moves
    )
    calendar = replace(days(), holidays=frozenset(off))
    start, end = at("2026-02-01 00:00"), at("2026-07-01 00:00")
    whole = list(slots(one, calendar, start, end))
    middle = start + cut * DAY
    assert whole == [*slots(one, calendar, start, middle), *slots(one, calendar, middle, end)]
    held = [slot.at for slot in whole if slot.at]
    assert held == sorted(set(held))
    assert len({slot.name for slot in whole}) == len(whole)
    for slot in whole:
        assert slot.day.weekday() in weekdays
        assert slot.holiday == (slot.day in off)
        assert slot.at is None or slot.at.tzinfo is UTC
    mondays = {slot.day - timedelta(days=slot.day.weekday()) for slot in whole}
    assert all((monday - date(2025, 12, 29)).days % (7 * weeks) == 0 for monday in mondays)


# How long before.


@pytest.mark.parametrize(
    ("zone", "meeting", "before", "then"),
    [
        (LONDON, "2026-03-30 10:00", DAY, "2026-03-29 10:00"),
        (LONDON, "2026-03-29 10:00", DAY, "2026-03-28 10:00"),
        (LONDON, "2026-10-25 10:00", DAY, "2026-10-24 10:00"),
        (LONDON, "2026-03-29 02:30", timedelta(hours=1), "2026-03-29 00:30"),
        (LONDON, "2026-03-30 01:30", DAY, "2026-03-29 02:00"),
        (LONDON, "2026-10-26 01:30", DAY, "2026-10-25 01:30"),
        (NEW_YORK, "2026-11-02 10:00", 2 * DAY + timedelta(hours=1), "2026-10-31 09:00"),
        (LORD_HOWE, "2026-10-04 10:00", DAY, "2026-10-03 10:00"),
        (LORD_HOWE, "2026-10-04 03:00", timedelta(hours=2), "2026-10-04 00:30"),
        (LONDON, "2027-01-01 10:00", 7 * DAY, "2026-12-25 10:00"),
    ],
)
def test_days_before_are_days_on_the_wall_and_hours_pass(zone, meeting, before, then):
    assert str(wall(lead(at(meeting, zone), before, zone), zone))[4:] == then


# What the digest owes.


def test_the_digest_owes_what_came_after_the_last_one_posted():
    now = at("2026-12-17 12:00")
    assert [s.name for s in owed(THURSDAY, None, "2026-12-03", now)] == ["2026-12-10", "2026-12-17"]
    assert owed(THURSDAY, None, "2026-12-17", now) == ()
    fresh = replace(THURSDAY, effective=at("2026-12-09 00:00"))
    assert [s.name for s in owed(fresh, None, None, now)] == ["2026-12-10", "2026-12-17"]
    assert [s.name for s in owed(fresh, None, "2026-11-05", now)] == ["2026-12-10", "2026-12-17"]


def test_the_digest_owes_a_moved_one_when_it_comes_and_none_for_one_skipped():
    moved = replace(THURSDAY, holidays=MOVE)
    before, after = at("2026-12-28 10:00"), at("2026-12-29 10:00")
    assert owed(moved, XMAS, "2026-12-17", before) == ()
    assert [s.name for s in owed(moved, XMAS, "2026-12-17", after)] == ["2026-12-24"]
    assert owed(moved, XMAS, "2026-12-24", after) == ()
    assert owed(THURSDAY, XMAS, "2026-12-17", at("2027-01-06 00:00")) == ()


# Set anew.

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
RITA = Actor("rita", door="slash")


def test_a_change_of_a_series_is_a_fact_with_what_it_was():
    (declared,) = series_changed(THURSDAY, None, CLOCK, NOW)
    assert (declared.kind, declared.about) == ("schedule.declared", THURSDAY.about())
    later = replace(THURSDAY, at=time(11))
    (changed,) = series_changed(later, THURSDAY, RITA, NOW)
    assert changed.kind == "schedule.changed"
    assert changed.about == {**later.about(), "was": THURSDAY.about()}
    assert series_changed(replace(THURSDAY, by="rita", effective=NOW), THURSDAY, RITA, NOW) == ()


def test_the_same_again_is_the_old_one_and_a_new_one_holds_from_now():
    assert succeeding(replace(THURSDAY, by="rita", effective=NOW), THURSDAY, NOW) is THURSDAY
    assert succeeding(THURSDAY, None, NOW).effective == NOW
    assert succeeding(THURSDAY, replace(THURSDAY, off=True), NOW).effective == NOW
    assert succeeding(replace(THURSDAY, off=True), THURSDAY, NOW).effective == NOW
    off = replace(THURSDAY, off=True)
    assert succeeding(off, off, NOW) is off


def test_another_length_or_reminder_changes_no_week_in_which_it_comes():
    old = replace(THURSDAY, weeks=2, effective=at("2026-11-16 12:00"))
    new = succeeding(replace(old, minutes=30, reminders=(DAY,)), old, NOW)
    assert new.effective == old.effective
    assert next_name(new, None, NOW) == "2026-12-03"


@pytest.mark.parametrize("now", ["11-24", "12-01"])
def test_another_day_or_hour_stays_in_the_same_weeks(now):
    now = at(f"2026-{now} 12:00")
    old = replace(THURSDAY, weeks=2, effective=at("2026-11-16 12:00"))
    new = succeeding(replace(old, days=(0, 4), at=time(0)), old, now)
    found = [slot.name for slot in slots(new, None, SINCE, at("2026-12-31 00:00"))]
    assert found == [
        day
        for day in ("2026-11-30", "2026-12-04", "2026-12-14", "2026-12-18", "2026-12-28")
        if at(f"{day} 00:00") > now
    ]
    assert new.effective >= now
