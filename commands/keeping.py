"""Halts that the database could not take yet: kept in the order of their presses, written first (DESIGN 2.3)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from commands.request import Request

KEPT = frozenset({"halt", "revoke"})
"""The verbs that stop a candidate: what they ask for must not be lost."""
MOST = 5000
"""As many as are kept: tens of megabytes, far more presses than a locked database ever meets."""
CAUSE = "kept"
"""The word under which releases are withheld while any is kept."""
TOLD = "Halts were given that could not be stored yet: they are written before anything else."

Withhold = Callable[[str, str | None], None]


class Keeping:
    """The halts that this process has heard and not written. Safe between threads.

    `withhold` is told why nothing may be released while there are any, and None once there are none.
    """

    def __init__(self, withhold: Withhold, most: int = MOST) -> None:
        self._withhold, self._most = withhold, most
        self._kept: dict[str, Request] = {}
        self._unnamed = 0
        self._lock = threading.Lock()
        self.writing = threading.Lock()
        """Held by whoever writes them: one after the other, in their order."""

    def keep(self, request: Request, pressed_at: datetime) -> bool:
        """Keep a halt; one with the same key counts once. False: no more can be kept."""
        request = request.pressed(pressed_at)
        with self._lock:
            key = request.key or self._name()
            if key not in self._kept and len(self._kept) >= self._most:
                return False
            self._kept.setdefault(key, request)
            self._say()
        return True

    def _name(self) -> str:
        self._unnamed += 1
        return f"kept:{self._unnamed}"

    def all(self) -> tuple[tuple[str, Request], ...]:
        """What is kept, by the time of its press, each with the name to drop it by."""
        with self._lock:
            return tuple(sorted(self._kept.items(), key=lambda kept: _when(kept[1])))

    def drop(self, name: str) -> None:
        """It is written."""
        with self._lock:
            self._kept.pop(name, None)
            self._say()

    def __len__(self) -> int:
        return len(self._kept)

    def _say(self) -> None:
        self._withhold(CAUSE, TOLD if self._kept else None)


def _when(request: Request) -> datetime:
    assert request.pressed_at is not None
    return request.pressed_at
