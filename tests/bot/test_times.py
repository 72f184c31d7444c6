"""Times as people write them, read in their own zone or refused."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.times import (
    WEEKDAYS,
    duration,
    is_shaped,
    longest_time_prefix,
    split_time,
    when,
    written,
    zone_named,
    zone_names,
)
from rules.words import Refused

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday, 10:00 in London."""

READ = [
    # typed, zone, the instant in UTC
    ("thu 14:00", "Europe/London", "2026-11-26 14:00"),
    ("Thursday 2pm", "Europe/London", "2026-11-26 14:00"),
    ("thurs 2:30 PM", "Europe/London", "2026-11-26 14:30"),
    ("thu 9:05", "Europe/London", "2026-11-26 09:05"),
    ("thu 12am", "Europe/London", "2026-11-26 00:00"),
    ("thu 12pm", "Europe/London", "2026-11-26 12:00"),
    ("thu noon", "Europe/London", "2026-11-26 12:00"),
    ("thu at 14:00", "Europe/London", "2026-11-26 14:00"),
    ("at thu 14:00", "Europe/London", "2026-11-26 14:00"),
    ("on thu at 14:00", "Europe/London", "2026-11-26 14:00"),
    ("14:00 thu", "Europe/London", "2026-11-26 14:00"),
    ("14:00 on thu", "Europe/London", "2026-11-26 14:00"),
    ("  THU   14:00 ", "Europe/London", "2026-11-26 14:00"),
    ("thu 14:00:30", "Europe/London", "2026-11-26 14:00:30"),
    ("mon 10am", "Europe/London", "2026-11-30 10:00"),
    ("next monday 10:00", "Europe/London", "2026-11-30 10:00"),
    ("next tue 11:00", "Europe/London", "2026-12-01 11:00"),
    ("this thu 14:00", "Europe/London", "2026-11-26 14:00"),
    ("tue 11:00", "Europe/London", "2026-11-24 11:00"),
    ("tue 10:00", "Europe/London", "2026-12-01 10:00"),
    ("tue 9:00", "Europe/London", "2026-12-01 09:00"),
    ("sun 23:59", "Europe/London", "2026-11-29 23:59"),
    ("today 16:00", "Europe/London", "2026-11-24 16:00"),
    ("today 09:00", "Europe/London", "2026-11-24 09:00"),
    ("tomorrow 9:30", "Europe/London", "2026-11-25 09:30"),
    ("tomorrow at 2 pm", "Europe/London", "2026-11-25 14:00"),
    ("2pm tomorrow", "Europe/London", "2026-11-25 14:00"),
    ("14:00", "Europe/London", "2026-11-24 14:00"),
    ("09:00", "Europe/London", "2026-11-25 09:00"),
    ("10:00", "Europe/London", "2026-11-25 10:00"),
    ("noon", "Europe/London", "2026-11-24 12:00"),
    ("in 3h", "Europe/London", "2026-11-24 13:00"),
    ("in 90 minutes", "Europe/London", "2026-11-24 11:30"),
    ("in 90m", "Europe/London", "2026-11-24 11:30"),
    ("in 1h 30m", "Europe/London", "2026-11-24 11:30"),
    ("in 1h30m", "Europe/London", "2026-11-24 11:30"),
    ("in 1 hour and 30 minutes", "Europe/London", "2026-11-24 11:30"),
    ("in 1.5 hours", "Europe/London", "2026-11-24 11:30"),
    ("in an hour", "Europe/London", "2026-11-24 11:00"),
    ("in 2 days", "Europe/London", "2026-11-26 10:00"),
    ("in 1 day 2 hours", "Europe/London", "2026-11-25 12:00"),
    ("in 2 weeks", "Europe/London", "2026-12-08 10:00"),
    ("2026-11-26 09:30", "Europe/London", "2026-11-26 09:30"),
    ("2026-11-26 at 9:30", "Europe/London", "2026-11-26 09:30"),
    ("2026-11-26T09:30", "Europe/London", "2026-11-26 09:30"),
    ("2026-11-23 09:30", "Europe/London", "2026-11-23 09:30"),
    ("2026-05-06 09:30", "UTC", "2026-05-06 09:30"),
    ("26 Nov 14:00", "Europe/London", "2026-11-26 14:00"),
    ("26 november 2pm", "Europe/London", "2026-11-26 14:00"),
    ("Nov 26 14:00", "Europe/London", "2026-11-26 14:00"),
    ("Nov 26th, 2:00 PM", "Europe/London", "2026-11-26 14:00"),
    ("Thursday, November 26th at 2:00 PM", "Europe/London", "2026-11-26 14:00"),
    ("thu 26 nov 2026 14:00", "Europe/London", "2026-11-26 14:00"),
    ("14:00 26 nov", "Europe/London", "2026-11-26 14:00"),
    ("26 Nov 2027 9:30", "Europe/London", "2027-11-26 09:30"),
    ("1 sept 2027 9:30", "UTC", "2027-09-01 09:30"),
    ("3 nov 10:00", "Europe/London", "2026-11-03 10:00"),
    ("5 jan 10:00", "Europe/London", "2027-01-05 10:00"),
    ("5 may 10:00", "UTC", "2027-05-05 10:00"),
    ("29 feb 10:00", "UTC", "2028-02-29 10:00"),
    # zones: the caller's, and one written out
    ("thu 14:00", "Europe/Paris", "2026-11-26 13:00"),
    ("thu 14:00", "America/New_York", "2026-11-26 19:00"),
    ("thu 14:00", "Asia/Kolkata", "2026-11-26 08:30"),
    ("today 23:30", "America/Los_Angeles", "2026-11-25 07:30"),
    ("tue 01:00", "America/Los_Angeles", "2026-12-01 09:00"),
    ("00:30", "Asia/Tokyo", "2026-11-24 15:30"),
    ("thu 14:00 Europe/Paris", "Asia/Kolkata", "2026-11-26 13:00"),
    ("thu 14:00 europe/paris", "Asia/Kolkata", "2026-11-26 13:00"),
    ("thu 14:00 UTC", "Asia/Kolkata", "2026-11-26 14:00"),
    ("26 Nov 14:00 America/Argentina/Buenos_Aires", "UTC", "2026-11-26 17:00"),
    ("2026-11-26 09:30 Europe/Paris", "UTC", "2026-11-26 08:30"),
    ("2026-11-26T09:30Z", "Asia/Kolkata", "2026-11-26 09:30"),
    ("2026-11-26T09:30:00+01:00", "UTC", "2026-11-26 08:30"),
    ("2026-11-26T09:30:00.000000+00:00", "Asia/Kolkata", "2026-11-26 09:30"),
    # the hour that is skipped: the first instant after it; the hour that comes twice: its first
    ("2027-03-28 01:30", "Europe/London", "2027-03-28 01:00"),
    ("2027-03-28 02:30", "Europe/Paris", "2027-03-28 01:00"),
    ("14 mar 2027 02:15", "America/New_York", "2027-03-14 07:00"),
    ("2027-10-31 01:30", "Europe/London", "2027-10-31 00:30"),
    ("2027-10-31 02:30", "Europe/Paris", "2027-10-31 00:30"),
    ("7 nov 2027 01:30", "America/New_York", "2027-11-07 05:30"),
]


