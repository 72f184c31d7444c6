"""The guard in front of Slack's door: size, timestamp and signature, before anything is parsed (DESIGN 6)."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime

MOST_BYTES = 1_000_000
"""More than any payload of Slack's; a modal with its state stays under 300 kB."""
WINDOW = 300
"""Seconds a timestamp may be off (slack-platform: verifying requests)."""
TIMESTAMP = re.compile(r"[0-9]{1,12}")


class Guard:
    """Judges raw requests by the signing secret and by a clock that Slack's agrees with."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        """`clock` gives now, aware; never a rehearsal's, whose hours pass in seconds (DESIGN 7)."""
        self._secret, self._clock = secret.encode(), clock

    def admits(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Whether Slack signed these bytes, within five minutes of now."""
        if not TIMESTAMP.fullmatch(timestamp):
            return False
        if abs(self._clock().timestamp() - int(timestamp)) > WINDOW:
            return False
        return self.signed(body, timestamp, signature)

    def signed(self, body: bytes, timestamp: str, signature: str) -> bool:
        """Whether our secret signed these bytes, at whatever time."""
        if len(body) > MOST_BYTES or not TIMESTAMP.fullmatch(timestamp):
            return False
        base = b"v0:" + timestamp.encode() + b":" + body
        expected = "v0=" + hmac.new(self._secret, base, hashlib.sha256).hexdigest()
        return hmac.compare_digest(expected.encode(), signature.encode("latin-1", "replace"))
