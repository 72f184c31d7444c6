"""When a message may be sent: Slack's rates, our own restraint and Retry-After, all in real time (DESIGN 6)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.outbox import Message

GATHER = 2.5
"""Seconds between two edits of one message: what happens meanwhile is gathered."""
LEAST = 0.01
"""Seconds that any wait lasts, so that what waits is not looked at again in the same breath."""
THREAD = 3.0
"""Seconds between two posts in one card's thread."""
EDITED = frozenset({"card", "ask", "remind", "agenda", "page", "floor"})
"""Kinds that are posted once and then edited; the others are posted each time."""
REPLIES = frozenset({"thread", "outcome"})
"""Kinds that stand in the card's thread, and wait for the card."""


@dataclass(frozen=True)
class Rate:
    """`burst` at once, then one every `seconds`."""

    seconds: float
    burst: int


CHANNEL = Rate(1.05, 2)
"""Posts in one channel; Slack allows about one a second."""
POSTS = Rate(0.25, 30)
"""Posts in all channels; Slack allows several hundred a minute."""
EDITS = Rate(1.5, 8)
"""Edits in all; Tier 3 is fifty a minute, and there must be room for others."""


class Bucket:
    """Tokens of one rate, and how many have asked in vain in this round."""

    def __init__(self, rate: Rate, now: float) -> None:
        self._rate, self._left, self._seen = rate, float(rate.burst), now
        self._behind = 0

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        gained = (now - self._seen) / self._rate.seconds
        self._left, self._seen = min(self._rate.burst, self._left + gained), now
        return max(0.0, (1 - self._left) * self._rate.seconds)

    def turn(self, now: float) -> float:
        """Seconds until one's turn behind those who have asked in this round."""
        self._behind += 1
        return self.wait(now) + (self._behind - 1) * self._rate.seconds

    def take(self) -> None:
        self._left -= 1

    def new_round(self) -> None:
        self._behind = 0

    @property
    def full(self) -> bool:
        return self._left >= self._rate.burst


class RealTime:
    """The outbox's own clock: the clock given, but never slower than real time.

    A rehearsal's clock stands still, and pacing and Retry-After are real (DESIGN 7). A clock that
    goes back was wrong before: it is followed.
    """

    def __init__(
        self, clock: Callable[[], datetime], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock, self._monotonic = clock, monotonic
        self._last, self._real, self._ahead = clock(), monotonic(), 0.0
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        with self._lock:
            now, real = self._clock(), self._monotonic()
            moved = (now - self._last).total_seconds()
            if moved >= 0:
                self._ahead = max(0.0, self._ahead + (real - self._real) - moved)
            self._last, self._real = now, real
            return now + timedelta(seconds=self._ahead)


def edits(message: Message) -> bool:
    """Whether sending it means editing what stands in Slack already."""
    return message.kind in EDITED and message.ts is not None


def is_private(message: Message) -> bool:
    """Whether it answers for one pair of eyes, by a response_url; in a thread an answer is a post."""
    return message.kind == "answer" and message.thread_ts is None


def method_of(message: Message) -> str:
    """The Slack method it will be sent by; `Retry-After` counts for a method."""
    if is_private(message):
        return "response_url"
    if message.kind == "numbers":
        return "files.completeUploadExternal"
    return "chat.update" if edits(message) else "chat.postMessage"


def lane_of(message: Message) -> str:
    """What it must not overtake anything in: its channel, a person's direct messages, or answers."""
    return f"answers:{message.person}" if is_private(message) else message.target


class Pacing:
    """Remembers what was sent when, and says how long a message has to wait. One thread at a time."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, pace: float = 1.0) -> None:
        """With a `pace` of 10 everything but Retry-After goes ten times as fast: for a moved clock."""
        self._now, self._pace = (lambda: monotonic() * pace), pace
        self._channels: dict[str, Bucket] = {}
        self._posts, self._edits = Bucket(POSTS, self._now()), Bucket(EDITS, self._now())
        self._gathered: dict[str, float] = {}
        self._held: dict[str, float] = {}
        """By method, or by lane for first posts: until when nothing may be sent."""
        self._lock = threading.Lock()

    def wait(self, message: Message) -> float:
        """Seconds until it may be sent; 0: now, and that is counted as done."""
        with self._lock:
            now = self._now()
            gathered = self._gathered.get(message.key, 0.0) - now
            longest = max(gathered, self._held_for(message, now))
            buckets = self._buckets(message, now)
            empty = [bucket for bucket in buckets if bucket.wait(now) > 0]
            if longest > 0 or empty:
                # Edits may overtake each other, so they queue; posts all ask again at the next
                # token, of which the oldest gets it: that keeps their order whatever happens.
                waits = [b.turn(now) if edits(message) else b.wait(now) for b in empty]
                return max([LEAST, longest, *waits]) / self._pace
            for bucket in buckets:
                bucket.take()
            self._gather(message, now)
            return 0.0

    def new_round(self) -> None:
        """The queue of edits is looked through from its beginning."""
        with self._lock:
            self._edits.new_round()

    def held(self, message: Message) -> float:
        """Seconds for which Slack has told us to leave it, or something before it."""
        with self._lock:
            return max(0.0, self._held_for(message, self._now())) / self._pace

    def _held_for(self, message: Message, now: float) -> float:
        names = [method_of(message)] if edits(message) else [method_of(message), lane_of(message)]
        return max(self._held.get(name, 0.0) for name in names) - now

    def _buckets(self, message: Message, now: float) -> list[Bucket]:
        if is_private(message):
            return []
        if edits(message):
            return [self._edits]
        lane = lane_of(message)
        if lane not in self._channels:
            self._channels = {n: b for n, b in self._channels.items() if b.wait(now) or not b.full}
            self._channels[lane] = Bucket(CHANNEL, now)
        return [self._channels[lane], self._posts]

    def _gather(self, message: Message, now: float) -> None:
        """From now on this message waits a while: the first edit goes at once, the next are gathered."""
        pause = GATHER if edits(message) else THREAD if message.kind == "thread" else 0.0
        if pause:
            self._gathered = {key: until for key, until in self._gathered.items() if until > now}
            self._gathered[message.key] = now + pause

    def hold(self, what: Iterable[str], seconds: float) -> None:
        """Send nothing by these methods, and no first posts in these lanes, for so long."""
        with self._lock:
            now = self._now()
            self._held = {name: until for name, until in self._held.items() if until > now}
            for name in what:
                self._held[name] = max(self._held.get(name, 0.0), now + seconds * self._pace)

    def sooner(self, message: Message) -> None:
        """What was counted as sent was not: its next try need not be gathered."""
        with self._lock:
            self._gathered.pop(message.key, None)
