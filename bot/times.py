"""Reads times as people write them, in their own zone, and refuses whatever it would have to guess (DESIGN 5)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from rules.words import Refused
from rules.worktime import instant

LONGEST = 12
"""Words in the longest time there is: `on thu 26 nov 2026 at 2 pm Europe/Paris`, and some to spare."""
HALF_A_YEAR = timedelta(days=183)

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)

_WEEKDAY = (
    r"(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?"
    r"|sat(?:urday)?|sun(?:day)?)"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER = r"(?:[1-9]|0[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?: (?P<year>20[0-9]{2}))?"
_CLOCK = re.compile(
    r"(?P<hour>[01]?[0-9]|2[0-3]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9]))?"
    r"|(?P<hour12>0?[1-9]|1[0-2])(?::(?P<minute12>[0-5][0-9]))? ?(?P<half>am|pm)"
    r"|noon"
)
_DAYS = (
    re.compile(r"(?P<word>today|tomorrow)"),
    re.compile(rf"(?:on )?(?:(?P<which>next|this) )?{_WEEKDAY}"),
    re.compile(rf"(?:on )?(?:{_WEEKDAY} )?(?P<day>{_NUMBER}) (?P<month>{_MONTH}){_YEAR}"),
    re.compile(rf"(?:on )?(?:{_WEEKDAY} )?(?P<month>{_MONTH}) (?P<day>{_NUMBER}){_YEAR}"),
    re.compile(r"(?:on )?(?P<iso>20[0-9]{2}-[01][0-9]-[0-3][0-9])"),
)
_EXACT = re.compile(
    r"20[0-9]{2}-[01][0-9]-[0-3][0-9][t ][0-2][0-9]:[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
    r"(?:z|[+-][01][0-9]:?[0-5][0-9])"
)
_ISO_T = re.compile(r"(?<=[0-9])t(?=[0-9])")
_AMOUNT = re.compile(
    r"(?P<number>[0-9]{1,4}(?:\.[0-9]{1,2}(?= ?h))?|an?(?= )) ?"
    r"(?:(?P<minutes>m|mins?|minutes?)|(?P<hours>h|hrs?|hours?)|(?P<days>d|days?)"
    r"|(?P<weeks>w|wks?|weeks?))(?![a-z])"
)


@dataclass(frozen=True)
class _Said:
    """A time taken apart: every word of it is accounted for. No day means the next such clock time."""

    clock: time
    day: re.Match[str] | None

    def part(self, name: str) -> str | None:
        return self.day.groupdict().get(name) if self.day else None

    @property
    def weekday(self) -> int | None:
        name = self.part("weekday")
        return None if name is None else _place(name, WEEKDAYS)

    @property
    def recurs(self) -> timedelta | None:
        """How often it comes round: `14:00` daily, `thu 14:00` weekly; a date does not."""
        if self.day is None:
            return timedelta(days=1)
        if self.weekday is not None and self.part("day") is None:
            return timedelta(days=7)
        return None

    @property
    def spelt(self) -> str:
        """In the words the library knows best."""
        wall = self.clock.isoformat()
        if self.day is None:
            return wall
        if self.part("month"):
            number = (self.part("day") or "").rstrip("sthndr")
            month = MONTHS[_place(self.part("month") or "", MONTHS)]
            return " ".join(filter(None, (number, month, self.part("year"), wall)))
        if self.weekday is not None:
            return f"{WEEKDAYS[self.weekday]} {wall}"
        return f"{self.part('iso') or self.part('word')} {wall}"


def when(text: str, zone: str, now: datetime) -> datetime:
    """The instant, aware UTC, that `text` means to somebody in `zone`, an IANA name.

    A weekday or a bare clock time is the next such instant after `now`; a day and month without a
    year is the one nearest ahead, up to half a year back. A time in the past is returned as it is:
    the rules answer it. A wall-clock time that a change of offset skips is the first instant after
    the gap, one that it repeats the first of the two. Refuses `odd-time`, with examples.
    """
    words, zone = _own_zone(_tidy(text), zone)
    try:
        at = _exact(words) or _from_now(words, zone, now) or _wall(words, zone, now)
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise _odd(text, now)
    return at


def longest_time_prefix(
    words: Sequence[str], zone: str, now: datetime
) -> tuple[datetime, int] | None:
    """The time that the most leading words form, and how many they are; None where none do.

    The longest stretch in the shape of a time decides: where that is no possible time
    (`31 feb 14:00`) it is refused as `odd-time`, not cut until it fits.
    """
    for count in range(min(len(words), LONGEST), 0, -1):
        phrase = " ".join(words[:count])
        if is_shaped(phrase):
            return when(phrase, zone, now), count
    return None


def split_time(phrase: str, zone: str, now: datetime) -> tuple[datetime | None, str]:
    """The time at the start of a phrase, or else at its end, and the phrase without it.

    None and the whole phrase where neither end is one. Refuses like `longest_time_prefix`.
    """
    words = phrase.split()
    if found := longest_time_prefix(words, zone, now):
        return found[0], " ".join(words[found[1] :])
    for start in range(max(len(words) - LONGEST, 0), len(words)):
        tail = " ".join(words[start:])
        if is_shaped(tail):
            return when(tail, zone, now), " ".join(words[:start])
    return None, " ".join(words)


def is_shaped(text: str) -> bool:
    """Whether every word of `text` has its place in a time; `31 feb 10:00` is shaped, and impossible."""
    words, _ = _own_zone(_tidy(text), "UTC")
    return bool(_EXACT.fullmatch(words)) or _amounts(words) is not None or bool(_said(words))


def duration(text: str) -> timedelta:
    """A stretch of time as people write it: `2h`, `30m`, `1 day`, `1h 30m`; up to a year.

    A day is 24 hours. Refuses `odd-time`, with examples.
    """
    found = _amounts(f"in {_tidy(text).removeprefix('for ')}")
    length = _length(found) if found else timedelta()
    if not timedelta() < length <= timedelta(days=366):
        raise Refused("odd-time", {"text": text, "examples": ["30m", "2h", "1h 30m", "1 day"]})
    return length


def written(at: datetime, zone: str) -> str:
    """An instant, to the minute, as plain text that `when` reads back: `Thu 26 Nov 2026 14:00 Europe/Paris`."""
    local = at.astimezone(ZoneInfo(zone))
    weekday, month = WEEKDAYS[local.weekday()], MONTHS[local.month - 1]
    return (
        f"{weekday[:3].title()} {local.day} {month[:3].title()} {local.year} {local:%H:%M} {zone}"
    )


def zone_named(name: str) -> str | None:
    """The IANA zone of that name, whatever its letters' case; None for anything else.

    `CET`, `EST` and their like are nobody's zone: they mean different hours to different people.
    """
    return _zones().get(name.lower())


def zone_names() -> list[str]:
    """Every zone that `zone_named` knows."""
    return sorted(set(_zones().values()))


@cache
def _zones() -> dict[str, str]:
    named = {zone.lower(): zone for zone in available_timezones() if "/" in zone}
    return {**named, "utc": "UTC", "gmt": "UTC", "z": "UTC"}


def _tidy(text: str) -> str:
    words = text.replace(",", " ").lower().split()
    return " ".join(words)


def _own_zone(words: str, zone: str) -> tuple[str, str]:
    """The words without a zone written at their end, and that zone, or else the caller's."""
    rest, _, last = words.rpartition(" ")
    if rest and ("/" in last or last in {"utc", "gmt"}) and (named := zone_named(last)):
        return rest, named
    return words, zone


