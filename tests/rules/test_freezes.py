"""Freezes by the wall clock: their edges, changes of clocks, short months, New Year, and what is free after them (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.freezes import Every, Freeze, Mark, Recurring, freezing, thawed, windows
from tests.rules.cases import HOUR, LONG_AGO, MINUTE, at, wall
from tests.rules.small_worlds import tried

LONDON, NEW_YORK, SYDNEY = "Europe/London", "America/New_York", "Australia/Sydney"
MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)
MON, TUE, FRI, SAT, SUN = 0, 1, 4, 5, 6


def once(starts: str, ends: str, name: str = "gala", **more: object) -> Freeze:
    return Freeze(name, True, "UTC", at(starts), at(ends), **more)  # type: ignore[arg-type]


def mark(text: str) -> Mark:
    """`12-20 00:00`, `31 18:00`, or a weekday's number."""
    day, hour = text.split()
    month, _, number = day.rpartition("-")
    return Mark(int(number), time.fromisoformat(hour), int(month) if month else None)


def again(every: str, begins: str, ends: str, zone: str = "UTC") -> Freeze:
    return Freeze("again", True, zone, recurring=Recurring(Every(every), mark(begins), mark(ends)))


def stretches(freeze: Freeze, start: str, end: str) -> list[tuple[str | None, str | None]]:
    """The windows between two days, on the wall of the freeze's zone."""
    zone = freeze.zone
    found = windows(freeze, at(f"{start} 00:00", zone), at(f"{end} 00:00", zone))
    return [(wall(span.start, zone), wall(span.end, zone)) for span in found]


def test_a_freeze_begins_at_its_start_and_is_over_at_its_end():
    gala = once("2026-11-23 12:00", "2026-11-23 16:00")
    frozen = [
        bool(freezing([gala], at(f"2026-11-23 {hour}") + away))
        for hour in ("12:00", "16:00")
        for away in (-MOMENT, timedelta(), MOMENT)
    ]
    assert frozen == [False, True, True, True, False, False]


def test_windows_are_those_that_reach_into_a_stretch_and_they_are_whole():
    nights = again("week", "0 18:00", "1 09:00")
    monday = ("Mon 2026-11-23 18:00", "Tue 2026-11-24 09:00")
    whole = [monday, ("Mon 2026-11-30 18:00", "Tue 2026-12-01 09:00")]
    assert stretches(nights, "2026-11-24", "2026-12-01") == whole
    found = windows(nights, at("2026-11-24 08:59"), at("2026-11-24 09:00"))
    assert [(wall(s.start), wall(s.end)) for s in found] == [monday]
    assert not list(windows(nights, at("2026-11-24 09:00"), at("2026-11-30 18:00")))
    assert list(windows(nights, at("2026-11-30 18:00"), at("2026-11-30 18:00") + MOMENT))


@pytest.mark.parametrize(
    ("products", "environments", "binds"),
    [
        ((), (), True),
        (("shop",), (), True),
        (("ledger",), (), False),
        ((), ("live", "office"), True),
        ((), ("office",), False),
        (("shop",), ("office",), False),
    ],
)
def test_whom_a_freeze_binds(products, environments, binds):
    gala = once(
        "2026-11-23 12:00", "2026-11-23 16:00", products=products, environments=environments
    )
    assert gala.binds("shop", ("staging", "live")) is binds
    lifted = once("2026-11-23 12:00", "2026-11-23 16:00", lifted_at=LONG_AGO)
    assert not lifted.binds("shop", ("live",))


# Zone, from, until (weekly, on its wall), and the window over each change of clocks, in UTC.
CLOCKS = [
    (LONDON, "5 22:00", "6 06:00", "2026-03-28 22:00", "2026-03-29 05:00"),  # an hour less
    (LONDON, "5 22:00", "6 06:00", "2026-10-24 21:00", "2026-10-25 06:00"),  # an hour more
    (LONDON, "6 01:30", "6 03:00", "2026-03-29 01:00", "2026-03-29 02:00"),  # 01:30 is skipped
    (LONDON, "6 01:30", "6 03:00", "2026-10-25 00:30", "2026-10-25 03:00"),  # 01:30 is there twice
    (NEW_YORK, "4 17:00", "0 08:00", "2026-03-06 22:00", "2026-03-09 12:00"),
    (NEW_YORK, "4 17:00", "0 08:00", "2026-10-30 21:00", "2026-11-02 13:00"),
    (NEW_YORK, "6 00:00", "6 02:30", "2026-03-08 05:00", "2026-03-08 07:00"),  # to the gap's end
    (NEW_YORK, "6 00:00", "6 01:30", "2026-11-01 04:00", "2026-11-01 05:30"),  # the first 01:30
    (SYDNEY, "6 00:00", "0 00:00", "2026-10-03 14:00", "2026-10-04 13:00"),  # Sunday has 23 hours
    (SYDNEY, "6 00:00", "0 00:00", "2026-04-04 13:00", "2026-04-05 14:00"),  # and here 25
]


