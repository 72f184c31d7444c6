"""Direct messages of ours that Slack tells us of: as long as they come back, so do presses (DESIGN 2.4)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from storage.database import Database, Unavailable
from storage.hearing import Echo
from storage.writing import Transaction

WITHIN = timedelta(minutes=2)
LONG_AGO = timedelta(minutes=10)
"""After that a message of another replica's, which has ended or judged it long ago, is awaited no more."""
PATIENCE = 5.0
"""Real seconds that are waited at the least: a rehearsal's minutes pass in milliseconds."""
REMEMBERED = 900.0
"""Real seconds for which an echo is remembered that came before, or to another replica than, its message."""
TOPIC, CAUSE = "shut", "echo"
LOST = (
    "a direct message of the bot's did not come back as an event within two minutes: see that the Slack "
    "app's request URL (or Socket Mode) leads here and nowhere else, and that it subscribes to message.im"
)
Place = tuple[str, str]


class Echoes:
    """Which messages are to come back to this replica, and which did. Safe between threads.

    A message that was lost makes void what was marked since it was sent: two minutes are no mere gap.
    What is awaited stands in the database, noted with the message's delivery. A message is judged by
    its two minutes only if nothing else shut the door in them: Slack tells again, but not for ever.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        replica: str,
        granted: Callable[[], bool],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`granted`: whether Slack tells of direct messages at all."""
        self._database, self._clock, self._replica = database, clock, replica
        self._granted, self._monotonic = granted, monotonic
        self._lock = threading.Lock()
        self._came: dict[Place, float] = {}
        self._sent: dict[Place, float] = {}
        self._excused: set[Place] = set()
        """Awaited while something else shut the door."""
        self._news = False
        """Whether one came back since the last look."""
        self._deaf: bool | None = None
        """None: not known since the start."""

    def expect(self, tx: Transaction, channel: str | None, ts: str | None) -> None:
        """Slack has just accepted a message: where it is a direct one, it is to come back."""
        if not (channel and ts and channel.startswith("D") and self._granted()):
            return
        if abs(tx.now.timestamp() - float(ts)) > WITHIN.total_seconds():
            return  # found again after a lost answer: its echo came long ago
        with self._lock:
            self._sent[channel, ts] = self._monotonic()
            if (channel, ts) in self._came:
                return
        tx.expect_echo(channel, ts, self._replica)

    def heard(self, event: Mapping[str, Any]) -> None:
        """Slack told of a message of our own."""
        channel, ts = event.get("channel"), event.get("ts")
        if isinstance(channel, str) and isinstance(ts, str) and channel.startswith("D"):
            with self._lock:
                self._came[channel, ts] = self._monotonic()
                self._news = True

    def awaited(self) -> bool:
        """Whether some message was sent within the last real seconds and has not come back yet."""
        now = self._monotonic()
        with self._lock:
            self._sent = {p: at for p, at in self._sent.items() if now - at < PATIENCE}
            return any(place not in self._came for place in self._sent)

    def look(self, otherwise_shut: bool) -> str | None:
        """Why the door is shut as far as echoes go. Raises Unavailable."""
        if not self._granted():
            self._deaf = None
            return None
        now = self._clock()
        with self._database.read() as reader:
            awaited = reader.echoes()
            if self._deaf is None:
                self._deaf = CAUSE in reader.hearing(TOPIC)
        with self._lock:
            came, news, self._news = set(self._came), self._news, False
            self._forget()
            fresh = set(self._sent)
        self._excused &= {(e.channel, e.ts) for e in awaited}
        if otherwise_shut:
            self._excused |= {(e.channel, e.ts) for e in awaited}
        back = [e for e in awaited if (e.channel, e.ts) in came]
        left = [e for e in awaited if (e.channel, e.ts) not in came]
        late = [e for e in left if now - e.at >= WITHIN and (e.channel, e.ts) not in fresh]
        lost = [
            e for e in late if e.replica == self._replica and (e.channel, e.ts) not in self._excused
        ]
        over = [e for e in late if e.replica == self._replica or now - e.at >= LONG_AGO]
        try:
            if back or over:
                self._note((*back, *over), lost)
        except Unavailable:
            with self._lock:
                self._news = self._news or news
            if lost:
                return LOST
            raise
        self._deaf = bool(lost) or (self._deaf and not news)
        return LOST if self._deaf else None

    def _note(self, judged: Iterable[Echo], lost: Sequence[Echo]) -> None:
        with self._database.write(self._clock) as tx:
            tx.echoed((e.channel, e.ts) for e in judged)
            if lost:
                tx.deaf_since(self._replica, min(e.at for e in lost))
            if lost and not self._deaf:
                tx.hear(TOPIC, CAUSE, LOST)

    def _forget(self) -> None:
        now = self._monotonic()
        self._came = {p: at for p, at in self._came.items() if now - at < REMEMBERED}
        self._sent = {p: at for p, at in self._sent.items() if now - at < PATIENCE}
