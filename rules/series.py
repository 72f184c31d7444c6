"""What comes again: the Release Coordination Meeting and the weekly digest, by a wall clock and never by adding hours (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rules.facts import Actor, Fact
from rules.worktime import HORIZON, Calendar, instant

MEETING, DIGEST = "meeting", "digest"
DAY, HOUR, TEN_MINUTES = timedelta(days=1), timedelta(hours=1), timedelta(minutes=10)
SKIP, MOVE = "skip", "move"
LATE = timedelta(minutes=5)
"""What comes later than this after it was due is late, and says so."""
FAR = timedelta(days=800)
"""How far ahead the next one is looked for, and at least sixty turns of the series."""


@dataclass(frozen=True)
class Series:
    """When something comes, in its own zone."""

    name: str
    """`meeting` or `digest`: there is one of each in an installation."""
    days: tuple[int, ...]
    """Weekdays, Monday = 0, in order; at least one."""
    at: time
    """Wall-clock, in `zone`. A time that a day lacks is the next valid one; one that it has twice, its first."""
    zone: str
    """An IANA name."""
    channel: str
    """Where it is posted; a Slack channel id."""
    effective: datetime
    """Since when this holds, aware UTC: nothing comes at or before it."""
    weeks: int = 1
    """It comes every so many weeks, counted from the week of `effective`."""
    calendar: str | None = None
    """Whose holidays count; None: none do."""
    holidays: str = SKIP
    """On a holiday it is `skip`ped, or `move`d to the calendar's next working day."""
    minutes: int = 45
    """How long a meeting lasts as planned."""
    agenda: timedelta = DAY
    """How long before a meeting its agenda is posted."""
    reminders: tuple[timedelta, ...] = (DAY, HOUR, TEN_MINUTES)
    """How long before a meeting its channel is reminded; longest first."""
    by: str | None = None
    """Who set it; None: the catalogue."""
    off: bool = False
    """It comes no more."""

    def about(self) -> Mapping[str, Any]:
        """The series as facts carry it."""
        return {
            "series": self.name,
            "days": list(self.days),
            "at": self.at.isoformat("minutes"),
            "zone": self.zone,
            "channel": self.channel,
            "weeks": self.weeks,
            "calendar": self.calendar,
            "holidays": self.holidays,
            "minutes": self.minutes,
            "agenda": self.agenda.total_seconds(),
            "reminders": [each.total_seconds() for each in self.reminders],
            "off": self.off,
        }


@dataclass(frozen=True)
class Slot:
    """One time at which a series comes."""

    day: date
    """The day by the series, before any holiday moved it; its ISO form is the slot's name for ever."""
    at: datetime | None
    """When, aware UTC; None: skipped for a holiday."""
    holiday: bool = False
    """Whether its day is a holiday."""

    @property
    def name(self) -> str:
        return self.day.isoformat()


def slots(
    series: Series, calendar: Calendar | None, after: datetime, until: datetime
) -> Iterator[Slot]:
    """The times at which a series comes, in order: `after` < the time by the series <= `until`.

    Nothing comes at or before `effective`, or when it is off. What a holiday moves never passes
    another of the series: then it is skipped.
    """
    if series.off:
        return
    zone, after = ZoneInfo(series.zone), max(after, series.effective)
    for day in _days(series, after.astimezone(zone).date(), until.astimezone(zone).date()):
        nominal = instant(day, series.at, zone)
        if after < nominal <= until:
            yield _slot(series, calendar, day, nominal)


