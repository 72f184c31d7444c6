"""A Release Coordination Meeting, the topics people add to its agenda, and the actions that come of it (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(hours=1)
"""So long after its planned end a meeting can still be begun, and one that nobody closed is closed."""


class Stage(StrEnum):
    """Where a meeting is in its life."""

    PLANNED = "planned"
    ANNOUNCED = "announced"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    MISSED = "missed"


AHEAD = frozenset({Stage.PLANNED, Stage.ANNOUNCED})
CALLED_OFF = frozenset({Stage.SKIPPED, Stage.CANCELLED})
OVER = frozenset({Stage.CLOSED, Stage.CANCELLED, Stage.SKIPPED, Stage.MISSED})


@dataclass(frozen=True)
class Meeting:
    """One meeting: a slot of the series, and what became of it. All times aware UTC."""

    name: str
    """Its slot's day, `2026-11-26`, wherever it was moved to."""
    at: datetime
    """When it begins, as planned."""
    zone: str
    channel: str
    minutes: int
    stage: Stage = Stage.PLANNED
    moved_at: datetime | None = None
    """When it was last moved; what was due before then is owed no more."""
    apart: bool = False
    """Whether somebody put it at a time of its own: then it does not follow its slot."""
    turn: int = 1
    """How often it was planned: skipped or cancelled and brought back, it is on its second turn."""
    announced_at: datetime | None = None
    """When its agenda was posted."""
    late: bool = False
    """Whether the agenda was posted late, because the bot was down."""
    reminded: tuple[int, ...] = ()
    """The reminders sent, each by its seconds before the meeting; 0 is the call that it begins."""
    missed: tuple[int, ...] = ()
    """The reminders that could not be sent before the meeting had passed."""
    started_at: datetime | None = None
    started_by: str | None = None
    items: tuple[str, ...] = ()
    """The keys of the items it takes up, in order, once it runs."""
    focus: str | None = None
    """The key of the item under discussion; None: it has not begun, or all are through."""
    done: tuple[str, ...] = ()
    deferred: Mapping[str, str | None] = field(default_factory=dict)
    """Items put off to the next meeting, and why where it was said."""
    attended: tuple[str, ...] = ()
    """Who said that they are there; Slack user ids."""
    closed_at: datetime | None = None
    closed_by: str | None = None
    """Who closed it; None with `closed_at`: the clock."""
    why: str | None = None
    """Why it was skipped, cancelled or missed: words of somebody's, or `holiday`, `down`, `not-started`, `nothing-contested`."""
    ended_by: str | None = None
    """Who skipped or cancelled it; None: the clock."""
    by_schedule: bool = False
    """Whether it was its schedule or a holiday that ended it: then it comes back when these change back."""
    seq: int = 0
    """How many facts made it."""

    @property
    def ends(self) -> datetime:
        """When it ends as planned; begun late it lasts as long."""
        return max(self.at, self.started_at or self.at) + timedelta(minutes=self.minutes)

    @property
    def given_up(self) -> datetime:
        """When one that nobody began is missed, and one that nobody closed is closed."""
        return self.ends + GRACE

    @property
    def unrecorded_holiday(self) -> bool:
        """Whether it is a slot that a holiday skips, of which nothing is recorded yet."""
        return self.seq == 0 and self.stage is Stage.SKIPPED

    @property
    def minutes_key(self) -> str:
        """What its minutes are called in the outbox; each turn has its own."""
        return f"minutes:{self.name}" + (f"~{self.turn}" if self.turn > 1 else "")

    @property
    def left(self) -> tuple[str, ...]:
        """The items that nobody has come to, in order."""
        through = {*self.done, *self.deferred, self.focus}
        return tuple(key for key in self.items if key not in through)


@dataclass(frozen=True)
class Topic:
    """Something that somebody wants talked about at the next meeting."""

    number: int
    text: str
    by: str | None
    at: datetime
    minutes: int = 5
    state: str = "open"
    """`open`, `removed` or `discussed`."""
    ended_at: datetime | None = None
    ended_by: str | None = None
    meeting: str | None = None
    """The meeting at which it was discussed."""
    seq: int = 0

    @property
    def key(self) -> str:
        """By what the agenda knows it."""
        return f"topic:{self.number}"


@dataclass(frozen=True)
class Action:
    """Something that somebody will do, and by when."""

    number: int
    who: str
    """A Slack user id."""
    what: str
    due: datetime
    by: str | None
    """Who recorded it."""
    at: datetime
    meeting: str | None = None
    """The meeting it came of; None: it was recorded outside one."""
    done_at: datetime | None = None
    done_by: str | None = None
    seq: int = 0

    @property
    def key(self) -> str:
        """By what the agenda knows it."""
        return f"action:{self.number}"
