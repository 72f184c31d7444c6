"""Calendars as a catalogue declares them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.calendars import OddCalendar, calendar_from, days_from, hours_from, slot_text, slots_from
from rules.worktime import Calendar, Slot, working_spans

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CHRISTMAS = date(2026, 12, 25)


def test_nothing_declared_is_the_ordinary_week() -> None:
    assert calendar_from({}, NOW) == Calendar()


def test_a_country_gives_its_holidays_from_last_year_to_two_years_ahead() -> None:
    free = calendar_from({"holidays": "GB"}, NOW, "uk").holidays
    assert {date(year, 12, 25) for year in (2025, 2026, 2027, 2028)} <= free
    assert {day.year for day in free} == {2025, 2026, 2027, 2028}


def test_a_part_of_a_country_has_its_own_holidays() -> None:
    st_andrew = date(2026, 11, 30)
    assert st_andrew in calendar_from({"holidays": "GB-SCT"}, NOW).holidays
    assert st_andrew not in calendar_from({"holidays": "GB-ENG"}, NOW).holidays


@pytest.mark.parametrize("written", ["gb", "UK", " GB "])
def test_a_country_is_known_by_its_code_however_written(written: str) -> None:
    assert CHRISTMAS in calendar_from({"holidays": written}, NOW).holidays


def test_extra_days_are_free_and_holidays_may_be_worked_on() -> None:
    declared = {"holidays": "GB", "extra": ["2026-12-24"], "working_on": [CHRISTMAS]}
    calendar = calendar_from(declared, NOW)
    assert not calendar.works_on(date(2026, 12, 24))
    assert calendar.works_on(CHRISTMAS)


@pytest.mark.parametrize(
    ("written", "days"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sun-thu", {6, 0, 1, 2, 3}),
        ("Monday", {0}),
        ("mon, wed", {0, 2}),
        (["mon", "wednesday", "sat-sun"], {0, 2, 5, 6}),
    ],
)
def test_days_are_a_stretch_of_the_week_or_a_list(written: str | list[str], days: set[int]) -> None:
    assert days_from(written) == days


def test_hours_may_pass_midnight() -> None:
    night = calendar_from({"days": "fri", "hours": "22:00-06:00"}, NOW)
    span = next(working_spans(night, ZoneInfo("UTC"), NOW))
    assert (span.start.weekday(), span.length) == (4, timedelta(hours=8))


def test_the_whole_day_is_from_midnight_to_midnight() -> None:
    assert hours_from("00:00-24:00") == (time(0), time(0))
    span = next(working_spans(calendar_from({"hours": "00:00-24:00"}, NOW), ZoneInfo("UTC"), NOW))
    assert span.end == datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("declared", "key", "said"),
    [
        ({"holidays": "XX"}, "holidays", "no country `XX`"),
        ({"holidays": "England"}, "holidays", "like GB"),
        ({"holidays": "GB-EGN"}, "holidays", "GB-ENG"),
        ({"holidays": "SE-AB"}, "holidays", "write SE alone"),
        ({"extra": ["24 Dec"]}, "extra", "2026-12-24"),
        ({"working_on": ["2026-02-30"]}, "working_on", "no date"),
        ({"extra": ["2026-12-24"], "working_on": ["2026-12-24"]}, "working_on", "leave one out"),
        ({"days": "mon-fry"}, "days", "`fry`"),
        ({"days": [""]}, "days", "no weekday"),
        ({"hours": "9-5"}, "hours", "09:00-17:00"),
        ({"hours": "09:00-25:00"}, "hours", "09:00-17:00"),
        ({"hours": "09:00-09:00"}, "hours", "00:00-24:00"),
        ({"hours": "09:00-09:10"}, "hours", "shorter"),
    ],
)
def test_an_odd_calendar_is_named_with_its_key_and_the_mend(
    declared: dict[str, Any], key: str, said: str
) -> None:
    with pytest.raises(OddCalendar) as odd:
        calendar_from(declared, NOW)
    assert odd.value.key == key
    assert said in str(odd.value)


def test_a_slot_is_days_and_hours() -> None:
    assert slots_from("tue 10:00-12:00") == (Slot(1, time(10), time(12)),)
    assert [slot.weekday for slot in slots_from("mon-thu 10:00-16:00")] == [0, 1, 2, 3]


@pytest.mark.parametrize("written", ["tue 10:00-12:00", "fri 22:00-02:00", "sun 00:00-24:00"])
def test_a_slot_is_written_as_it_is_read(written: str) -> None:
    (slot,) = slots_from(written)
    assert slot_text(slot) == written


@pytest.mark.parametrize("written", ["", "tue", "10:00-12:00", "tue 10-12", "foo 10:00-12:00"])
def test_an_odd_slot_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"write|weekday"):
        slots_from(written)