def _days(series: Series, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` that the series names, holidays among them."""
    begins = _first_week(series)
    turns = (_monday(first) - begins).days // 7 // series.weeks
    monday = begins + timedelta(weeks=turns * series.weeks)
    while monday <= last:
        week = (monday + timedelta(days=day) for day in series.days)
        yield from (day for day in week if first <= day <= last)
        monday += timedelta(weeks=series.weeks)


def _first_week(series: Series) -> date:
    """The Monday of the week in which the series can first come."""
    first = series.effective + timedelta(microseconds=1)
    return _monday(first.astimezone(ZoneInfo(series.zone)).date())


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _slot(series: Series, calendar: Calendar | None, day: date, nominal: datetime) -> Slot:
    if calendar is None or day not in calendar.holidays:
        return Slot(day, nominal)
    zone = ZoneInfo(series.zone)
    moved = _moved(calendar, day) if series.holidays == MOVE else None
    if moved is None or any(_days(series, day + timedelta(days=1), moved)):
        return Slot(day, None, holiday=True)
    return Slot(day, instant(moved, series.at, zone), holiday=True)


def _moved(calendar: Calendar, day: date) -> date | None:
    """The calendar's next working day; None: it has none in 60 days."""
    days = (day + timedelta(days=ahead) for ahead in range(1, HORIZON.days + 1))
    return next((each for each in days if calendar.works_on(each)), None)


def next_slot(series: Series, calendar: Calendar | None, after: datetime) -> Slot | None:
    """The first one that is held after an instant; None: none is in a long time."""
    for slot in coming(series, calendar, after):
        if slot.at is not None:
            return slot
    return None


def coming(series: Series, calendar: Calendar | None, after: datetime) -> Iterator[Slot]:
    """The slots after an instant, wherever a holiday moved them, for as long as is worth looking."""
    until = max(after, series.effective) + max(FAR, timedelta(weeks=60 * series.weeks))
    for slot in slots(series, calendar, after - HORIZON - DAY, until):
        if time_of(series, slot) > after:
            yield slot


def owed(
    series: Series, calendar: Calendar | None, last: str | None, now: datetime
) -> tuple[Slot, ...]:
    """The held slots later than the one named `last` whose time has come, oldest first."""
    since = series.effective
    if last is not None:
        since = max(since, instant(date.fromisoformat(last), series.at, ZoneInfo(series.zone)))
    found = (slot for slot in slots(series, calendar, since, now) if slot.name > (last or ""))
    return tuple(slot for slot in found if slot.at is not None and slot.at <= now)


def time_of(series: Series, slot: Slot) -> datetime:
    """When a slot is held, or, skipped, would have been."""
    return slot.at or instant(slot.day, series.at, ZoneInfo(series.zone))


def lead(at: datetime, before: timedelta, zone: str) -> datetime:
    """So long before an instant: whole days by the wall clock of the zone, the rest as time passes."""
    days, rest = divmod(before, DAY)
    if not days:
        return at - rest
    local = at.astimezone(ZoneInfo(zone))
    return instant(local.date() - timedelta(days=days), local.time(), ZoneInfo(zone)) - rest


def succeeding(new: Series, old: Series | None, now: datetime) -> Series:
    """A series as it takes the place of another: from when it counts, and in which weeks it comes.

    One that says the same is the old one. Where the rhythm stays, so does `effective`; where only
    the number of weeks does, the weeks in which it comes stay.
    """
    if old is None or old.off or new.off:
        same = old is not None and old.about() == new.about()
        return old if old is not None and same else replace(new, effective=now)
    if old.about() == new.about():
        return old
    if _rhythm(new) == _rhythm(old):
        return replace(new, effective=old.effective)
    since = replace(new, effective=now)
    if new.weeks == old.weeks:
        past = (_first_week(since) - _first_week(old)).days // 7 % new.weeks
        if past:
            monday = _first_week(since) + timedelta(weeks=new.weeks - past)
            opens = instant(monday, time(0), ZoneInfo(new.zone))
            return replace(new, effective=opens - timedelta(microseconds=1))
    return since


def _rhythm(series: Series) -> tuple[Any, ...]:
    return series.days, series.at, series.zone, series.weeks


def series_changed(new: Series, old: Series | None, by: Actor, now: datetime) -> tuple[Fact, ...]:
    """The fact that a series is declared, or is another than it was; none where it is the same."""
    about = new.about()
    if old is None:
        return (Fact("schedule.declared", now, by, None, None, about),)
    was = old.about()
    if was == about:
        return ()
    return (Fact("schedule.changed", now, by, None, None, {**about, "was": was}),)