@pytest.mark.parametrize(("text", "zone", "utc"), READ)
def test_a_time_is_read_as_it_is_written(text: str, zone: str, utc: str) -> None:
    assert when(text, zone, NOW) == datetime.fromisoformat(f"{utc}+00:00")
    assert is_shaped(text)


REFUSED = [
    *("soon", "", " ", "friday", "tomorrow", "next week", "now", "26 nov", "2026-11-26"),
    *("thu 25:00", "thu 14:60", "24:00", "13pm", "0pm", "14:00 pm", "thu 14", "thu 14h", "14"),
    *("31 feb 10:00", "31 nov 10:00", "2026-02-30 10:00", "2026-13-01 10:00", "0 dec 10:00"),
    *("29 feb 2027 10:00", "2026-11-26T25:30Z", "1999-01-01 10:00"),
    *("14:00 please", "please 14:00", "thu 14:00 sharp", "thu or fri 14:00", "about 14:00"),
    *("5/6 10:00", "05/06/2026 10:00", "5.6. 10:00", "26.11.2026 14:00", "thu 14.30"),
    *("fri 26 nov 14:00", "wed thu 14:00", "thu 14:00 15:00", "midnight", "thu midnight"),
    *("thu 14:00 CET", "thu 14:00 EST", "thu 14:00 Mars/Base", "Europe/Paris", "14:00Z"),
    *("in 0h", "in 3", "in 3h 4h", "in 1 month", "in -3h", "in 3h please", "in h", "3h", "in"),
    *("in 99999h", "in 1.5 days", "١٤:٠٠", "thu\u200b14:00", "14:00 " * 40, "<!channel> 14:00"),
]


