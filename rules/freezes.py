"""Freezes: when nothing, or only what somebody overrides, may go out; once or again and again, in a zone (DESIGN 2.6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from rules.worktime import Span, instant

LONGEST = timedelta(days=400)
"""How far ahead an end to freezes is looked for."""


class Every(StrEnum):
    """How often a recurring freeze comes."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


BEFORE = {
    Every.WEEK: timedelta(days=8),
    Every.MONTH: timedelta(days=63),
    Every.YEAR: timedelta(days=368),
}
"""So long before an instant what began has ended by it."""


@dataclass(frozen=True)
class Mark:
    """A wall-clock moment that recurs: a weekday (Monday = 0), a day of the month, or of a month."""

    day: int
    at: time = time(0)
    month: int | None = None
    """Of a yearly one, 1 to 12. A day that a month lacks is its last."""

    def about(self) -> dict[str, Any]:
        """The moment as facts carry it."""
        return {"day": self.day, "at": self.at.isoformat("minutes"), "month": self.month}


@dataclass(frozen=True)
class Recurring:
    """From each `begins` to the next `ends`, both wall-clock in the freeze's zone.

    Where clocks or a short month leave nothing between the two there is none that time.
    """

    every: Every
    begins: Mark
    ends: Mark

    def about(self) -> dict[str, Any]:
        """When it comes, as facts carry it."""
        return {"every": self.every, "begins": self.begins.about(), "ends": self.ends.about()}


@dataclass(frozen=True)
class Freeze:
    """A stretch of time in which releases should not go out, or, `hard`, do not.

    One-off: `starts` <= t < `ends`, aware UTC. Recurring: `recurring` says when, in `zone`.
    """

    name: str
    hard: bool
    zone: str
    starts: datetime | None = None
    ends: datetime | None = None
    recurring: Recurring | None = None
    products: tuple[str, ...] = ()
    """Whom it binds; empty: every product."""
    environments: tuple[str, ...] = ()
    """Where it binds; empty: everywhere."""
    reason: str | None = None
    by: str | None = None
    """Who declared it; None: the catalogue."""
    lifted_at: datetime | None = None
    """Since when it binds no more."""
    turn: int = 1
    """How often it has been declared: an override holds for the freeze as it stood."""

    @property
    def key(self) -> str:
        """By what an override names it: its name, and which of its declarations after the first."""
        return self.name if self.turn == 1 else f"{self.name}#{self.turn}"

    def binds(self, product: str, environments: Collection[str]) -> bool:
        """Whether it concerns a product that goes to these environments."""
        if self.lifted_at is not None or (self.products and product not in self.products):
            return False
        return not self.environments or not set(self.environments).isdisjoint(environments)

    def over(self, now: datetime) -> bool:
        """Whether it stops nothing any more: lifted, or its only stretch has ended."""
        return self.lifted_at is not None or (self.ends is not None and self.ends <= now)

    def says(self, other: Freeze) -> bool:
        """Whether two say the same, whoever said it."""
        return self == replace(other, by=self.by, lifted_at=self.lifted_at, turn=self.turn)

    def about(self) -> dict[str, Any]:
        """The freeze as facts carry it."""
        return {
            "freeze": self.name,
            "hard": self.hard,
            "zone": self.zone,
            "starts": self.starts and self.starts.isoformat(timespec="microseconds"),
            "ends": self.ends and self.ends.isoformat(timespec="microseconds"),
            "recurring": self.recurring and self.recurring.about(),
            "products": list(self.products),
            "environments": list(self.environments),
            "reason": self.reason,
        }


def windows(freeze: Freeze, start: datetime, end: datetime) -> Iterator[Span]:
    """The stretches of a freeze that reach into `start` <= t < `end`, whole, in order of time."""
    if freeze.recurring is None:
        once = [Span(freeze.starts, freeze.ends)] if freeze.starts and freeze.ends else []
        yield from (span for span in once if span.start < end and start < span.end)
        return
    zone = ZoneInfo(freeze.zone)
    first = start.astimezone(zone).date() - BEFORE[freeze.recurring.every]
    last = end.astimezone(zone).date() + timedelta(days=1)
    for day in _days(freeze.recurring, first, last):
        opens = instant(day, freeze.recurring.begins.at, zone)
        closes = instant(_last_day(freeze.recurring, day), freeze.recurring.ends.at, zone)
        if opens < end and start < closes and opens < closes:
            yield Span(opens, closes)


def _days(recurring: Recurring, first: date, last: date) -> Iterator[date]:
    """The days, `last` among them, on which it begins."""
    mark = recurring.begins
    if recurring.every is Every.WEEK:
        day = first + timedelta(days=(mark.day - first.weekday()) % 7)
        while day <= last:
            yield day
            day += timedelta(days=7)
        return
    for year in range(first.year, last.year + 1):
        months = range(1, 13) if mark.month is None else (mark.month,)
        for month in months:
            day = _clamped(year, month, mark.day)
            if first <= day <= last:
                yield day


def _last_day(recurring: Recurring, first: date) -> date:
    """The day on which what begins on `first` ends: the same week, month or year, or else the next."""
    begins, ends = recurring.begins, recurring.ends
    next_one = (ends.month or 0, ends.day, ends.at) <= (begins.month or 0, begins.day, begins.at)
    if recurring.every is Every.WEEK:
        return first + timedelta(days=ends.day - begins.day + 7 * next_one)
    if recurring.every is Every.YEAR:
        return _clamped(first.year + next_one, ends.month or first.month, ends.day)
    months = first.year * 12 + first.month - 1 + next_one
    return _clamped(months // 12, months % 12 + 1, ends.day)


def _clamped(year: int, month: int, day: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), following - timedelta(days=1))


def freezing(freezes: Iterable[Freeze], at: datetime) -> tuple[tuple[Freeze, Span], ...]:
    """The freezes under which an instant lies, each with its stretch."""
    moment = at + timedelta(microseconds=1)
    return tuple((freeze, span) for freeze in freezes for span in windows(freeze, at, moment))


def thawed(freezes: Collection[Freeze], at: datetime) -> datetime | None:
    """The first instant from `at` on that lies under none of these freezes; None: not in 400 days."""
    last = at + LONGEST
    while found := freezing(freezes, at):
        at = max(span.end for _, span in found)
        if at > last:
            return None
    return at