def _exact(words: str) -> datetime | None:
    """ISO 8601 with its own offset, as machines write it."""
    if not _EXACT.fullmatch(words):
        return None
    return datetime.fromisoformat(words.upper()).astimezone(UTC)


def _from_now(words: str, zone: str, now: datetime) -> datetime | None:
    """`in 3h` is that much later; `in 2 days` is the same wall-clock time two days on."""
    amounts = _amounts(words)
    if not amounts:
        return None
    start = now.astimezone(UTC).replace(microsecond=0)
    days = [part for part in amounts if part[1] in {"days", "weeks"}]
    if days:
        local = start.astimezone(ZoneInfo(zone)).replace(tzinfo=None) + _length(days)
        start = instant(local.date(), local.time(), ZoneInfo(zone))
    rest = [part for part in amounts if part not in days]
    at = start + _length(rest) if rest else start
    return at if at > now.replace(microsecond=0) else None


def _amounts(words: str) -> list[tuple[str, str]] | None:
    """`in 1h 30m` as [("1", "hours"), ("30", "minutes")]; None where a word is left over or twice."""
    if not words.startswith("in "):
        return None
    left = words[3:]
    found: list[tuple[str, str]] = []
    while left:
        match = _AMOUNT.match(left)
        if match is None or match.lastgroup in {unit for _, unit in found}:
            return None
        number = match["number"]
        found.append(("1" if number.startswith("a") else number, str(match.lastgroup)))
        left = left[match.end() :].removeprefix(" and ").strip()
    return found or None


def _length(amounts: Sequence[tuple[str, str]]) -> timedelta:
    base = datetime(2001, 1, 1)  # noqa: DTZ001 - only the distance from it is used
    spelt = " ".join(f"{number} {unit}" for number, unit in amounts)
    read = _read(f"in {spelt}", base)
    if read is None:
        raise ValueError(spelt)
    return read - base