@pytest.mark.parametrize("text", REFUSED)
def test_a_leftover_word_no_clock_time_or_an_impossible_one_is_refused(text: str) -> None:
    with pytest.raises(Refused) as no:
        when(text, "Europe/London", NOW)
    assert (no.value.reason, no.value.about["text"]) == ("odd-time", text)


@pytest.mark.parametrize("text", ["next thu 10:00", "next sun 10:00", "this mon 10:00"])
def test_what_people_read_in_two_ways_is_refused_with_both(text: str) -> None:
    with pytest.raises(Refused) as no:
        when(text, "Europe/London", NOW)
    one, other = (when(example, "UTC", NOW) for example in no.value.about["examples"])
    assert other - one == timedelta(days=7)


def test_the_examples_in_a_refusal_are_times_themselves() -> None:
    with pytest.raises(Refused) as no:
        when("soon", "Europe/London", NOW)
    assert all(when(text, "UTC", NOW) > NOW for text in no.value.about["examples"])
    with pytest.raises(Refused) as no:
        duration("soon")
    assert all(duration(text) for text in no.value.about["examples"])


def test_hours_are_counted_on_the_clock_and_days_on_the_wall() -> None:
    evening = datetime(2027, 3, 27, 20, 0, tzinfo=UTC)  # the night London's clocks go forward
    assert when("in 24h", "Europe/London", evening) == evening + timedelta(hours=24)
    assert when("in 1 day", "Europe/London", evening) == evening + timedelta(hours=23)


def test_a_clock_time_in_the_hour_that_comes_twice_is_ahead_of_now() -> None:
    second_half_past_one = datetime(2027, 10, 31, 1, 15, tzinfo=UTC)
    at = when("01:30", "Europe/London", second_half_past_one)
    assert at == datetime(2027, 11, 1, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("2h", timedelta(hours=2)),
        ("30m", timedelta(minutes=30)),
        ("1 day", timedelta(days=1)),
        ("1h 30m", timedelta(minutes=90)),
        ("1.5h", timedelta(minutes=90)),
        ("an hour", timedelta(hours=1)),
        ("for 90 min", timedelta(minutes=90)),
        ("2 weeks", timedelta(days=14)),
    ],
)
def test_a_duration_is_read_as_it_is_written(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize(
    "text", ["", "2", "h", "0m", "-2h", "2h please", "5 years", "1.5 days", "9999d", "forever"]
)
def test_an_odd_duration_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="odd-time"):
        duration(text)