@pytest.mark.parametrize(("zone", "begins", "ends", "start", "end"), CLOCKS)
def test_a_weekly_freeze_keeps_to_the_wall_when_clocks_change(zone, begins, ends, start, end):
    freeze, start, end = again("week", begins, ends, zone), at(start), at(end)
    (found,) = windows(freeze, start - DAY, end + DAY)
    assert (found.start, found.end) == (start, end)
    assert not freezing([freeze], start - MOMENT) and freezing([freeze], start)
    assert freezing([freeze], end - MOMENT) and not freezing([freeze], end)


def test_a_weekly_freeze_that_falls_into_the_hour_that_is_skipped_is_left_out_that_week():
    short = again("week", "6 01:00", "6 02:00", LONDON)
    assert stretches(short, "2026-03-22", "2026-04-12") == [
        ("Sun 2026-03-22 01:00", "Sun 2026-03-22 02:00"),
        ("Sun 2026-04-05 01:00", "Sun 2026-04-05 02:00"),
    ]


def test_from_a_mark_to_itself_is_all_the_time():
    always = again("week", "2 09:00", "2 09:00")
    assert all(freezing([always], at("2026-11-20 00:00") + n * HOUR) for n in range(200))
    assert thawed([always], at("2026-11-20 00:00")) is None


