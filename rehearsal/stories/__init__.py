"""Stories that people and tests play through a workspace in a box."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rehearsal.stage import Stage
from rehearsal.stories import audit, collisions, meeting, release, typed

STORIES: Mapping[str, Callable[[Stage], None]] = {
    "audit": audit.play,
    "collisions": collisions.play,
    "meeting": meeting.play,
    "release": release.play,
    "typed": typed.play,
}
"""Every story by the name people play it under."""
