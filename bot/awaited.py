"""Words that may halt and could not be stored: Slack sends them again; until then nothing is released (DESIGN 2.3)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LONGEST = 420.0
"""Seconds within which Slack's last retry has come: at once, after one minute, after five more."""
CAUSE = "words"
SENTENCE = (
    "something that was typed to the bot could not be stored; Slack sends it again within minutes"
)


class Awaited:
    """The keys of what is to come again. `put` is told whether anything is. Safe between threads."""

    def __init__(
        self,
        put: Callable[[str, str | None], None] = lambda cause, sentence: None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._put, self._now = put, monotonic
        self._since: dict[str, float] = {}
        self._lock = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._since)

    def missed(self, key: str) -> None:
        """It was heard and could not be stored."""
        with self._lock:
            self._since.setdefault(key, self._now())
            self._tell()

    def stored(self, key: str) -> None:
        """It is stored, or was already."""
        with self._lock:
            if self._since.pop(key, None) is not None:
                self._tell()

    def tick(self) -> None:
        """Give up what Slack no longer sends."""
        with self._lock:
            late = [k for k, since in self._since.items() if self._now() - since > LONGEST]
            for key in late:
                del self._since[key]
            if late:
                self._tell()

    def _tell(self) -> None:
        self._put(CAUSE, SENTENCE if self._since else None)
