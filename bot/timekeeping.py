"""Asks Slack what time it is, and holds releases back while nobody knows (DESIGN 6)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import APART, SystemClock
from bot.withheld import Withheld

log = logging.getLogger(__name__)

CAUSE = "clock"
BETWEEN_TRIES = 5.0
"""Seconds between questions while Slack does not answer."""
DOUBTS = {
    "unasked": "Slack has not yet said what time it is",
    "unanswered": "for ten minutes Slack has not said what time it is",
    "jumped": "this machine's clock jumped, and Slack has not yet said what time it is",
}


class Timekeeper:
    """Keeps one system clock confirmed. `ask` calls Slack, whose answer reaches the clock by itself."""

    def __init__(
        self,
        clock: SystemClock,
        ask: Callable[[], object],
        withheld: Withheld,
        slept: Callable[[timedelta], object],
        known: Callable[[], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`slept` hears how long the machine slept or stood still, `known` that the time is known again."""
        self._clock, self._ask, self._withheld = clock, ask, withheld
        self._slept, self._known, self._monotonic = slept, known, monotonic
        self._asked: float | None = None
        self._doubted = True
        self._last: tuple[datetime, float] | None = None

    def look(self) -> None:
        """Once a second: ask where that is due, and say whether the time is known."""
        if self._clock.due() and self._may_ask():
            self._asked = self._monotonic()
            self._ask()
        doubt = self._clock.doubt()
        if doubt is None and self._doubted:
            self._known()
        self._doubted = doubt is not None
        self._withheld.put(CAUSE, DOUBTS[doubt] if doubt else None)
        if doubt is None:
            self._asked = None
            self._look_for_sleep()

    def _may_ask(self) -> bool:
        return self._asked is None or self._monotonic() - self._asked >= BETWEEN_TRIES

    def _look_for_sleep(self) -> None:
        """Compare the time that passed with what the monotonic clock, which sleeps too, counted."""
        now, real = self._clock.now(), self._monotonic()
        before, then = self._last or (now, real)
        self._last = now, real
        gone = timedelta(seconds=round((now - before).total_seconds() - (real - then)))
        if gone > APART:
            log.warning("this machine slept or stood still for %s", gone)
            self._slept(gone)

    def ahead(self) -> float:
        """Seconds by which the machine's clock is ahead of the time Slack last confirmed."""
        return self._clock.apart.total_seconds()

    def shut(self) -> str | None:
        """Why the door is shut as far as the clock goes: it is more than a minute from Slack's."""
        apart = self._clock.apart
        if abs(apart) <= APART:
            return None
        by = timedelta(seconds=round(abs(apart).total_seconds()))
        way = "ahead of" if apart > timedelta() else "behind"
        return f"this machine's clock is {by} {way} the time that Slack last confirmed"
