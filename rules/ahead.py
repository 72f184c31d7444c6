"""The words of a calendar: what goes where and when, what is frozen, and what is in the way (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from rules.collision import Collision
from rules.environments import Environment
from rules.freezes import Freeze
from rules.resources import Resource
from rules.words import Phase
from rules.world import InProduction


@dataclass(frozen=True)
class Entry:
    """A candidate as a calendar shows it. Times aware UTC."""

    name: str
    product: str
    version: str
    phase: Phase
    at: datetime | None
    """When it goes, its set with it; of one released, when it did. None: it waits."""
    places: tuple[str, ...]
    collisions: tuple[Collision, ...] = ()
    together: tuple[str, ...] = ()
    """The whole names of the others of its set."""
    overdue: bool = False
    """Its time, or that by which it should have been done, has come or passed."""


@dataclass(frozen=True)
class Bar:
    """How long a candidate takes up an environment or a resource: `start` <= t < `end`."""

    entry: Entry
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Frozen:
    """One stretch of a freeze, whole: `start` <= t < `end`."""

    freeze: Freeze
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Row:
    """An environment and what goes on there, in order of time; `ANYWHERE` is no environment."""

    environment: Environment
    bars: tuple[Bar, ...] = ()
    freezes: tuple[Frozen, ...] = ()
    """Those that bind something that goes there."""
    later: int = 0
    """How many go there after the time looked at."""


@dataclass(frozen=True)
class Booked:
    """A resource and who has it when."""

    resource: Resource
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Blocker:
    """What is at the bottom of violations: a candidate, or a product of which nothing is announced that would do."""

    name: str
    entry: Entry | None
    holds: tuple[str, ...]
    """Who can't go because of it."""


@dataclass(frozen=True)
class Crowd:
    """Candidates that take up one environment or resource at once, more than there is room for."""

    kind: str
    of: str
    entries: tuple[Entry, ...]
    """In order of time."""


@dataclass(frozen=True)
class Arrow:
    """That `after` needs what `first` brings; `broken`: it will not be there in time."""

    first: str
    after: str
    broken: bool


@dataclass(frozen=True)
class There:
    """What is in production of a product in an environment."""

    product: str
    environment: str
    what: InProduction


@dataclass(frozen=True)
class Outlook:
    """Everything planned, as a calendar shows it, for `since` <= t < `until`, all aware UTC."""

    now: datetime
    since: datetime
    until: datetime
    rows: tuple[Row, ...] = ()
    """Environments by name, declared ones first, `ANYWHERE` last."""
    planned: tuple[Entry, ...] = ()
    """All that have a bar in some row, in order of time."""
    later: int = 0
    """How many go after the time looked at."""
    waiting: tuple[Entry, ...] = ()
    halted: tuple[Entry, ...] = ()
    """Whenever they were planned for."""
    failed: tuple[Entry, ...] = ()
    freezes: tuple[Frozen, ...] = ()
    blockers: tuple[Blocker, ...] = ()
    """What holds up most first."""
    crowds: tuple[Crowd, ...] = ()
    sets: tuple[tuple[str, ...], ...] = ()
    """What goes together, by whole names."""
    arrows: tuple[Arrow, ...] = ()
    production: tuple[There, ...] = ()
    resources: tuple[Booked, ...] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every candidate shown: those planned, halted, waiting, failed."""
        return (*self.planned, *self.halted, *self.waiting, *self.failed)
