"""When a freeze is: read as people write it, in its zone, and written back."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.estate import OddWords
from bot.freezes import freeze_from, freeze_text, moment_text, recurring_from, recurring_text
from rules.freezes import Every, Freeze, Mark, Recurring, freezing, windows

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
LONDON = "Europe/London"
ONCE = {"name": "year-end", "kind": "hard", "from": "2026-12-18 17:00", "until": "2027-01-04 08:00"}
WEEKLY = {"name": "weekend", "kind": "soft", "every": "fri 16:00 - mon 08:00"}


def read(words: dict[str, Any], now: datetime | None = None, zone: str = LONDON) -> Freeze:
    return freeze_from(words, zone, now)


def wrong(words: dict[str, Any], now: datetime | None = None) -> dict[str, str]:
    with pytest.raises(OddWords) as odd:
        read(words, now)
    return dict(odd.value.wrong)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_freeze_goes_by_the_clock_of_its_zone() -> None:
    said = {**ONCE, "products": ["payments", "payments"], "environments": "prod-eu, prod-us"}
    assert read({**said, "reason": " Nobody  is\nthere "}, zone="America/New_York") == Freeze(
        name="year-end",
        hard=True,
        zone="America/New_York",
        starts=utc("2026-12-18 22:00"),
        ends=utc("2027-01-04 13:00"),
        products=("payments",),
        environments=("prod-eu", "prod-us"),
        reason="Nobody is there",
    )
    assert read({**ONCE, "zone": "asia/kolkata"}).starts == utc("2026-12-18 11:30")


def test_one_that_comes_again_is_soft_or_hard_as_well() -> None:
    weekend = Recurring(Every.WEEK, Mark(4, time(16)), Mark(0, time(8)))
    assert read(WEEKLY) == Freeze("weekend", False, LONDON, recurring=weekend)
    assert read({**WEEKLY, "kind": "HARD", "from": "", "until": None}).hard


@pytest.mark.parametrize(
    ("text", "recurring"),
    [
        ("fri 16:00 - mon 08:00", Recurring(Every.WEEK, Mark(4, time(16)), Mark(0, time(8)))),
        ("sat 00:00 - sat 12:30", Recurring(Every.WEEK, Mark(5), Mark(5, time(12, 30)))),
        ("month 28 18:00 - 2 08:00", Recurring(Every.MONTH, Mark(28, time(18)), Mark(2, time(8)))),
        ("month 31 00:00 - 1 00:00", Recurring(Every.MONTH, Mark(31), Mark(1))),
        ("month 10 08:00 - 12 08:00", Recurring(Every.MONTH, Mark(10, time(8)), Mark(12, time(8)))),
        ("12-20 00:00 - 01-03 00:00", Recurring(Every.YEAR, Mark(20, month=12), Mark(3, month=1))),
        (
            "12-30 00:00 - 12-31 00:00",
            Recurring(Every.YEAR, Mark(30, month=12), Mark(31, month=12)),
        ),
        ("02-29 00:00 - 03-01 00:00", Recurring(Every.YEAR, Mark(29, month=2), Mark(1, month=3))),
    ],
)
def test_what_comes_again_is_read_and_written_back(text: str, recurring: Recurring) -> None:
    assert recurring_from(text) == recurring
    assert recurring_text(recurring) == text


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Friday 16:00-Monday 8:00", "fri 16:00 - mon 08:00"),
        ("  FRI  16:00 –  mon 08:00 ", "fri 16:00 - mon 08:00"),
        ("Month 28 18:00 — 2 8:00", "month 28 18:00 - 2 08:00"),
        ("6-1 9:00 - 6-2 9:00", "06-01 09:00 - 06-02 09:00"),
    ],
)
def test_what_comes_again_has_one_form(text: str, form: str) -> None:
    assert recurring_text(recurring_from(text)) == form


@pytest.mark.parametrize(
    "text",
    [
        "",
        "weekends",
        "fri 16:00",
        "fri 16:00 - 08:00",
        "fri - mon",
        "fry 16:00 - mon 08:00",
        "fri 24:00 - mon 08:00",
        "fri 16:60 - mon 08:00",
        "fri 16:00 - mon 08:00 Europe/London",
        "fri 16:00 - 2 08:00",
        "month 0 18:00 - 2 08:00",
        "month 32 18:00 - 2 08:00",
        "28 18:00 - 2 08:00",
        "13-20 00:00 - 01-03 00:00",
        "02-30 00:00 - 03-03 00:00",
        "11-31 00:00 - 12-03 00:00",
        "12-20 - 01-03",
        "2026-12-20 00:00 - 2027-01-03 00:00",
        "٤-20 00:00 - 01-03 00:00",
    ],
)
def test_what_is_no_recurring_time_is_refused_with_three_that_are(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape("write it like `fri 16:00 - mon 08:00`")):
        recurring_from(text)


@pytest.mark.parametrize(
    "text", ["fri 16:00 - fri 16:00", "month 5 08:00 - 5 08:00", "12-24 00:00 - 12-24 00:00"]
)
def test_what_ends_when_it_begins_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ends when it begins"):
        recurring_from(text)


@pytest.mark.parametrize(
    "text",
    [
        "month 30 18:00 - 31 08:00",
        "month 29 08:00 - 30 08:00",
        "month 31 00:00 - 30 12:00",
        "02-28 18:00 - 02-29 08:00",
    ],
)
def test_what_a_short_month_would_turn_around_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="in a shorter month both fall on its last day"):
        recurring_from(text)


CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
MARKS = {
    Every.WEEK: st.builds(Mark, st.integers(0, 6), CLOCKS),
    Every.MONTH: st.builds(Mark, st.integers(1, 31), CLOCKS),
    Every.YEAR: st.builds(Mark, st.integers(1, 29), CLOCKS, st.integers(1, 12)),
}
RECURRING = st.sampled_from(Every).flatmap(
    lambda every: st.builds(Recurring, st.just(every), MARKS[every], MARKS[every])
)


@given(RECURRING)
def test_everything_that_recurs_comes_round_or_is_refused(recurring: Recurring) -> None:
    try:
        read = recurring_from(recurring_text(recurring))
    except ValueError:
        return
    assert read == recurring
    freeze = Freeze("x", True, "UTC", recurring=recurring)
    longest = {Every.WEEK: 7, Every.MONTH: 61, Every.YEAR: 366}[recurring.every]
    for span in windows(freeze, utc("2026-01-01"), utc("2028-03-01")):
        assert timedelta() < span.length <= timedelta(days=longest)


@pytest.mark.parametrize("zone", ["UTC", LONDON, "America/New_York", "Australia/Lord_Howe"])
@pytest.mark.parametrize("start", ["2026-12-18 17:00", "2026-03-29 01:30", "2026-10-25 01:30"])
def test_a_freeze_for_once_is_written_as_it_is_read(zone: str, start: str) -> None:
    freeze = read({**ONCE, "from": start}, zone=zone)
    begins, ends = freeze_text(freeze).split(" - ")
    assert read({**ONCE, "from": begins, "until": ends}, zone=zone) == freeze


def test_a_time_that_the_clocks_skip_is_the_next_there_is() -> None:
    freeze = read({**ONCE, "from": "2026-03-29 01:30"})
    assert freeze.starts == utc("2026-03-29 01:00")
    assert freeze_text(freeze).startswith("2026-03-29 02:00 - ")


def test_a_time_the_clocks_show_twice_is_the_first_and_the_second_has_its_offset() -> None:
    assert read({**ONCE, "from": "2026-10-25 01:30"}).starts == utc("2026-10-25 00:30")
    second = utc("2026-10-25 01:30")
    assert moment_text(second, LONDON) == "2026-10-25T01:30:00+00:00"
    assert read({**ONCE, "from": moment_text(second, LONDON)}).starts == second


@given(st.integers(0, 3600 * 24 * 365 * 70), st.sampled_from([LONDON, "UTC", "Asia/Gaza"]))
def test_every_instant_is_written_as_it_is_read(seconds: int, zone: str) -> None:
    starts = utc("2026-01-01") + timedelta(seconds=seconds)
    words = {**ONCE, "until": "2099-12-31 00:00", "from": moment_text(starts, zone)}
    assert read(words, zone=zone).starts == starts


def test_what_is_said_by_and_by_needs_to_know_when_it_is_said() -> None:
    said = {**ONCE, "from": "tomorrow 9:00", "until": "fri 17:00 Europe/Berlin"}
    freeze = read(said, NOW)
    assert (freeze.starts, freeze.ends) == (utc("2026-11-25 09:00"), utc("2026-11-27 16:00"))
    assert set(wrong(said)) == {"from", "until"}
    assert "like 2026-12-18 17:00" in wrong(said)["from"]


ODD = [
    ({"kind": ""}, "kind", "is missing; write `hard`"),
    ({"kind": "firm"}, "kind", "write `hard` or `soft`"),
    ({"name": ""}, "name", "small letters"),
    ({"name": "Year End"}, "name", "small letters"),
    ({"name": "lift"}, "name", "a word of the command"),
    ({"zone": "Europe/Lodnon"}, "zone", "`Europe/London`"),
    ({"zone": "CET"}, "zone", "no IANA time zone"),
    ({"zone": "../../etc/passwd"}, "zone", "no IANA time zone"),
    ({"from": "2026-12-18"}, "from", "write a date and a time"),
    ({"from": "2026-02-30 10:00"}, "from", "write a date and a time"),
    ({"from": "2026-12-18 25:00"}, "from", "write a date and a time"),
    ({"from": "1926-12-18 10:00"}, "from", "write a date and a time"),
    ({"from": "٢026-12-18 10:00"}, "from", "write a date and a time"),
    ({"until": "2026-12-18 17:00"}, "until", "is when it begins, 2026-12-18 17:00"),
    ({"until": "2026-12-17 17:00"}, "until", "is before it begins, 2026-12-18 17:00"),
    ({"until": ""}, "until", "is missing; write both"),
    ({"from": "  "}, "from", "is missing; write both"),
    ({"from": "", "until": ""}, "from", "or else `every`"),
    ({"every": "fri 16:00 - mon 08:00"}, "every", "keep the one or the other"),
    ({"from": "", "every": "fri 16:00 - mon 08:00"}, "every", "keep the one or the other"),
    ({"from": "", "until": "", "every": "now and then"}, "every", "write it like"),
    ({"reason": "x" * 301}, "reason", "longer than 300"),
]


@pytest.mark.parametrize(("words", "key", "said"), ODD)
def test_what_is_wrong_with_a_freeze_is_told_under_its_key(
    words: dict[str, str], key: str, said: str
) -> None:
    found = wrong({**ONCE, **words})
    assert set(found) == {key}
    assert said in found[key]


def test_everything_wrong_with_a_freeze_is_told_at_once() -> None:
    found = wrong({"name": "A", "kind": "x", "zone": "y", "from": "z", "reason": "r" * 400})
    assert set(found) == {"name", "kind", "zone", "from", "until", "reason"}


def test_a_freeze_holds_from_its_beginning_up_to_its_end() -> None:
    freeze = replace(read(ONCE), zone=LONDON)
    assert freeze.ends is not None
    assert freezing([freeze], freeze.ends - timedelta(minutes=1))
    assert not freezing([freeze], freeze.ends)
    weekly = read(WEEKLY)
    friday = datetime(2026, 11, 27, 16, 0, tzinfo=ZoneInfo(LONDON))
    assert freezing([weekly], friday)
    assert not freezing([weekly], friday - timedelta(minutes=1))


@given(
    st.dictionaries(
        st.sampled_from(["name", "kind", "from", "until", "every", "zone", "products", "reason"]),
        st.none() | st.text(max_size=30) | st.sampled_from(["hard", "2026-12-18 17:00", "UTC"]),
    ),
    st.sampled_from([None, NOW]),
)
def test_no_words_at_all_break_the_reader(words: dict[str, Any], now: datetime | None) -> None:
    try:
        freeze = read(words, now)
    except OddWords:
        return
    assert (freeze.recurring is None) == (freeze.starts is not None)
    assert (freeze.starts is None) == (freeze.ends is None)