@given(st.integers(1, 9999), st.sampled_from(["m", "min", " minutes", "h", " hours"]))
def test_any_number_of_minutes_or_hours_is_that_many(number: int, unit: str) -> None:
    length = timedelta(**{"hours" if "h" in unit else "minutes": number})
    if length <= timedelta(days=366):
        assert duration(f"{number}{unit}") == length
    assert when(f"in {number}{unit}", "Europe/Paris", NOW) == NOW + length


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("thu 14:00 commit abc", 2),
        ("thu 26 nov 2pm Europe/Paris commit abc", 5),
        ("Thursday, November 26th at 2:00 PM UTC", 7),
        ("in 1h 30m because it rains", 3),
        ("14:00 please", 1),
        ("commit abc", None),
        ("", None),
        ("thu", None),
    ],
)
def test_the_longest_stretch_that_is_a_time_is_found_at_the_front(
    words: str, count: int | None
) -> None:
    found = longest_time_prefix(words.split(), "Europe/London", NOW)
    assert (found and found[1]) == count


def test_an_impossible_time_is_not_cut_until_it_fits() -> None:
    with pytest.raises(Refused, match="odd-time"):
        longest_time_prefix(["14:00", "31", "feb", "commit", "abc"], "UTC", NOW)


def test_a_time_is_taken_from_either_end_of_a_phrase() -> None:
    at = datetime(2026, 11, 26, 14, 0, tzinfo=UTC)
    assert split_time("payments 2.4.1 at thu 14:00", "UTC", NOW) == (at, "payments 2.4.1")
    assert split_time("thu 14:00 the database is busy", "UTC", NOW) == (at, "the database is busy")
    assert split_time("the database is busy", "UTC", NOW) == (None, "the database is busy")


minutes = st.datetimes(datetime(2025, 1, 1), datetime(2034, 12, 31)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)
zones = st.sampled_from(
    ["UTC", "Europe/London", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]
)


def is_first(at: datetime, zone: str) -> bool:
    return at.astimezone(ZoneInfo(zone)).fold == 0


@given(minutes, zones, zones)
def test_what_we_print_is_read_back(at: datetime, zone: str, reader: str) -> None:
    local = at.astimezone(ZoneInfo(zone))
    assert when(at.isoformat(), reader, NOW) == at
    assert when(local.isoformat(), reader, NOW) == at
    if is_first(at, zone):
        assert when(written(at, zone), reader, NOW) == at
        assert when(f"{local:%Y-%m-%d %H:%M}", zone, NOW) == at


@given(st.integers(0, 60 * 24 * 180), minutes, zones)
def test_a_date_without_a_year_is_the_one_ahead(ahead: int, now: datetime, zone: str) -> None:
    at = now + timedelta(minutes=ahead)
    local = at.astimezone(ZoneInfo(zone))
    month = written(at, zone).split()[2]
    if is_first(at, zone) and (local.month, local.day) != (2, 29):
        assert when(f"{local.day} {month} {local:%H:%M}", zone, now) == at


@given(st.integers(1, 60 * 24 * 7 - 121), minutes, zones)
def test_a_weekday_is_the_next_such_instant(ahead: int, now: datetime, zone: str) -> None:
    at = now + timedelta(minutes=ahead)
    local = at.astimezone(ZoneInfo(zone))
    if is_first(at, zone):
        assert when(f"{WEEKDAYS[local.weekday()]} {local:%H:%M}", zone, now) == at


def test_threads_read_times_side_by_side() -> None:
    def read(step: int) -> bool:
        now = NOW + timedelta(minutes=step)
        return when("in 3h", "UTC", now) - now == timedelta(hours=3)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(read, range(400)))


def test_a_zone_is_known_by_its_iana_name() -> None:
    assert zone_named("europe/london") == "Europe/London"
    assert zone_named("utc") == "UTC"
    assert [zone_named(name) for name in ("CET", "../etc/passwd", "", "Mars/Base")] == [None] * 4
    assert "Europe/London" in zone_names()


def test_the_heavy_library_is_not_imported_before_the_first_time_is_typed() -> None:
    code = (
        "import sys; from datetime import UTC, datetime; import bot.times, bot.calendars, bot.versions\n"
        "assert not bot.times.is_shaped('soon') and bot.times.is_shaped('thu 14:00')\n"
        "print([m for m in ('dateparser', 'holidays', 'semver', 'packaging') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
