"""The real bot on a clock that can be moved: what a rehearsal and the end-to-end tests run (DESIGN 7)."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, Self

from bot.applying import apply_text
from bot.audit.verifying import read_head, verify
from bot.clock import SharedClock, SystemClock
from bot.compose import Bot
from bot.door import AT_ONCE
from bot.settings import Settings
from bot.webserver import WebServer
from commands.meetings import next_instants
from rules.candidate import Candidate
from rules.hotfix import review_due
from rules.reminding import MARKS
from rules.words import Phase
from storage.database import Database
from storage.engine import DRIVER

STEP = timedelta(seconds=88)
"""How far the clock goes between ticks: less than the gap that would be a shut door."""
REREAD = timedelta(minutes=27)
"""Hours pass in seconds here: people and groups are read only as often as the law needs (DESIGN 3)."""
PATIENCE = 60
"""Real seconds to wait for quiet."""
RECOVERY = 5
"""Real seconds in which a bot that was cut off hears again, if Slack is there."""


class Workspace(Protocol):
    """What a bot has to be told of a workspace to work in it."""

    bot_token: str
    app_token: str
    signing_secret: str

    @property
    def api_url(self) -> str: ...
    @property
    def public_url(self) -> str: ...


def settings_in(workspace: Workspace, transport: str = "http", **more: Any) -> Settings:
    """The settings of a bot that works in this workspace by `socket` or `http`."""
    return Settings(
        _env_file=None,
        slack_bot_token=workspace.bot_token,
        slack_app_token=workspace.app_token if transport == "socket" else None,
        slack_signing_secret=workspace.signing_secret,
        slack_api_url=workspace.api_url,
        public_url=workspace.public_url,
        port=0,
        **more,
    )


class Rehearsal:
    """A bot with a database of its own, its clock in hand. Knows the workspace by its address only."""

    def __init__(
        self, settings: Settings, clock: SharedClock, pace: float = 1.0, *, judged: bool = False
    ) -> None:
        """`judged`: the bot trusts its machine's clock no more than anywhere else, and it may be set."""
        self._folder = tempfile.TemporaryDirectory(prefix="presumptive-")
        self.database = Database.open(f"sqlite:///{self._folder.name}/presumptive.db")
        self.database.upgrade()
        self.clock = clock
        self._wrong = timedelta()
        bots = self._machine() if judged else clock
        real = SystemClock()
        self.bot = Bot(settings, self.database, bots, pace=pace, reread=REREAD, signed_by=real)
        self._web = WebServer(self.bot)
        self.port = 0

    def _machine(self) -> SystemClock:
        """The bot's own clock, which may be set, beside the one that counts seconds and may not."""
        clock, start = self.clock, self.clock.now()

        def seconds() -> float:
            return (clock.now() - start).total_seconds()

        return SystemClock(lambda: clock.now() + self._wrong, seconds, seconds)

    def set_clock(self, wrong: timedelta) -> None:
        """Set the clock of the bot's machine this far ahead of the true time; negative: behind it."""
        self._wrong = wrong

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Another program holds the database's write lock."""
        other = DRIVER.connect(str(self.database.place), isolation_level=None, timeout=PATIENCE)
        try:
            other.execute("BEGIN IMMEDIATE")
            yield
        finally:
            other.close()

    def let_pass(self, span: timedelta) -> None:
        """Move the clock while nothing can be written: every errand comes to its turn, and fails."""
        self.clock.advance(span)
        self.bot.ticker.tick_now()

    def __enter__(self) -> Self:
        self.port = self._web.start()
        self.bot.start(tick=False)
        return self

    def __exit__(self, *_: object) -> None:
        self.bot.stop()
        self._web.stop()
        self.database.close()
        self._folder.cleanup()

    def open_door(self, seconds: float = 10) -> None:
        """Wait until the bot could hear a halt, and record it."""
        deadline = time.monotonic() + seconds
        while self.bot.door.check() and time.monotonic() < deadline:
            time.sleep(0.02)
        self.bot.ticker.tick_now()

    def apply(self, catalogue: bytes) -> tuple[str, ...]:
        """Apply a catalogue, reading the people it names from the workspace."""
        return apply_text(self.bot.desk, self.bot.directory, catalogue)

    def come_alive(self) -> None:
        """From now on the clock goes with real time too, and what is due is done by itself."""
        self.clock.run()
        self.bot.ticker.start()

    def due(self) -> datetime | None:
        """The next instant (aware UTC) at which something falls due; None: nothing does."""
        now = self.clock.now()
        with self.database.read() as reader:
            over = [at for c in reader.reviews_open() if (at := review_due(c))]
            ahead = [at for c in reader.open_candidates() for at in _marks(c)]
            meetings = next_instants(reader, now)
        return min((at for at in [*over, *ahead, *meetings] if at > now), default=None)

    def advance(self, to: datetime) -> None:
        """Move the clock, running each tick between and letting what is said be sent."""
        self._find_the_way_back()
        while self.clock.now() < to:
            self.clock.advance(min(STEP, to - self.clock.now()))
            self.bot.ticker.tick_now()
            if self.bot.courier.busy():
                self.quiet()
        self.quiet()

    def sleep(self, to: datetime) -> None:
        """Move the clock as if the computer had slept: nothing runs until it wakes up."""
        self.clock.advance(max(timedelta(), to - self.clock.now()))
        self._find_the_way_back()
        self.quiet()

    def _find_the_way_back(self) -> None:
        """After an outage: connections are made in real time, however fast the clock goes.

        Nobody waits for what does not go away by itself.
        """
        door, deadline = self.bot.door, time.monotonic() + RECOVERY
        while not (door.open or door.tick()) and door.shut.keys() - AT_ONCE:
            if time.monotonic() >= deadline:
                return
            time.sleep(0.02)

    def quiet(self) -> None:
        """Wait until nothing is left to be done at this moment of the clock."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            self.bot.ticker.tick_now()
            self.bot.courier.wake()
            if not (self.bot.courier.busy() or self._pending() or self.bot.echoes.awaited()):
                return
            time.sleep(0.02)

    def copy(self, target: Path) -> None:
        """Copy the database to a new file, consistently."""
        self.database.backup(target)

    def verify(self, copy: Path, head: str | None = None) -> tuple[bool, str]:
        """What `presumptive audit verify` says of a copy, and whether all is well."""
        database = Database.look(f"sqlite:///{copy}")
        try:
            with database.read() as reader:
                verdict = verify(reader, read_head(head) if head is not None else None)
        finally:
            database.close()
        return verdict.well, verdict.text

    def _pending(self) -> bool:
        with self.database.read() as reader:
            return any(act.state == "waiting" for act in reader.pending(self.clock.now()))


def _marks(candidate: Candidate) -> Iterator[datetime]:
    """Every instant at which the clock has something to do about a candidate that is open."""
    yield from (halt.review_at for halt in candidate.open_halts)
    at = candidate.release_at
    if at is None or candidate.phase is not Phase.ANNOUNCED:
        return
    yield at
    if candidate.silent:
        yield from (at - timedelta(hours=mark) for mark in MARKS)


def monday_morning(today: datetime) -> datetime:
    """09:00 UTC on the first Monday from `today` on: a rehearsal is the same whatever day it is."""
    day = today.astimezone(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
    return day + timedelta(days=-day.weekday() % 7)