MONTHLY = [
    (
        "the 31st is the last day of a month that has none",
        ("31 18:00", "1 09:00"),
        ("2026-01-15", "2026-05-15"),
        [
            ("Sat 2026-01-31 18:00", "Sun 2026-02-01 09:00"),
            ("Sat 2026-02-28 18:00", "Sun 2026-03-01 09:00"),
            ("Tue 2026-03-31 18:00", "Wed 2026-04-01 09:00"),
            ("Thu 2026-04-30 18:00", "Fri 2026-05-01 09:00"),
        ],
    ),
    (
        "and in a leap year the 29th is",
        ("30 00:00", "2 00:00"),
        ("2028-02-10", "2028-03-10"),
        [("Tue 2028-02-29 00:00", "Thu 2028-03-02 00:00")],
    ),
    (
        "a month that lacks all days between two marks has no freeze",
        ("30 18:00", "31 09:00"),
        ("2027-01-15", "2027-04-15"),
        [
            ("Sat 2027-01-30 18:00", "Sun 2027-01-31 09:00"),
            ("Tue 2027-03-30 18:00", "Wed 2027-03-31 09:00"),
        ],
    ),
    (
        "from day to day over the end of the year",
        ("28 18:00", "2 08:00"),
        ("2026-12-10", "2027-02-10"),
        [
            ("Mon 2026-12-28 18:00", "Sat 2027-01-02 08:00"),
            ("Thu 2027-01-28 18:00", "Tue 2027-02-02 08:00"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("marks", "between", "expected"), [c[1:] for c in MONTHLY], ids=[c[0] for c in MONTHLY]
)
def test_a_monthly_freeze(marks, between, expected):
    assert stretches(again("month", *marks), *between) == expected


YEARLY = [
    (
        "over New Year",
        ("12-20 18:00", "01-03 08:00"),
        ("2026-12-25", "2028-01-01"),
        [
            ("Sun 2026-12-20 18:00", "Sun 2027-01-03 08:00"),
            ("Mon 2027-12-20 18:00", "Mon 2028-01-03 08:00"),
        ],
    ),
    (
        "from leap day on, which is the 28th where there is none",
        ("02-29 00:00", "03-02 00:00"),
        ("2027-01-01", "2028-12-31"),
        [
            ("Sun 2027-02-28 00:00", "Tue 2027-03-02 00:00"),
            ("Tue 2028-02-29 00:00", "Thu 2028-03-02 00:00"),
        ],
    ),
    (
        "up to leap day",
        ("02-28 12:00", "02-29 12:00"),
        ("2027-01-01", "2029-12-31"),
        [("Mon 2028-02-28 12:00", "Tue 2028-02-29 12:00")],
    ),
    (
        "nearly all year",
        ("03-01 00:00", "02-27 00:00"),
        ("2027-02-26", "2027-03-02"),
        [
            ("Sun 2026-03-01 00:00", "Sat 2027-02-27 00:00"),
            ("Mon 2027-03-01 00:00", "Sun 2028-02-27 00:00"),
        ],
    ),
]


@pytest.mark.parametrize(
    ("marks", "between", "expected"), [c[1:] for c in YEARLY], ids=[c[0] for c in YEARLY]
)
def test_a_yearly_freeze(marks, between, expected):
    assert stretches(again("year", *marks), *between) == expected


def test_all_freezes_that_an_instant_lies_under_are_found_each_with_its_stretch():
    gala, sale = once("2026-11-23 12:00", "2026-11-23 16:00"), again("week", "0 15:00", "1 00:00")
    found = freezing([gala, sale], at("2026-11-23 15:00"))
    ends = [(freeze.name, wall(span.end)) for freeze, span in found]
    assert ends == [("gala", "Mon 2026-11-23 16:00"), ("again", "Tue 2026-11-24 00:00")]
    assert [f.name for f, _ in freezing([gala, sale], at("2026-11-23 14:59"))] == ["gala"]


def test_it_thaws_when_the_last_of_those_that_hang_together_is_over():
    gala, sale = once("2026-11-23 12:00", "2026-11-23 16:00"), again("week", "0 15:00", "1 00:00")
    after = once("2026-11-24 00:00", "2026-11-24 03:00", "after")
    later = once("2026-11-24 03:01", "2026-11-24 09:00", "later")
    assert thawed([gala, sale, after, later], at("2026-11-23 12:00")) == at("2026-11-24 03:00")
    assert thawed([gala, sale], at("2026-11-23 11:59")) == at("2026-11-23 11:59")
    assert thawed([gala], at("2026-11-23 16:00")) == at("2026-11-23 16:00")
    assert thawed([], at("2026-11-23 12:00")) == at("2026-11-23 12:00")


def test_a_freeze_of_more_than_four_hundred_days_does_not_thaw():
    start = at("2026-11-23 12:00")
    for days, thaws in ((400, True), (401, False)):
        freeze = Freeze("long", True, "UTC", start, start + days * DAY)
        assert (thawed([freeze], start) is not None) is thaws


# Any recurring freeze, minute by minute.

ZONES = [LONDON, NEW_YORK, SYDNEY, "Australia/Lord_Howe", "Asia/Kathmandu"]
CHANGES = ["2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01"]
WALLS = [time(0), time(0, 45), time(1), time(1, 30), time(2), time(2, 15), time(3), time(17)]


def first_minute(day: date, after: time, zone: ZoneInfo) -> datetime:
    """The first minute that a wall shows that time, or a later one of that day or the next."""
    minute = datetime.combine(day, time(0), UTC) - 15 * HOUR
    while (minute.astimezone(zone).date(), minute.astimezone(zone).time()) < (day, after):
        minute += MINUTE
    return minute


def occurrences(recurring: Recurring) -> Iterator[tuple[date, date]]:
    """The days on which it begins and ends, about 2026, as a calendar on paper has them."""
    a, b = recurring.begins, recurring.ends
    if recurring.every is Every.WEEK:
        for first in (date(2025, 12, 20) + n * DAY for n in range(380)):
            days = [first + n * DAY for n in range(8) if (first + n * DAY).weekday() == b.day]
            if first.weekday() == a.day:
                yield first, next(day for day in days if (day, b.at) > (first, a.at))
        return
    months = [(year, month) for year in range(2025, 2030) for month in range(1, 13)]
    ends = [on for on in months if b.month in (None, on[1])]
    for on in months[:36]:
        if a.month in (None, on[1]):
            to = next(to for to in ends if (*to, b.day, b.at) > (*on, a.day, a.at))
            yield there_or_last(*on, a.day), there_or_last(*to, b.day)


def there_or_last(year: int, month: int, day: int) -> date:
    while True:
        try:
            return date(year, month, day)
        except ValueError:
            day -= 1


@st.composite
def recurrences(draw):
    every = draw(st.sampled_from([Every.WEEK, Every.WEEK, Every.MONTH, Every.YEAR]))
    days = (
        st.integers(0, 6) if every is Every.WEEK else st.sampled_from([1, 4, 5, 25, 28, 29, 30, 31])
    )
    months = st.sampled_from([2, 3, 4, 10, 12]) if every is Every.YEAR else st.none()
    marks = st.builds(Mark, days, st.sampled_from(WALLS), months)
    return Recurring(every, draw(marks), draw(marks))


@tried(120)
@given(recurrences(), st.sampled_from(ZONES), st.sampled_from(CHANGES))
def test_any_recurring_freeze_minute_by_minute_about_a_change_of_clocks(recurring, zone, change):
    freeze, place = Freeze("any", True, zone, recurring=recurring), ZoneInfo(zone)
    start, end = at(f"{change} 00:00") - DAY, at(f"{change} 00:00") + 2 * DAY
    about = [
        (first_minute(a, recurring.begins.at, place), first_minute(b, recurring.ends.at, place))
        for a, b in occurrences(recurring)
        if a <= end.date() + DAY and b >= start.date() - DAY
    ]
    spans = list(windows(freeze, start, end))
    assert spans == sorted(spans, key=lambda span: span.start)
    for n in range(int((end - start) / MINUTE)):
        minute = start + n * MINUTE
        frozen = any(a <= minute < b for a, b in about)
        assert any(s.start <= minute < s.end for s in spans) is frozen
        if n % 97 == 0:
            assert bool(freezing([freeze], minute)) is frozen
