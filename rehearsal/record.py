"""Keeps every call the bot made and every delivery it got, so that a test can look back."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rehearsal.pulse import Pulse


@dataclass(frozen=True)
class ApiCall:
    """One Web API call; `took` is real seconds, `at` the workspace's clock, tokens left out."""

    method: str
    arguments: dict[str, Any]
    answer: dict[str, Any]
    status: int
    at: datetime
    took: float
    fault: str | None = None

    @property
    def ok(self) -> bool:
        return bool(self.answer.get("ok"))


@dataclass(frozen=True)
class Delivery:
    """One payload handed to the bot; `error` is what the person sees when it failed."""

    kind: str
    payload: dict[str, Any]
    at: datetime
    took: float
    status: int
    body: str
    error: str | None = None
    attempt: int = 0


@dataclass
class Record:
    """`entries` are the calls and deliveries together, in the order in which they were kept."""

    calls: list[ApiCall] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    entries: list[ApiCall | Delivery] = field(default_factory=list)
    pulse: Pulse = field(default_factory=Pulse)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep_call(self, call: ApiCall) -> None:
        with self._lock:
            self.calls.append(call)
            self.entries.append(call)
        self.pulse.beat()

    def keep_delivery(self, delivery: Delivery) -> None:
        with self._lock:
            self.deliveries.append(delivery)
            self.entries.append(delivery)
        self.pulse.beat()

    def after(self, number: int) -> list[ApiCall | Delivery]:
        """The entries that follow the first `number` of them."""
        with self._lock:
            return self.entries[number:]

    def of(self, method: str) -> list[ApiCall]:
        with self._lock:
            return [call for call in self.calls if call.method == method]

    def count(self, method: str | None = None) -> int:
        """How many calls of this method, or of all, have been answered or dropped."""
        return len(self.of(method)) if method else len(self.calls)

    def counts(self) -> Counter[str]:
        with self._lock:
            return Counter(call.method for call in self.calls)

    def failures(self) -> list[Delivery]:
        with self._lock:
            return [each for each in self.deliveries if each.error]
