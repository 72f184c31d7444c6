"""Fair notice and working time counted minute by minute, knowing nothing of how the law computes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


@dataclass
class Hours:
    """Nine to five on weekdays, or as told, in a zone."""

    zone: str
    opens: int = 9
    closes: int = 17
    days: frozenset[int] = frozenset(range(5))
    holidays: frozenset[date] = frozenset()

    def working(self, minute: datetime) -> bool:
        local = minute.astimezone(ZoneInfo(self.zone))
        return (
            local.weekday() in self.days
            and local.date() not in self.holidays
            and time(self.opens) <= local.time() < time(self.closes)
        )


@dataclass
class Watch:
    """The minutes in which the door was shut, as outages from, until."""

    outages: list[tuple[datetime, datetime]] = field(default_factory=list)

    def shut(self, minute: datetime) -> bool:
        """A minute's outage is no shut door: it takes more than ninety seconds."""
        return any(a <= minute < b for a, b in self.outages if b - a > timedelta(seconds=90))

    def shut_within(self, start: datetime, end: datetime) -> bool:
        return any(a < end and b > start for a, b in self.outages if b - a > 1.5 * MINUTE)


def minutes(start: datetime, end: datetime) -> Iterable[datetime]:
    while start < end:
        yield start
        start += MINUTE


def notice_had(
    since: datetime, now: datetime, hours: Hours | None, watch: Watch, enough: float
) -> bool:
    """Whether `enough` minutes of notice were had; no hours mean a hotfix, whose clock always runs."""
    had = 0
    for minute in minutes(since, now):
        had += (hours is None or hours.working(minute)) and not watch.shut(minute)
        if had >= enough:
            return True
    return had >= enough


def working_minutes_later(hours: Hours, start: datetime, count: int) -> datetime:
    """The instant by which so many working minutes have passed."""
    minute = start
    while count:
        count -= hours.working(minute)
        minute += MINUTE
    return minute


def in_slot(slots: Mapping[int, tuple[int, int]], zone: str, at: datetime) -> bool:
    """Whether an instant lies in a weekly slot given as weekday: (hour, hour)."""
    local = at.astimezone(ZoneInfo(zone))
    opens, closes = slots.get(local.weekday(), (0, 0))
    return opens <= local.hour < closes
