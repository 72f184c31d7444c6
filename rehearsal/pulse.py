"""A counter that moves with every change in the workspace, so that whoever looks on can keep up."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Pulse:
    """`revision` grows with each change; listeners are called from whatever thread made it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.revision = 0
        self.listeners: list[Callable[[], None]] = []

    def beat(self) -> None:
        """Something has changed."""
        with self._lock:
            self.revision += 1
        for listener in self.listeners:
            listener()
