"""Resources: the people, teams and databases that releases need, and when (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rules.worktime import Span


@dataclass(frozen=True)
class Resource:
    """A person, a team or a thing that releases need; `capacity` releases at once may have it."""

    name: str
    capacity: int = 1
    what: str | None = None
    """In a few words, for people: `database administrators`."""

    def about(self) -> dict[str, Any]:
        """The resource as facts carry it."""
        return {"resource": self.name, "capacity": self.capacity, "what": self.what}


@dataclass(frozen=True)
class Use:
    """That a release needs a resource, from `before` its release time on."""

    resource: str
    before: timedelta = timedelta()
    length: timedelta | None = None
    """None: until its deployment should be done."""

    def span(self, at: datetime, takes: timedelta) -> Span:
        """When it is needed by a release at an instant that takes so long."""
        start = at - self.before
        return Span(start, start + (self.length or self.before + takes))

    def about(self) -> dict[str, Any]:
        """The use as facts carry it; how long in seconds."""
        return {
            "resource": self.resource,
            "before": int(self.before.total_seconds()),
            "length": None if self.length is None else int(self.length.total_seconds()),
        }
