"""Environments: where releases go, how many at once and for how long, and whether they are prepared (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

OCCUPIES = timedelta(hours=1)
"""How long a release takes where nothing else is said."""


@dataclass(frozen=True)
class Prepared:
    """That somebody said an environment is prepared, or that it is not."""

    ready: bool
    by: str | None
    at: datetime
    note: str | None = None


@dataclass(frozen=True)
class Environment:
    """A place that releases go to; `capacity` of them may be under way there at once."""

    name: str
    capacity: int = 1
    occupies: timedelta = OCCUPIES
    """How long a release occupies it."""
    prepared: Prepared | None = None
    """None: nobody has said yet."""

    def about(self) -> dict[str, Any]:
        """The environment as facts carry it; how long in seconds."""
        return {
            "environment": self.name,
            "capacity": self.capacity,
            "occupies": int(self.occupies.total_seconds()),
        }
