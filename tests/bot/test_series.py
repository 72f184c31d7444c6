"""When meetings and digests come: read as people write it, written back, and the nearest proposed where it can't be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.estate import OddWords
from bot.series import DIGEST_KEYS, MEETING_KEYS, plain_series, series_from
from bot.series_typed import schedule_from
from rules.series import DAY, DIGEST, HOUR, MEETING, MOVE, SKIP, TEN_MINUTES, Series
from rules.words import Refused
from rules.worktime import Calendar
from storage.company import Company, Installation

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
LONDON, BERLIN = "Europe/London", "Europe/Berlin"
REL, RCM = "C0REL0001", "C0RCM0001"
GERMANY = {"germany": Calendar("germany"), "india": Calendar("india")}
COMPANY = Company(calendars=GERMANY, installation=Installation(REL, LONDON))
PLAIN = Series(MEETING, (3,), time(10), LONDON, REL, NOW)
WHOLE = Series(
    MEETING,
    (0, 3),
    time(9, 30),
    BERLIN,
    RCM,
    NOW,
    weeks=2,
    calendar="germany",
    holidays=MOVE,
    minutes=60,
    agenda=timedelta(days=2),
    reminders=(DAY, HOUR, TEN_MINUTES),
)
WORDS: dict[str, Any] = {
    "day": ["thu", "monday"],
    "at": "9:30",
    "zone": "europe/berlin",
    "every": "2 weeks",
    "channel": RCM,
    "calendar": "germany",
    "holidays": "Move",
    "minutes": "60",
    "agenda": "2 days",
    "reminders": ["10 min", "1 day", "1h", "24h"],
}
LINE = (
    "thu, mon 9:30 Europe/Berlin every 2 weeks for 1h in #C0RCM0001 calendar germany holidays move"
    " agenda 2 days reminders 1 day, 1 hour, 10 min"
)


def written(series: Series) -> str:
    """A series as a line that says it whole: `thu 10:00 Europe/Berlin every week for 45 min …`."""
    plain = plain_series(series)
    said = [",".join(plain["day"]), plain["at"], plain["zone"], f"every {plain['every']}"]
    if series.name == MEETING:
        said.append(f"for {series.minutes} min")
    said += [f"in #{series.channel}", f"calendar {series.calendar or 'none'}"]
    said.append(f"holidays {series.holidays}")
    if series.name == MEETING:
        told = ", ".join(plain["reminders"]) or "none"
        said += [f"agenda {plain['agenda']}", f"reminders {told}"]
    return " ".join(said)


def read(words: dict[str, Any], name: str = MEETING, standing: Series | None = None) -> Series:
    return series_from(words, name, LONDON, REL, NOW, GERMANY, standing)


def wrong(words: dict[str, Any], name: str = MEETING) -> dict[str, str]:
    with pytest.raises(OddWords) as odd:
        read(words, name)
    return dict(odd.value.wrong)


def typed(text: str, old: Series | None = None, name: str = MEETING, now: datetime = NOW) -> Series:
    return schedule_from(text, name, LONDON, COMPANY, now, old)


def refused(text: str, name: str = MEETING, old: Series | None = None) -> tuple[str, str | None]:
    """Why, and the nearest."""
    with pytest.raises(Refused) as odd:
        typed(text, old, name)
    assert odd.value.reason == "odd-schedule"
    assert odd.value.about["field"] in MEETING_KEYS
    return odd.value.about["why"], odd.value.about["near"]


def test_words_under_keys_and_a_line_say_the_same() -> None:
    assert read(WORDS) == typed(LINE) == WHOLE
    assert read({"day": "thu", "at": "10:00"}) == typed("thu 10:00") == PLAIN


@pytest.mark.parametrize(
    "line",
    [
        "thursday at 10:00",
        "on Thu 10:00 europe/london",
        "10:00 thu",
        "thu 10:00 in Europe/London",
        "thu 10:00 every week",
        "  THU  10:00  reminders 10m, 1 day,1h ",
        "thu 10:00 agenda 24h for 45m",
    ],
)
def test_a_line_may_be_written_in_several_ways(line: str) -> None:
    assert typed(line) == PLAIN


@pytest.mark.parametrize(
    ("said", "days"), [("mon,thu", (0, 3)), ("tue and fri", (1, 4)), ("mon-wed", (0, 1, 2))]
)
def test_it_may_come_on_several_days(said: str, days: tuple[int, ...]) -> None:
    assert typed(f"{said} 10:00").days == days


def test_what_is_not_said_stays_as_it_is() -> None:
    changes: dict[str, dict[str, Any]] = {
        "fri": {"days": (4,)},
        "11:15": {"at": time(11, 15)},
        "UTC": {"zone": "UTC"},
        "every week": {"weeks": 1},
        "calendar none": {"calendar": None},
        "reminders none": {"reminders": ()},
    }
    for text, change in changes.items():
        after = typed(text, WHOLE, now=LATER)
        assert replace(after, effective=NOW) == replace(WHOLE, **change), text


def test_the_same_again_is_the_one_that_stands() -> None:
    stands = replace(WHOLE, by="URITA")
    assert typed(LINE, stands, now=LATER) is stands
    assert series_from(WORDS, MEETING, None, None, LATER, GERMANY, stands) is stands


def test_one_that_is_other_holds_from_then_on_and_is_no_bodys_yet() -> None:
    after = typed("fri", replace(PLAIN, by="URITA"), now=LATER)
    assert (after.effective, after.by) == (LATER, None)
    again = typed("thu 10:00", replace(PLAIN, off=True), now=LATER)
    assert again == replace(PLAIN, effective=LATER)


def test_the_calendar_called_default_is_its_own_where_none_is_named() -> None:
    said = {"day": "thu", "at": "10:00"}
    known = {"default", "germany"}
    made = series_from(said, MEETING, LONDON, REL, NOW, known)
    assert made.calendar == "default"
    none = series_from({**said, "calendar": "none"}, MEETING, LONDON, REL, NOW, known)
    assert none.calendar is None
    assert series_from({}, MEETING, LONDON, REL, NOW, known, none).calendar is None


def test_the_digest_is_posted_where_the_meeting_is_or_else_where_releases_are() -> None:
    assert typed("mon 9:00", name=DIGEST).channel == REL
    company = replace(COMPANY, series={MEETING: WHOLE})
    assert schedule_from("mon 9:00", DIGEST, LONDON, company, NOW).channel == RCM


@pytest.mark.parametrize(
    ("words", "odd"),
    [
        ({"day": "thurzday"}, {"day": "can't be `thurzday`; write `thu`"}),
        ({"day": "17"}, {"day": "can't be `17`; write a weekday, like `thu` or `mon, thu`"}),
        ({"at": "25:70"}, {"at": "can't be `25:70`; write `23:59`"}),
        ({"at": "late"}, {"at": "can't be `late`; write a time, like `10:00`"}),
        ({"zone": "Europe/Lundon"}, {"zone": "can't be `Europe/Lundon`; write `Europe/London`"}),
        (
            {"zone": "Mars"},
            {"zone": "can't be `Mars`; write an IANA time zone, like `Europe/London`"},
        ),
        ({"every": "0"}, {"every": "can't be `0`; write `week`, or a number of weeks up to 52"}),
        ({"every": "60 weeks"}, {"every": "can't be `60 weeks`; write `52 weeks`"}),
        ({"every": "10 days"}, {"every": "can't be `10 days`; write `week`"}),
        ({"every": "month"}, {"every": "can't be `month`; write `4 weeks`"}),
        (
            {"calendar": "germani"},
            {"calendar": "can't be `germani`, which is no calendar; write `germany`"},
        ),
        (
            {"calendar": "xx"},
            {
                "calendar": "can't be `xx`, which is no calendar; declared are `germany`, `india`",
            },
        ),
        ({"holidays": "moved"}, {"holidays": "can't be `moved`; write `move`"}),
        ({"minutes": "3"}, {"minutes": "can't be `3`; write `5 min`"}),
        ({"minutes": "10h"}, {"minutes": "can't be `10h`; write `480 min`"}),
        ({"agenda": "30 days"}, {"agenda": "can't be `30 days`; write `7d`"}),
        (
            {"reminders": ["1 day", "soon"]},
            {
                "reminders": "can't be `soon`; write a stretch of time up to a week: `1 day`, `2h`,"
                " `10 min`"
            },
        ),
        (
            {"reminders": [f"{n}m" for n in range(1, 12)]},
            {"reminders": "are more than 10; keep fewer"},
        ),
        (
            {"day": "", "at": None},
            {
                "day": "is missing; write a weekday, like `thu`",
                "at": "is missing; write a time, like `10:00`",
            },
        ),
        ({"day": "x", "zone": "y", "minutes": "z"}, ...),
    ],
)
def test_what_can_not_be_is_told_with_the_mend(words: dict[str, Any], odd: Any) -> None:
    told = wrong({"day": "thu", "at": "10:00", **words})
    assert told.keys() == words.keys() if odd is ... else told == odd


def test_where_there_is_no_zone_or_channel_they_are_missing() -> None:
    with pytest.raises(OddWords) as odd:
        series_from({"day": "thu", "at": "10:00"}, MEETING, None, None, NOW)
    assert odd.value.wrong.keys() == {"zone", "channel"}


@pytest.mark.parametrize(
    ("text", "why", "near"),
    [
        ("thurzday 10:00", "the weekday can't be `thurzday`; write `thu`", "thu 10:00"),
        ("next thursday 10:00", None, "thu 10:00"),
        ("thu 10am", "the time can't be `10am`; write `10:00`", "thu 10:00"),
        ("thu 4 pm for 1h", "the time can't be `4 pm`; write `16:00`", "thu 16:00 for 1h"),
        ("thu 10:00 Europe/Lundon", None, "thu 10:00 Europe/London"),
        ("thu 10:00 new york", None, "thu 10:00 America/New_York"),
        ("thu 10:00 Mars/Olympus", None, None),
        (
            "thu 10:00 evry 2 weeks",
            "`evry` is no word of a schedule; write `every`",
            "thu 10:00 every 2 weeks",
        ),
        (
            "thu 10:00 every month for 3 min",
            "the number of weeks can't be `month`; write `4 weeks`; the length can't be `3 min`;"
            " write `5 min`",
            "thu 10:00 every 4 weeks for 5 min",
        ),
        ("thu 10:00 calendar germny", None, "thu 10:00 calendar germany"),
        ("thu 10:00 for 45 min for 50 min", "the length is said twice; keep one", None),
        ("thu 10:00 every", "the number of weeks is empty; write it after `every`", "thu 10:00"),
        (
            "thu 10:00 in #releases",
            "the channel can't be `#releases`; pick it from the list that `#` opens",
            None,
        ),
        ("fri", "the time is missing; write a time, like `10:00`", None),
        ("", None, None),
    ],
)
def test_a_line_that_can_not_be_is_refused_with_the_nearest_that_can(
    text: str, why: str | None, near: str | None
) -> None:
    said, nearest = refused(text)
    assert why in (None, said)
    if near is not None:
        assert nearest == near
        assert typed(near).days
    elif nearest is not None:
        assert typed(nearest).days


def test_the_nearest_line_keeps_what_stands() -> None:
    assert refused("frday", old=WHOLE)[1] == "fri"
    assert refused("", old=WHOLE)[0] == "the weekday is missing; write it like `thu 10:00`"


def test_a_digest_has_no_agenda_length_or_reminders() -> None:
    why, near = refused("mon 9:00 for 45 min agenda 1 day", DIGEST)
    assert why == (
        "the length is only a meeting's; leave `for 45 min` out; the agenda is only a meeting's;"
        " leave `agenda 1 day` out"
    )
    assert near == "mon 9:00"


def test_a_series_is_plain_by_the_catalogues_keys() -> None:
    assert plain_series(WHOLE) == {
        "day": ["mon", "thu"],
        "at": "09:30",
        "zone": BERLIN,
        "every": "2 weeks",
        "channel": RCM,
        "calendar": "germany",
        "holidays": MOVE,
        "minutes": 60,
        "agenda": "2d",
        "reminders": ["1d", "1h", "10m"],
        "off": False,
    }
    assert tuple(plain_series(replace(WHOLE, name=DIGEST)))[:-1] == DIGEST_KEYS


LENGTHS = st.integers(1, 7 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
REMINDERS = st.sets(LENGTHS, max_size=10).map(lambda found: tuple(sorted(found, reverse=True)))
SERIES = st.builds(
    Series,
    name=st.just(MEETING),
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))),
    at=st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    zone=st.sampled_from((LONDON, BERLIN, "Australia/Lord_Howe", "UTC")),
    channel=st.sampled_from((REL, RCM)),
    effective=st.just(NOW),
    weeks=st.integers(1, 52),
    calendar=st.sampled_from(("germany", None)),
    holidays=st.sampled_from((SKIP, MOVE)),
    minutes=st.integers(5, 480),
    agenda=LENGTHS,
    reminders=REMINDERS,
)


@settings(max_examples=40)
@given(SERIES)
def test_what_is_written_back_is_read_the_same(series: Series) -> None:
    assert typed(written(series)) == series
    assert typed(written(series), replace(WHOLE, off=True)) == series
    plain = {key: value for key, value in plain_series(series).items() if key != "off"}
    assert (
        read({**plain, "minutes": str(plain["minutes"]), "calendar": plain["calendar"] or "none"})
        == series
    )


@given(st.text(st.sampled_from("thu 10:0#,/-everyforinC é\n"), max_size=40))
def test_whatever_is_typed_is_a_schedule_or_refused_with_words(text: str) -> None:
    said: Series | Refused
    try:
        said = typed(text)
    except Refused as odd:
        said = odd
    assert said.days if isinstance(said, Series) else said.about["why"]
