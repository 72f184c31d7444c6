"""What may go wrong between the bot and Slack, made to happen on request."""

from __future__ import annotations

import random
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rehearsal.pulse import Pulse

EVERY = "*"
Accepted = Callable[[str, dict[str, Any]], None]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong with one call.

    `kind` is limited (429), error (500), hang (waits, then answers: the call was accepted),
    lost (accepted, then the connection dies unanswered), refused (reset, not accepted) or
    misshapen (Slack takes exception to the blocks, in the words of `error`).
    `label` names those that were asked for together, so that they can be taken back together.
    """

    kind: str
    seconds: float = 0.0
    label: str = ""
    error: str = "internal_error"

    @property
    def accepts(self) -> bool:
        return self.kind in ("hang", "lost")


class Faults:
    """Faults waiting for the next calls of a method, or of every method with `*`."""

    def __init__(self, pulse: Pulse | None = None) -> None:
        self._pulse = pulse or Pulse()
        self._lock = threading.Lock()
        self._waiting: dict[str, deque[Fault]] = defaultdict(deque)
        self._storm: Callable[[], Fault | None] = lambda: None
        self._outage = False
        self.on_accept: Accepted | None = None
        self.when_outage_changes: list[Callable[[bool], None]] = []
        self.when_sockets_drop: list[Callable[[], None]] = []

    def rate_limit(self, method: str, retry_after: int = 1, times: int = 1) -> None:
        self._add(method, Fault("limited", retry_after), times)

    def server_error(self, method: str, times: int = 1) -> None:
        self._add(method, Fault("error"), times)

    def hang(self, method: str, seconds: float, times: int = 1) -> None:
        self._add(method, Fault("hang", seconds), times)

    def lose_answer(self, method: str, times: int = 1) -> None:
        self._add(method, Fault("lost"), times)

    def refuse(self, method: str, times: int = 1) -> None:
        self._add(method, Fault("refused"), times)

    def misshapen(self, method: str, error: str = "invalid_blocks", times: int = 1) -> None:
        self._add(method, Fault("misshapen", error=error), times)

    def expect(self, method: str, fault: Fault, times: int = 1) -> None:
        """Lets this go wrong with the next calls, in place of what its label still has waiting."""
        self.take_back(fault.label)
        self._add(method, fault, times)

    def waiting(self, label: str) -> int:
        """How many faults of this label have not happened yet."""
        with self._lock:
            return sum(fault.label == label for each in self._waiting.values() for fault in each)

    def take_back(self, label: str) -> None:
        with self._lock:
            for method, waiting in self._waiting.items():
                self._waiting[method] = deque(f for f in waiting if f.label != label)
        self._pulse.beat()

    def storm(self, rate: float, kinds: Sequence[Fault], seed: int = 0) -> None:
        """Makes about `rate` (0 to 1) of all calls go wrong, the same way for the same seed."""
        dice = random.Random(seed)
        self._storm = lambda: dice.choice(kinds) if dice.random() < rate else None

    def calm(self) -> None:
        """Takes back every fault that has not happened yet, and ends an outage."""
        with self._lock:
            self._waiting.clear()
            self._storm = lambda: None
            self.on_accept = None
        self.outage = False

    @property
    def outage(self) -> bool:
        return self._outage

    @outage.setter
    def outage(self, on: bool) -> None:
        self._outage = on
        for listener in self.when_outage_changes:
            listener(on)
        self._pulse.beat()

    def drop_sockets(self) -> None:
        """Cuts every open socket without a word."""
        for listener in self.when_sockets_drop:
            listener()

    def next_for(self, method: str) -> Fault | None:
        if self._outage:
            return Fault("refused")
        with self._lock:
            for name in (method, EVERY):
                if self._waiting[name]:
                    return self._waiting[name].popleft()
            return self._storm()

    def _add(self, method: str, fault: Fault, times: int) -> None:
        with self._lock:
            self._waiting[method].extend([fault] * times)
        self._pulse.beat()
