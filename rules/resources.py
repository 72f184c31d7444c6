"""Resources: the people, teams and databases that releases need, and when (DESIGN 2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Resource:
    """A person, a team or a thing that releases need; `capacity` releases at once may have it."""

    name: str
    capacity: int = 1
    what: str | None = None
    """In a few words, for people: `database administrators`."""


@dataclass(frozen=True)
class Use:
    """That a release needs a resource, from `before` its release time on."""

    resource: str
    before: timedelta = timedelta()
    length: timedelta | None = None
    """None: until its deployment should be done."""
