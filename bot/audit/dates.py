"""Dates an auditor writes: `2026-11-23`, `2026-11-23 14:00`, with a zone of their own or the installation's (DESIGN 5)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.settings import Misconfigured
from bot.times import zone_named
from bot.zones import near_zones
from rules.worktime import instant

SHAPE = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})(?:[T ](?P<clock>\d{1,2}:\d{2}(?::\d{2})?))?"
    r"(?:(?P<offset>[Zz]|[+-]\d{2}:\d{2})| (?P<zone>\S+))?"
)
EXAMPLES = "2026-11-23, 2026-11-23 14:00, or 2026-11-23 14:00 Europe/Paris"
A_DAY = timedelta(days=1)
AN_INSTANT = timedelta(microseconds=1)


def since(written: str, zone: str) -> datetime:
    """The first instant meant, aware UTC; a day alone begins at its midnight. Raises Misconfigured."""
    day, clock, place = _read(written, zone)
    return _at(day, clock or time(), place)


def until(written: str, zone: str) -> datetime:
    """The last instant meant, aware UTC; a day alone lasts to its end. Raises Misconfigured."""
    day, clock, place = _read(written, zone)
    if clock is None:
        return _at(day + A_DAY, time(), place) - AN_INSTANT
    return _at(day, clock, place)


def _read(written: str, zone: str) -> tuple[date, time | None, ZoneInfo | None]:
    """The day, the clock time if there is one, and the zone; None: UTC with the offset taken off."""
    found = SHAPE.fullmatch(" ".join(written.split()))
    if found is None:
        raise Misconfigured(f"{written!r} is no date: write it as {EXAMPLES}.")
    day = _day(found["day"])
    if found["offset"]:
        return _offset(written, found)
    clock = _clock(found["clock"]) if found["clock"] else None
    return day, clock, ZoneInfo(_zone(found["zone"]) if found["zone"] else zone)


def _day(written: str) -> date:
    year, month, number = (int(part) for part in written.split("-"))
    try:
        return date(year, month, number)
    except ValueError:
        month = min(max(month, 1), 12)
        year = max(year, 1)
        last = monthrange(year, month)[1]
        near = date(year, month, min(max(number, 1), last))
        raise Misconfigured(f"There is no {written}: the nearest day is {near}.") from None


def _clock(written: str) -> time:
    try:
        return time.fromisoformat(written.zfill(5) if written.count(":") == 1 else written.zfill(8))
    except ValueError:
        raise Misconfigured(
            f"{written} is no time of day: write 00:00 to 23:59, as in {EXAMPLES}."
        ) from None


def _zone(written: str) -> str:
    found = zone_named(written)
    if found is None:
        near = near_zones(written)
        hint = f"did you mean {' or '.join(near)}?" if near else "write one like Europe/Paris."
        raise Misconfigured(f"There is no zone {written}: {hint}")
    return found


def _offset(written: str, found: re.Match[str]) -> tuple[date, time | None, None]:
    if not found["clock"]:
        raise Misconfigured(f"{written!r} lacks its time of day: write it as {EXAMPLES}.")
    at = datetime.combine(_day(found["day"]), _clock(found["clock"]), UTC)
    sign, offset = found["offset"][0], found["offset"][1:]
    if offset:
        hours, minutes = (int(part) for part in offset.split(":"))
        length = timedelta(hours=hours, minutes=minutes)
        at += -length if sign == "+" else length
    return at.date(), at.time(), None


def _at(day: date, clock: time, place: ZoneInfo | None) -> datetime:
    if place is None:
        return datetime.combine(day, clock, UTC)
    return instant(day, clock, place)