def _wall(words: str, zone: str, now: datetime) -> datetime | None:
    """A time by the clock on somebody's wall."""
    said = _said(words)
    if said is None:
        return None
    place = ZoneInfo(zone)
    here = now.astimezone(place).replace(tzinfo=None)
    local = _read(said.spelt, here)
    if local is None:
        return None
    if said.part("month") and not said.part("year"):
        local = _nearest_year(local, here)
    _check(said, local)
    if said.recurs:
        local = _next(local, said, place, now)
        _refuse_two_readings(words, zone, said, local.date(), here.date())
    return instant(local.date(), local.time(), place)


def _said(words: str) -> _Said | None:
    """The words as a clock time and a day, in either order; None where one is left over."""
    parts = _ISO_T.sub(" ", words).removeprefix("at ").split(" ")
    for cut in range(len(parts)):
        head, tail = " ".join(parts[:cut]), " ".join(parts[cut:])
        for day, clock in ((head, tail.removeprefix("at ")), (tail, head.removeprefix("at "))):
            if match := _CLOCK.fullmatch(clock):
                if not day:
                    return _Said(_clock(match), None)
                found = next(filter(None, (shape.fullmatch(day) for shape in _DAYS)), None)
                if found:
                    return _Said(_clock(match), found)
    return None


def _clock(match: re.Match[str]) -> time:
    if match["hour"]:
        return time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    if match["hour12"]:
        afternoon = 12 if match["half"] == "pm" else 0
        return time(int(match["hour12"]) % 12 + afternoon, int(match["minute12"] or 0))
    return time(12)


def _nearest_year(local: datetime, here: datetime) -> datetime:
    """The library looks ahead; yesterday's date without a year means yesterday, not next year."""
    try:
        earlier = local.replace(year=local.year - 1)
    except ValueError:  # 29 February
        return local
    return earlier if here - earlier < HALF_A_YEAR else local


def _check(said: _Said, local: datetime) -> None:
    """Whatever was written must be what was read. Raises ValueError where it is not."""
    day, month, year, iso = (said.part(name) for name in ("day", "month", "year", "iso"))
    holds = (
        local.time() == said.clock,
        said.weekday in (None, local.weekday()),
        day is None or local.day == int(day.rstrip("sthndr")),
        month is None or local.month == 1 + _place(month, MONTHS),
        year is None or local.year == int(year),
        iso is None or local.date() == date.fromisoformat(iso),
    )
    if not all(holds):
        raise ValueError(said.spelt)


def _next(local: datetime, said: _Said, place: ZoneInfo, now: datetime) -> datetime:
    """The first such time after `now`: today's if it is still ahead, unless `next` was written."""
    every = said.recurs or timedelta(days=1)
    today = now.astimezone(place).date()
    local -= every
    while instant(local.date(), local.time(), place) <= now or (
        said.part("which") == "next" and local.date() <= today
    ):
        local += every
    return local


def _refuse_two_readings(words: str, zone: str, said: _Said, found: date, today: date) -> None:
    """`next thursday`, said on a Tuesday, is in two days to some and in nine to others.

    So is `this monday`, said on a Tuesday: yesterday, or in six days.
    """
    same_week = found.isocalendar().week == today.isocalendar().week
    readings = {
        "next": (found, found + timedelta(days=7)) if same_week else (),
        "this": () if same_week else (found - timedelta(days=7), found),
    }.get(said.part("which") or "", ())
    if readings:
        examples = [f"{day} {said.clock:%H:%M} {zone}" for day in readings]
        raise Refused("odd-time", {"text": words, "examples": examples})


def _place(name: str, names: Sequence[str]) -> int:
    return next(i for i, full in enumerate(names) if full.startswith(name[:3]))


def _read(text: str, base: datetime) -> datetime | None:
    """What the library makes of `text`, wall-clock, from `base`. Imported here: it takes 0.2 s and 10 MB."""
    from dateparser.date import DateDataParser  # type: ignore[import-untyped]

    settings: dict[str, Any] = {
        "RELATIVE_BASE": base,
        "PREFER_DATES_FROM": "future",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PARSERS": ["relative-time", "absolute-time"],
    }
    parser = DateDataParser(languages=["en"], try_previous_locales=False, settings=settings)
    read: datetime | None = parser.get_date_data(text).date_obj
    return read


def _odd(text: str, now: datetime) -> Refused:
    day = (now + timedelta(days=2)).date()
    examples = ["thu 14:00", "tomorrow 9:30", "in 3h", f"{day} 09:30"]
    return Refused("odd-time", {"text": text, "examples": examples})
