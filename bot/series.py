"""Reads when meetings and digests come, as a catalogue or a line in Slack says it, and writes it back (DESIGN 4, 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, time, timedelta
from difflib import get_close_matches
from typing import Any

from bot.calendars import days_from
from bot.estate import Reading, Words, length_from, length_text
from bot.quoted import cut
from bot.times import WEEKDAYS
from bot.zones import near_zones
from bot.zones import zone as zone_from
from rules.series import MEETING, MOVE, SKIP, Series, succeeding
from rules.words import Refused

DIGEST_KEYS = ("day", "at", "zone", "every", "channel", "calendar", "holidays")
MEETING_KEYS = (*DIGEST_KEYS, "minutes", "agenda", "reminders")
NONE = "none"
DEFAULT_CALENDAR = "default"
MOST_WEEKS = 52
SHORTEST, LONGEST = 5, 8 * 60
"""Minutes of a meeting."""
A_WEEK = timedelta(days=7)
"""How long before a meeting its agenda may be posted and people reminded."""
MOST_REMINDERS = 10

_DAYS = tuple(day[:3] for day in WEEKDAYS)
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_LIKE_CLOCK = re.compile(r"([0-9]{1,2})[:.h]?([0-9]{2})?\s*([ap]m)?")
_WEEKS = re.compile(r"([0-9]{1,3})(?: ?w(?:eeks?)?)?")
_WHOLE = re.compile(r"[0-9]{1,4}")


def keys_of(name: str) -> tuple[str, ...]:
    """What may be said of the series `meeting` or `digest`."""
    return MEETING_KEYS if name == MEETING else DIGEST_KEYS


def series_from(
    words: Words,
    name: str,
    zone: str | None,
    channel: str | None,
    effective: datetime,
    calendars: Collection[str] = (),
    standing: Series | None = None,
) -> Series:
    """When the series of that name comes, as `words` say under the keys of `keys_of`.

    What is not said is as it stands, or else the default; `zone`, an IANA name, and `channel`, an id,
    are the defaults, and `channel` among the words is an id too. It takes the place of `standing` as
    of `effective`, aware UTC, by the rules: one that says the same is `standing` itself. `calendars`
    are the names there are. Raises OddWords.
    """
    reading = Reading({key: _flat(said) for key, said in words.items()})
    was = standing or _unsaid(name, zone, channel, effective, calendars)
    for key, there in (("day", was.days), ("zone", was.zone), ("channel", was.channel)):
        if not (there or reading.said(key)):
            reading.wrong[key] = f"is missing; {MISSING[key]}"
    if standing is None and not reading.said("at"):
        reading.wrong["at"] = f"is missing; {MISSING['at']}"
    made = replace(
        was,
        days=reading.part("day", days, was.days),
        at=reading.part("at", clock, was.at),
        zone=reading.part("zone", _zone, was.zone),
        channel=reading.said("channel") or was.channel,
        effective=effective,
        weeks=reading.part("every", weeks, was.weeks),
        calendar=reading.part("calendar", lambda said: _calendar(said, calendars), was.calendar),
        holidays=reading.part("holidays", _holidays, was.holidays),
        minutes=reading.part("minutes", minutes, was.minutes),
        agenda=reading.part("agenda", ahead, was.agenda),
        reminders=reading.part("reminders", reminders, was.reminders),
        by=None,
        off=False,
    )
    reading.done()
    return succeeding(made, standing, effective)


def plain_series(series: Series) -> dict[str, Any]:
    """A series by the catalogue's keys, in JSON's own types, and whether it is off."""
    whole = {
        "day": [_DAYS[day] for day in series.days],
        "at": f"{series.at:%H:%M}",
        "zone": series.zone,
        "every": weeks_text(series.weeks),
        "channel": series.channel,
        "calendar": series.calendar,
        "holidays": series.holidays,
        "minutes": series.minutes,
        "agenda": length_text(series.agenda),
        "reminders": [length_text(each) for each in series.reminders],
    }
    return {**{key: whole[key] for key in keys_of(series.name)}, "off": series.off}


def weeks_text(number: int) -> str:
    """`week`, `2 weeks`."""
    return "week" if number == 1 else f"{number} weeks"


MISSING = {
    "day": "write a weekday, like `thu`",
    "at": "write a time, like `10:00`",
    "zone": "write a zone, like `Europe/London`",
    "channel": "write the channel it is posted in",
}


def _flat(said: Any) -> Any:
    return ", ".join(map(str, said)) or NONE if isinstance(said, list | tuple) else said


def _unsaid(
    name: str,
    zone: str | None,
    channel: str | None,
    effective: datetime,
    calendars: Collection[str],
) -> Series:
    """What a series is of which nothing is said; no day, zone or channel where none is given."""
    calendar = DEFAULT_CALENDAR if DEFAULT_CALENDAR in calendars else None
    return Series(name, (), time(0), zone or "", channel or "", effective, calendar=calendar)


def days(written: str) -> tuple[int, ...]:
    """Weekdays, Monday = 0, in order. Raises ValueError."""
    try:
        return tuple(sorted(days_from(written.lower())))
    except ValueError:
        raise _odd("day", written, "a weekday, like `thu` or `mon, thu`") from None


def clock(written: str) -> time:
    """A time of day, `9:30`. Raises ValueError."""
    found = _CLOCK.fullmatch(written)
    if found is None:
        raise _odd("at", written, "a time, like `10:00`")
    return time(int(found[1]), int(found[2]))


def _zone(written: str) -> str:
    try:
        return zone_from(written)
    except Refused:
        raise _odd("zone", written, "an IANA time zone, like `Europe/London`") from None


def weeks(written: str) -> int:
    """Every how many weeks: `week`, `2 weeks`, `2`. Raises ValueError."""
    flat = " ".join(written.lower().split())
    found = _WEEKS.fullmatch({"week": "1", "other week": "2"}.get(flat, flat))
    if found is None or not 1 <= int(found[1]) <= MOST_WEEKS:
        raise _odd("every", written, f"`week`, or a number of weeks up to {MOST_WEEKS}")
    return int(found[1])


def _calendar(written: str, known: Collection[str]) -> str | None:
    if written == NONE:
        return None
    if written not in known:
        there = get_close_matches(written, [*known, NONE], 1)
        names = ", ".join(f"`{name}`" for name in [*there, *sorted(known)][:10])
        mend = (
            f"write `{there[0]}`"
            if there
            else f"declared are {names}"
            if names
            else "none is declared"
        )
        raise ValueError(f"can't be `{cut(written)}`, which is no calendar; {mend}")
    return written


def _holidays(written: str) -> str:
    if written.lower() not in (SKIP, MOVE):
        raise _odd("holidays", written, "`skip`, or `move` to the next working day")
    return written.lower()


def minutes(written: str) -> int:
    """How long a meeting is: `45`, `45 min`, `1h 30m`. Raises ValueError."""
    length = int(written) if _WHOLE.fullmatch(written) else _length(written) or 0
    if not SHORTEST <= length <= LONGEST:
        raise _odd("minutes", written, f"{SHORTEST} to {LONGEST} minutes")
    return length


def ahead(written: str) -> timedelta:
    """How long before a meeting: up to a week. Raises ValueError."""
    length = _length(written)
    if length is None or not 0 < length <= A_WEEK // timedelta(minutes=1):
        raise _odd("agenda", written, "a stretch of time up to a week: `1 day`, `2h`, `10 min`")
    return timedelta(minutes=length)


def reminders(written: str) -> tuple[timedelta, ...]:
    """How long before a meeting people are reminded, longest first; `none`: never. Raises ValueError."""
    if written.lower() == NONE:
        return ()
    found = {ahead(part.strip()) for part in written.split(",") if part.strip()}
    if len(found) > MOST_REMINDERS:
        raise ValueError(f"are more than {MOST_REMINDERS}; keep fewer")
    return tuple(sorted(found, reverse=True))


def _length(written: str) -> int | None:
    """A stretch of time in whole minutes; None where it is none."""
    try:
        return length_from(written) // timedelta(minutes=1)
    except ValueError:
        return None


def _odd(key: str, written: str, like: str) -> ValueError:
    """What is wrong and the mend: the nearest that can be, or else what it should be like."""
    near = nearest(key, written)
    return ValueError(f"can't be `{cut(written)}`; write {f'`{near}`' if near else like}")


def nearest(key: str, written: str) -> str | None:
    """What may have been meant under a key; None where nothing is near."""
    near = _NEAREST.get(key)
    return near(" ".join(written.lower().split())) if near else None


def _near_days(written: str) -> str | None:
    found = []
    for word in re.findall(r"[^\s,-]+", written):
        near = get_close_matches(word, [*WEEKDAYS, *_DAYS], 1, 0.5)
        if near:
            found.append(near[0][:3])
    return ",".join(dict.fromkeys(found)) or None


def _near_clock(written: str) -> str | None:
    found = _LIKE_CLOCK.search(written)
    if found is None:
        return None
    hour, minute = int(found[1]), min(int(found[2] or 0), 59)
    if found[3] and hour <= 12:
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return f"{min(hour, 23):02}:{minute:02}"


def _near_zone(written: str) -> str | None:
    return next(iter(near_zones("_".join(written.split()))), None)


def _near_weeks(written: str) -> str | None:
    if found := re.fullmatch(r"([0-9]{1,4}) ?w[a-z]*", written):
        return weeks_text(min(max(int(found[1]), 1), MOST_WEEKS))
    length = 28 * 24 * 60 if "month" in written else _length(written)
    return length and weeks_text(max(round(length / (7 * 24 * 60)), 1))  # type: ignore[return-value]


def _near_minutes(written: str) -> str | None:
    length = int(written) if _WHOLE.fullmatch(written) else _length(written)
    return None if length is None else f"{min(max(length, SHORTEST), LONGEST)} min"


def _near_ahead(written: str) -> str | None:
    return None if _length(written) is None else length_text(A_WEEK)


_NEAREST: dict[str, Callable[[str], str | None]] = {
    "day": _near_days,
    "at": _near_clock,
    "zone": _near_zone,
    "every": _near_weeks,
    "holidays": lambda word: next(iter(get_close_matches(word, (SKIP, MOVE), 1, 0.4)), None),
    "minutes": _near_minutes,
    "agenda": _near_ahead,
}
