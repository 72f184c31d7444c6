"""Working time: which hours count as notice, in whose zone, and how to add them up (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HORIZON = timedelta(days=60)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Span:
    """A half-open stretch of time, `start` <= t < `end`, both aware."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True)
class Calendar:
    """Working days and hours, wall-clock, with the dates nobody works; it has no zone of its own."""

    name: str = "default"
    days: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    """Weekdays, Monday = 0."""
    opens: time = time(9)
    closes: time = time(17)
    """Later than `opens`; `time(0)` means midnight at the end of the day."""
    holidays: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether any hour of `day` is a working hour."""
        return day.weekday() in self.days and day not in self.holidays


@dataclass(frozen=True)
class Slot:
    """A weekly stretch, in the product's zone, in which computed release times must lie."""

    weekday: int
    opens: time
    closes: time


def instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time; the first valid one after a gap, the first of a fold."""
    local = datetime.combine(day, wall)
    at = local.replace(tzinfo=zone).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == local:
        return at
    early = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return _gap_end(early, at, zone)


def _gap_end(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The instant, to the second, at which the zone's offset changes between two instants."""
    before = early.astimezone(zone).utcoffset()
    low, high = int(early.timestamp()), int(late.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def working_spans(calendar: Calendar, zone: ZoneInfo, start: datetime) -> Iterator[Span]:
    """The calendar's working spans in `zone` from `start` on, clipped to it, for 120 days."""
    day = start.astimezone(zone).date() - timedelta(days=1)
    for offset in range(122):
        today = day + timedelta(days=offset)
        if not calendar.works_on(today):
            continue
        span = _day_span(today, calendar.opens, calendar.closes, zone)
        if span.end > start:
            yield Span(max(span.start, start), span.end)


def slot_spans(slots: Sequence[Slot], zone: ZoneInfo, start: datetime) -> Iterator[Span]:
    """The weekly slots in `zone` from `start` on, clipped to it, in order, for 120 days."""
    day = start.astimezone(zone).date() - timedelta(days=1)
    for offset in range(122):
        today = day + timedelta(days=offset)
        found = [
            _day_span(today, slot.opens, slot.closes, zone)
            for slot in slots
            if slot.weekday == today.weekday()
        ]
        for span in sorted(found, key=lambda span: span.start):
            if span.end > start:
                yield Span(max(span.start, start), span.end)


@lru_cache(maxsize=4096)
def _day_span(day: date, opens: time, closes: time, zone: ZoneInfo) -> Span:
    last = day + timedelta(days=1) if closes <= opens else day
    return Span(instant(day, opens, zone), instant(last, closes, zone))


def clock_spans(start: datetime) -> Iterator[Span]:
    """All time from `start` on, as one span: a hotfix's notice runs on the clock."""
    yield Span(start, start + 2 * HORIZON)


def without(spans: Iterator[Span], holes: Sequence[Span]) -> Iterator[Span]:
    """`spans` less `holes`; both in order of time."""
    for span in spans:
        start = span.start
        for hole in holes:
            if hole.end <= start or hole.start >= span.end:
                continue
            if hole.start > start:
                yield Span(start, hole.start)
            start = max(start, hole.end)
        if start < span.end:
            yield Span(start, span.end)


def after(spans: Iterator[Span], amount: timedelta) -> datetime | None:
    """The instant by which `amount` of the spans' time has passed; None if they run out."""
    left = amount
    for span in spans:
        if span.length >= left:
            return span.start + left
        left -= span.length
    return None


def passed(spans: Iterator[Span], until: datetime) -> timedelta:
    """How much of the spans' time lies before `until`."""
    total = timedelta()
    for span in spans:
        if span.start >= until:
            break
        total += min(span.end, until) - span.start
    return total


def round_up(at: datetime) -> datetime:
    """`at` rounded up to a quarter of an hour (DESIGN 2.4)."""
    base = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    quarters = -((base - at) // QUARTER)
    return base + quarters * QUARTER


def next_working_day(at: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime | None:
    """The same wall-clock time on the calendar's next working day; None if it has none in 60 days."""
    local = at.astimezone(zone)
    for offset in range(1, HORIZON.days + 1):
        day = local.date() + timedelta(days=offset)
        if calendar.works_on(day):
            return instant(day, local.time(), zone)
    return None


def at_work(calendar: Calendar, zone: ZoneInfo, at: datetime) -> bool:
    """Whether `at` is a working hour."""
    first = next(working_spans(calendar, zone, at), None)
    return first is not None and first.start == at
