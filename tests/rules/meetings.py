"""A weekly meeting to try the law on, and a memory of meetings that obeys its decisions and keeps the facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from rules.convening import Convened, ahead, due, follow, meeting_at, next_due
from rules.facts import CLOCK, Actor, Fact
from rules.meeting import Meeting, Stage
from rules.meeting_clock import tick
from rules.meeting_facts import apply_meeting
from rules.series import MEETING, Series, slots, succeeding
from rules.words import Role
from rules.worktime import Calendar
from tests.rules.cases import at, days, read, stored

RITA = Actor("rita", (Role.RELEASE_COORDINATOR,), "slash")
ALICE = Actor("alice", door="slash")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKLY = Series(MEETING, (3,), time(10), "Europe/London", "C1", at("2026-11-20 00:00"))
TEN = at("2026-11-26 10:00")
THURSDAY = Meeting("2026-11-26", TEN, "Europe/London", "C1", 45)


def passed(
    series: Series, calendar: Calendar | None, known: Mapping[str, Meeting], now: datetime
) -> tuple[Meeting, ...]:
    """The slots whose time has come and of which nothing is recorded, holidays too, oldest first."""
    found = slots(series, calendar, now - 400 * DAY, now)
    unknown = (meeting_at(series, slot) for slot in found if slot.name not in known)
    return tuple(each for each in unknown if each.at <= now)


def after(convened: Convened, *kinds: str) -> Meeting:
    """The meeting after what was decided, which was just these kinds of facts."""
    meeting, facts = convened
    assert [fact.kind for fact in facts] == list(kinds)
    return meeting


def announced() -> Meeting:
    """The meeting a day before, as its agenda and the first reminder have been sent."""
    return after(tick(THURSDAY, WEEKLY, TEN - DAY), "meeting.announced", "meeting.reminded")


@dataclass
class Memory:
    """Meetings as they are recorded, each the replay of its facts."""

    series: Series = WEEKLY
    calendar: Calendar = field(default_factory=days)
    known: dict[str, Meeting] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)

    def keep(self, convened: Convened) -> None:
        """Write what was decided. A decision made on another row than the one kept is a fault."""
        meeting, facts = convened
        row = self.known.get(meeting.name)
        assert not facts or meeting.seq == (row.seq if row else 0) + len(facts)
        for fact in facts:
            row = apply_meeting(row, read(stored(fact)))
        assert not facts or row == meeting
        if row is not None:
            self.known[meeting.name] = row
        self.facts += facts

    def change(
        self, now: datetime, series: Series | None = None, calendar: Calendar | None = None
    ) -> None:
        """The schedule or its calendar is another from now on, and what is recorded follows."""
        self.series = succeeding(series, self.series, now) if series else self.series
        self.calendar = calendar or self.calendar
        for convened in self.follow(now):
            self.keep(convened)
        assert self.follow(now) == ()

    def follow(self, now: datetime) -> tuple[Convened, ...]:
        """What is recorded and not as the schedule has it."""
        return follow(self.series, self.calendar, self.known, CLOCK, now)

    def tick(self, now: datetime) -> int:
        """What the clock does, as two replicas would do it one after the other; how many facts."""
        written = 0
        for convened in self.follow(now):  # one that had yielded may have its time back
            self.keep(convened)
        assert self.follow(now) == ()
        for meeting in due(self.series, self.calendar, self.known, now):
            convened = tick(meeting, self.series, now)
            self.keep(convened)
            written += len(convened[1])
            assert tick(convened[0], self.series, now)[1] == ()
        assert due(self.series, self.calendar, self.known, now) == ()
        return written

    def next_look(self, now: datetime) -> datetime | None:
        """When the clock next has something to do."""
        return next_due(self.series, self.calendar, self.known, now)

    def ahead(self, now: datetime, many: int = 8) -> tuple[Meeting, ...]:
        return ahead(self.series, self.calendar, self.known, now, many)

    def running(self) -> Meeting | None:
        found = [each for each in self.known.values() if each.stage is Stage.RUNNING]
        assert len(found) < 2
        return found[0] if found else None

    def about(self, name: str, kind: str) -> list[Fact]:
        """The facts of one kind about one meeting."""
        return [f for f in self.facts if f.about["meeting"] == name and f.kind == f"meeting.{kind}"]
