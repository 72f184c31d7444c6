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

from storage.faults import Unavailable

log = logging.getLogger(__name__)

TICK = timedelta(seconds=1)
SELDOM = 60
"""Seconds; an errand of a longer period is never hurried."""
APART = timedelta(seconds=60)
"""How far the machine's clock may be from Slack's and still be taken over."""
OFTEN, OLD = 300.0, 600.0
"""Seconds after which Slack is asked for the time again, and after which its last answer is too old."""
TICKS = "tick"
NEVER = 36500
"""Days; APScheduler computes by the wall clock, so that it is never left to fire by itself."""
QUIET = 60.0
"""Seconds in which an errand that goes on failing is told of once."""


def carried() -> float:
    """Seconds of a clock that nobody sets; on Linux one that also counts while the machine sleeps."""
    counts = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if counts is None else time.clock_gettime(counts)


class Clock(Protocol):
    """Where `now` comes from: aware UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """Slack's time, as its `Date` last confirmed it, carried on by a clock that nobody sets.

    Where an answer of Slack's agrees within a minute, the machine's own clock is taken over; where it
    doesn't, `now` is Slack's. Until the first answer it is what the machine's clock showed at the
    start. It never goes back by less than a minute: it stands until it is overtaken. By more than
    that it goes back at once, since it was wrong. Safe between threads.
    """

    def __init__(
        self,
        system: Callable[[], datetime] = lambda: datetime.now(UTC),
        carrier: Callable[[], float] = carried,
        awake: Callable[[], float] = time.monotonic,
    ) -> None:
        """`system` is the machine's clock, which may be set; `carrier` counts seconds and may not.

        `awake` counts them too, but not while the machine sleeps.
        """
        self._system, self._carrier, self.awake = system, carrier, awake
        self._lock = threading.Lock()
        self._at, self._since = system(), carrier()
        self._shown = self._at
        self._answered: float | None = None
        self._apart = timedelta()

    def now(self) -> datetime:
        with self._lock:
            now = self._carried(self._carrier())
            if timedelta() < self._shown - now <= APART:
                return self._shown
            self._shown = now
            return now

    def _carried(self, at: float) -> datetime:
        return self._at + timedelta(seconds=at - self._since)

    def mark(self) -> float:
        """What `heard` is to be told of when the call began that Slack answered."""
        return self._carrier()

    def heard(self, date: datetime, asked: float) -> None:
        """Slack's `Date`, cut to the second, stood in the answer to a call that began at `asked`."""
        with self._lock:
            at = self._carrier()
            latest = date + timedelta(seconds=1 + max(0.0, at - asked))
            system, known = self._system(), self._carried(at)
            near = min(max(system, date), latest)
            agrees = abs(system - near) <= APART
            now = system if agrees else min(max(known, date), latest)
            if abs(now - known) > APART:
                log.warning("by Slack's clock it is %s, not %s", now, known)
            self._at, self._since, self._answered = now, at, at
            self._apart = system - now

    @property
    def apart(self) -> timedelta:
        """How far the machine's clock is ahead of `now`; negative: behind."""
        with self._lock:
            return self._system() - self._carried(self._carrier())

    def doubt(self) -> str | None:
        """Why `now` is not to be relied on: `unasked`, `unanswered`, `jumped`; None: it is good."""
        apart = self.apart
        with self._lock:
            if self._answered is None:
                return "unasked"
            if abs(apart - self._apart) > APART:
                return "jumped"
            return "unanswered" if self._carrier() - self._answered > OLD else None

    def due(self) -> bool:
        """Whether Slack is to be asked what time it is."""
        if self.doubt() is not None:
            return True
        with self._lock:
            return self._answered is None or self._carrier() - self._answered >= OFTEN


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


@dataclass(frozen=True)
class Errand:
    """Something done again and again, every so many seconds of the given clock."""

    name: str
    seconds: float
    run: Callable[[], object]


class Failing:
    """Tells the log of what fails again and again: first all of it, then a line a minute, then the end.

    Of a database that can't be used its sentence is all there is to say.
    """

    def __init__(self, name: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._name, self._monotonic = name, monotonic
        self._times, self._told = 0, 0.0
        self._lock = threading.Lock()

    def __call__(self, error: BaseException | None) -> None:
        """How it ended this time; None: well."""
        with self._lock:
            if error is None:
                if self._times:
                    log.info("%s works again", self._name)
                self._times = 0
                return
            self._times, now = self._times + 1, self._monotonic()
            known = isinstance(error, Unavailable)
            what = str(error) if known else type(error).__name__
            if self._times == 1:
                log.error("%s failed: %s", self._name, what, exc_info=None if known else error)
            elif now - self._told >= QUIET:
                many = "%s has failed %d times in a row: %s"
                log.error(many, self._name, self._times, what)
            else:
                return
            self._told = now


class Ticker:
    """Runs errands: each on a thread of its own, so that one that hangs or fails holds up no other.

    APScheduler only ticks, once a second, whenever a thread that waits on the monotonic clock wakes
    it: a wall clock that is set neither stops nor hurries it. What is due is judged by the clock given.
    """

    def __init__(
        self,
        clock: Clock,
        errands: Sequence[Errand],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if len({errand.name for errand in errands}) < len(errands):
            raise ValueError("two errands of one name would keep each other from running")
        self._clock, self._errands = clock, tuple(errands)
        self._last: dict[str, datetime] = {}
        self._running: dict[str, Future[object]] = {}
        self._failing = {
            errand.name: Failing(f"the errand {errand.name}", monotonic) for errand in errands
        }
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(max(1, len(errands)), "errand")
        self._scheduler: BackgroundScheduler | None = None
        self._stopping = threading.Event()
        self._waker = threading.Thread(target=self._wake, name="ticks", daemon=True)

    def start(self) -> None:
        """Tick once a second from now on."""
        self._scheduler = BackgroundScheduler(
            timezone=UTC, executors={"default": OneThread(1)}, daemon=True
        )
        self._scheduler.add_job(
            lambda: self.tick(),
            "interval",
            days=NEVER,
            id=TICKS,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )
        self._scheduler.start()
        self._waker.start()

    def _wake(self) -> None:
        """Have the one job run now, once a second by the monotonic clock."""
        while self._scheduler is not None:
            self._scheduler.modify_job(TICKS, next_run_time=datetime.now(UTC))
            if self._stopping.wait(TICK.total_seconds()):
                return

    def stop(self) -> None:
        """Tick no more; what is under way is finished."""
        self._stopping.set()
        if self._scheduler is not None:
            self._waker.join()
            self._scheduler.shutdown(wait=True)
            self._scheduler = None
        self._threads.shutdown(wait=True)

    def tick(self, now: datetime | None = None) -> list[str]:
        """Set off every errand whose time has come and that is not still running; their names."""
        now = now or self._clock.now()
        with self._lock:
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
            self._report(errand, mine)

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
        begun.add_done_callback(lambda done: self._report(errand, done))
        return True

    def _report(self, errand: Errand, done: Future[object]) -> None:
        """An errand that fails is told of and comes again at its next turn."""
        self._failing[errand.name](None if done.cancelled() else done.exception())
