"""Slack's rate limits, in real time: token buckets per method, and per channel for posting."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

from rehearsal.errors import SlackError


@dataclass(frozen=True)
class Rate:
    """`burst` calls at once, then `per_minute` of them."""

    per_minute: float
    burst: int


# Slack promises "n+ per minute" and tolerates bursts it never published. A tier's burst here is
# its minute; a channel takes four posts at once, then one a second (slack-platform 9.1, 9.2).
TIERS: dict[str, Rate] = {
    "tier1": Rate(1, 1),
    "tier2": Rate(20, 20),
    "tier3": Rate(50, 50),
    "tier4": Rate(100, 100),
    "special": Rate(600, 100),
    "post": Rate(60, 4),
    "workspace": Rate(300, 60),
}


FOR_A_FAST_CLOCK: dict[str, Rate] = {
    method: Rate(60_000, 1000)
    for method in (
        "users.info",
        "usergroups.list",
        "usergroups.users.list",
        "chat.update",
        "chat.postMessage",
        "chat.postMessage/channel",
    )
}
"""Where the clock is moved, hours pass in seconds, and as much is read and said as in hours."""


@dataclass
class _Bucket:
    left: float
    seen: float


@dataclass
class Limits:
    """Switch off with `on = False`; change a rate by `rates["chat.update"] = Rate(5, 1)`.

    Posting to one channel is counted as `chat.postMessage/channel`.
    """

    on: bool = True
    rates: dict[str, Rate] = field(default_factory=dict)
    _buckets: dict[tuple[str, str], _Bucket] = field(default_factory=dict)

    def spend(self, method: str, tier: str, key: str = "") -> None:
        """Raises SlackError `ratelimited` with Retry-After where the bucket is empty."""
        if not self.on:
            return
        rate = self.rates.get(method) or self.rates.get(tier) or TIERS[tier]
        now = time.monotonic()
        bucket = self._buckets.setdefault((method, key), _Bucket(rate.burst, now))
        gained = (now - bucket.seen) * rate.per_minute / 60
        bucket.left, bucket.seen = min(rate.burst, bucket.left + gained), now
        if bucket.left < 1:
            wait = math.ceil((1 - bucket.left) * 60 / rate.per_minute)
            raise SlackError("ratelimited", status=429, retry_after=max(1, wait))
        bucket.left -= 1
