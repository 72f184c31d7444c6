"""The clock: the only source of `now`, and the tick that runs what is due by it (DESIGN 6, 7)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.executors.pool import ThreadPoolExecutor as OneThread
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
JUMP = timedelta(seconds=60)
"""A step of the system's clock, beyond what a tick takes, that is not believed at once."""
SELDOM = 60
"""Seconds; an errand of a longer period is never hurried."""
BACKWARDS = timedelta(seconds=-2)


class Clock(Protocol):
    """Where `now` comes from: aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SharedClock:
    """A clock that stands still until it is moved; once it `run`s it also goes with real time.

    For rehearsal and tests: the bot and the workspace share one. Safe between threads.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware time")
        self._at, self._since = start.astimezone(UTC), time.monotonic()
        self._runs = False
        self._lock = threading.Lock()

    def run(self) -> None:
        """Go with real time from now on."""
        with self._lock:
            self._at, self._since, self._runs = self._now(), time.monotonic(), True

    def now(self) -> datetime:
        with self._lock:
            return self._now()

    def _now(self) -> datetime:
        if not self._runs:
            return self._at
        return self._at + timedelta(seconds=time.monotonic() - self._since)

    def advance(self, by: timedelta) -> datetime:
        """Move forward by this much, never back; the time it is then."""
        if by < timedelta():
            raise ValueError("time does not go backwards")
        with self._lock:
            self._at, self._since = self._now() + by, time.monotonic()
            return self._at


class JumpGuard:
    """Notices when the system's clock jumps, by the monotonic one, which does not."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._last: tuple[datetime, float] | None = None

    def holds(self, now: datetime) -> bool:
        """Whether to let this tick pass: the clock has just leapt forward, and may leap back."""
        real = self._monotonic()
        before, self._last = self._last, (now, real)
        if before is None:
            return False
        leap = (now - before[0]) - timedelta(seconds=real - before[1])
        if leap > JUMP + TICK:
            log.critical("the system's clock leapt forward by %s: nothing fires this tick", leap)
            return True
        if leap < BACKWARDS:
            log.critical("the system's clock was set back by %s", -leap)
        return False


@dataclass(frozen=True)
class Errand:
    """Something done again and again, every so many seconds of the given clock."""

    name: str
    seconds: float
    run: Callable[[], object]


class Ticker:
    """Runs errands: each on a thread of its own, so that one that hangs or fails holds up no other.

    APScheduler only ticks, once a second; what is due is judged by the clock given.
    """

    def __init__(
        self, clock: Clock, errands: Sequence[Errand], guard: JumpGuard | None = None
    ) -> None:
        """Only the system's clock is watched for jumps; a shared one is meant to jump."""
        if len({errand.name for errand in errands}) < len(errands):
            raise ValueError("two errands of one name would keep each other from running")
        self._clock, self._errands = clock, tuple(errands)
        self._guard = guard or (JumpGuard() if isinstance(clock, SystemClock) else None)
        self._last: dict[str, datetime] = {}
        self._running: dict[str, Future[object]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(max(1, len(errands)), "errand")
        self._scheduler: BackgroundScheduler | None = None

    def start(self) -> None:
        """Tick once a second from now on."""
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": OneThread(1)}, daemon=True
        )
        self._scheduler.add_job(
            lambda: self.tick(),
            "interval",
            seconds=TICK.total_seconds(),
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
            next_run_time=datetime.now(UTC),
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more; what is under way is finished."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        self._threads.shutdown(wait=True)

    def tick(self, now: datetime | None = None) -> list[str]:
        """Set off every errand whose time has come and that is not still running; their names."""
        now = now or self._clock.now()
        with self._lock:
            if self._guard is not None and self._guard.holds(now):
                return []
            due = [errand for errand in self._errands if self._is_due(errand, now)]
            return [errand.name for errand in due if self._set_off(errand, now)]

    def tick_now(self) -> None:
        """Run the errands as of the clock's now, one after the other, in this thread.

        Those of every minute or less run whether or not their time has come; one that is still
        running is waited for.
        """
        for errand in self._errands:
            now, mine = self._clock.now(), Future[object]()
            with self._lock:
                if errand.seconds > SELDOM and not self._is_due(errand, now):
                    continue
                under_way = self._running.get(errand.name)
                if under_way is None or under_way.done():
                    self._last[errand.name], self._running[errand.name] = now, mine
                    under_way = None
            if under_way is not None:
                under_way.exception()
                continue
            try:
                mine.set_result(errand.run())
            except Exception as failed:
                mine.set_exception(failed)
            _report(errand, mine)

    def _is_due(self, errand: Errand, now: datetime) -> bool:
        last = self._last.get(errand.name)
        period = timedelta(seconds=errand.seconds)
        return last is None or not last <= now < last + period

    def _set_off(self, errand: Errand, now: datetime) -> bool:
        running = self._running.get(errand.name)
        if running is not None and not running.done():
            return False
        self._last[errand.name] = now
        begun = self._threads.submit(errand.run)
        self._running[errand.name] = begun
        begun.add_done_callback(lambda done: _report(errand, done))
        return True


def _report(errand: Errand, done: Future[object]) -> None:
    """An errand that fails is told of and comes again at its next turn."""
    error = None if done.cancelled() else done.exception()
    if error is not None:
        log.error("the errand %s failed", errand.name, exc_info=error)
