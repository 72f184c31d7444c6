"""Makes working calendars out of what a catalogue declares: days, hours, a country's holidays (DESIGN 2.4)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, TypeVar

from bot.times import WEEKDAYS
from rules.worktime import Calendar, Slot

KEYS = ("holidays", "extra", "working_on", "days", "hours")
"""What a calendar may declare; everything is optional."""
DEFAULT_DAYS = "mon-fri"
DEFAULT_HOURS = "09:00-17:00"
SHORTEST = timedelta(minutes=15)
"""Release times are computed to a quarter of an hour: a shorter stretch might never hold one."""

_COUNTRY = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?")
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")
_SHORT = {name[:3]: number for number, name in enumerate(WEEKDAYS)}
_FULL = dict(zip(WEEKDAYS, range(7), strict=True))
T = TypeVar("T")


@dataclass
class OddCalendar(ValueError):
    """What is wrong with one key of a declared calendar, and the mend, as the end of a sentence."""

    key: str
    what: str

    def __str__(self) -> str:
        return f"`{self.key}` {self.what}"


def calendar_from(declared: Mapping[str, Any], now: datetime, name: str = "default") -> Calendar:
    """The calendar that `declared` describes, its holidays those of last year to two years ahead.

    `holidays`: `GB` or `GB-ENG` (ISO 3166); `extra` and `working_on`: dates, ISO or `date`, nobody
    works, or everybody does although it is a holiday; `days`: `mon-fri`, or a list of days;
    `hours`: `09:00-17:00`, past midnight where they end earlier than they begin.
    To be made anew each year. Raises OddCalendar for the first thing wrong.
    """
    opens, closes = _under("hours", hours_from, declared.get("hours") or DEFAULT_HOURS)
    free = _country_holidays(declared.get("holidays"), now.year)
    extra, working_on = _dates(declared, "extra"), _dates(declared, "working_on")
    if both := sorted(extra & working_on):
        raise OddCalendar("working_on", f"has {both[0]}, which is in `extra` too; leave one out")
    return Calendar(
        name=name,
        days=_under("days", days_from, declared.get("days") or DEFAULT_DAYS),
        opens=opens,
        closes=closes,
        holidays=(free | extra) - working_on,
    )


def days_from(written: str | list[str]) -> frozenset[int]:
    """Weekdays, Monday = 0, of `mon-fri`, `sun-thu`, `mon, wed` or a list of days. Raises ValueError."""
    parts = written.split(",") if isinstance(written, str) else written
    found: set[int] = set()
    for part in parts:
        first, dash, last = str(part).strip().lower().partition("-")
        start = weekday_from(first)
        end = weekday_from(last) if dash else start
        found |= {(start + step) % 7 for step in range((end - start) % 7 + 1)}
    if not found:
        raise ValueError("names no day; write mon-fri, or a list of days")
    return frozenset(found)


def hours_from(written: str) -> tuple[time, time]:
    """When `09:00-17:00` begins and ends; `22:00-06:00` ends the next day. Raises ValueError."""
    match = _HOURS.fullmatch(str(written).strip())
    numbers = [int(part) for part in match.groups()] if match else [99] * 4
    if numbers[2:] == [24, 0]:
        numbers[2] = 0
    try:
        opens, closes = time(numbers[0], numbers[1]), time(numbers[2], numbers[3])
    except ValueError:
        raise ValueError(f"can't be `{written}`; write two times, like 09:00-17:00") from None
    if opens == closes and opens != time(0):
        raise ValueError("ends when it begins; for the whole day write 00:00-24:00")
    if timedelta() < _length(opens, closes) < SHORTEST:
        raise ValueError(f"of `{written}` is shorter than 15 minutes; make it longer")
    return opens, closes


def slots_from(written: str) -> tuple[Slot, ...]:
    """The weekly slots of `tue 10:00-12:00` or `mon-thu 10:00-16:00`. Raises ValueError."""
    days, _, hours = written.strip().rpartition(" ")
    if not days:
        raise ValueError(f"can't be `{written}`; write a day and two times, like tue 10:00-12:00")
    opens, closes = hours_from(hours)
    return tuple(Slot(day, opens, closes) for day in sorted(days_from(days)))


def slot_text(slot: Slot) -> str:
    """A slot as `slots_from` reads it."""
    closes = "24:00" if slot.closes == time(0) else f"{slot.closes:%H:%M}"
    return f"{WEEKDAYS[slot.weekday][:3]} {slot.opens:%H:%M}-{closes}"


def _length(opens: time, closes: time) -> timedelta:
    minutes = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return timedelta(minutes=minutes % (24 * 60))


def weekday_from(name: str) -> int:
    """A weekday, Monday = 0, by its name or the first three letters of it. Raises ValueError."""
    name = name.strip()
    number = _FULL.get(name, _SHORT.get(name))
    if number is None:
        raise ValueError(f"has `{name}`, which is no weekday; write mon tue wed thu fri sat sun")
    return number


def _under(key: str, read: Callable[[Any], T], written: Any) -> T:
    try:
        return read(written)
    except ValueError as odd:
        raise OddCalendar(key, str(odd)) from None


def _dates(declared: Mapping[str, Any], key: str) -> frozenset[date]:
    found = set()
    for written in declared.get(key) or ():
        try:
            found.add(written if isinstance(written, date) else date.fromisoformat(written))
        except ValueError:
            raise OddCalendar(key, f"has `{written}`, which is no date; write 2026-12-24") from None
    return frozenset(found)


def _country_holidays(written: str | None, year: int) -> frozenset[date]:
    """A country's public holidays. The library is imported here: it takes 0.1 s and 7 MB."""
    if not written:
        return frozenset()
    from holidays import country_holidays, list_supported_countries

    match = _COUNTRY.fullmatch(written.strip().upper())
    country, part = match.groups() if match else (written, None)
    known = list_supported_countries(include_aliases=False)
    country = {"UK": "GB"}.get(country, country)
    if country not in known:
        raise OddCalendar("holidays", f"knows no country `{written}`; write its ISO code, like GB")
    if part and part not in known[country]:
        raise OddCalendar("holidays", _no_such_part(country, part, known[country]))
    return frozenset(country_holidays(country, subdiv=part, years=range(year - 1, year + 3)))


def _no_such_part(country: str, part: str, parts: list[str]) -> str:
    if not parts:
        return f"knows no parts of {country}; write {country} alone"
    near = get_close_matches(part, parts, n=1, cutoff=0.1) or parts
    return f"knows no `{part}` in {country}; did you mean {country}-{near[0]}?"
