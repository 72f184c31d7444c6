"""The composition root: every part made once and handed to the others, nothing global (DESIGN 3)."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any

from slack_bolt import App
from slack_sdk import WebClient

from bot.applying import as_catalogue, renew_calendars
from bot.aside import Aside
from bot.awaited import SENTENCE, Awaited
from bot.clock import Clock, Errand, SystemClock, Ticker
from bot.courier import Courier
from bot.directory import OFTEN, Directory
from bot.echoes import Echoes
from bot.groups import groups
from bot.guard import Guard
from bot.hearing import Hearing
from bot.letters import Letters
from bot.manifest import unheard
from bot.readers import constraint, recurring
from bot.render import Renderer
from bot.reports.comparing import compare
from bot.rewound import Rewound
from bot.series_typed import schedule_from
from bot.settings import Settings
from bot.slack import OPENS_WITHIN, STORED_WITHIN, SlackDoor
from bot.slackcalls import SlackCalls
from bot.sockets import Sockets
from bot.soundness import Soundness
from bot.timekeeping import CAUSE, Timekeeper
from bot.times import duration, when
from bot.versions import newer, satisfies
from bot.web import Web
from bot.withheld import Withheld
from bot.zones import zone
from commands.chasing import chase_due
from commands.convener import Convener
from commands.dispatch import Desk, write_kept
from commands.keeping import Keeping
from commands.looking import look_again
from commands.pending import settle_pending
from commands.presume import resume_due, settle_due
from commands.reminders import remind_due, retry_unreached
from commands.request import Tools
from commands.trouble import tell_of_sleep
from commands.unheard import tell_unheard
from commands.weekly import digest_due
from storage.database import Database, Unavailable

log = logging.getLogger(__name__)

BATCH = 100
"""Candidates settled in one transaction."""
AHEAD, LATE = -5, 60
"""Seconds since the last tick between which the clock ticks; a tick in times to come is a wrong clock's."""
HOLDS = 0.5
"""Seconds for which a job of ours may hold the write lock."""
SICK = 5.0
"""Seconds of writes that fail after which this process is not ready."""
SLACK_TIMEOUT = 10
"""Seconds a call of the courier's or the directory's may take."""


def tools(renderer: Renderer, withheld: Callable[[], Mapping[str, str]] = dict) -> Tools:
    """The functions handed inward."""

    def draw(reply: Any, company: Any, viewer: str | None) -> Mapping[str, Any]:
        drawn = renderer.reply(reply, company, viewer)
        return {"text": drawn.text, "blocks": drawn.blocks}

    def near(word: str, right: list[str]) -> list[str]:
        return get_close_matches(word, right, n=3, cutoff=0.6)

    return Tools(
        when=when,
        duration=duration,
        zone=zone,
        as_catalogue=as_catalogue,
        newer=newer,
        satisfies=satisfies,
        constraint=constraint,
        recurring=recurring,
        schedule=schedule_from,
        groups=groups,
        compare=compare,
        near=near,
        draw=draw,
        withheld=withheld,
    )


def slack_client(settings: Settings, timeout: float) -> WebClient:
    """A client that never retries by itself: it would post twice (stack 0.6)."""
    return WebClient(
        token=settings.slack_bot_token,
        base_url=settings.slack_api_url,
        timeout=timeout,  # type: ignore[arg-type]  # urllib takes fractions of a second
        retry_handlers=[],
    )


def _hears(calls: SlackCalls) -> bool | None:
    """Whether what is typed in a direct message is told to us; None: Slack has not said yet."""
    return None if calls.scopes is None else "im:history" not in unheard(calls.scopes)


@dataclass
class Bot:
    """A composed bot. `start` and `stop` its threads; the database is closed by who opened it."""

    settings: Settings
    database: Database
    clock: Clock
    replica: str = field(default_factory=lambda: secrets.token_hex(6))
    pace: float = 1.0
    """How many times as fast as for people messages are sent: for a clock that is moved."""
    reread: timedelta = OFTEN
    """The age at which people and groups are read again."""

    signed_by: Clock | None = None
    """The clock by which signatures are judged; None: `clock`, unless that one is moved."""
    sockets: Sockets | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        judged = clock if isinstance(clock, SystemClock) else None
        calls = SlackCalls(slack_client(settings, SLACK_TIMEOUT), judged)
        self.renderer = Renderer(settings.command, lambda: _hears(calls))
        self.withheld = Withheld()
        self.keeping = Keeping(self.withheld.put)
        drawing = tools(self.renderer, self._withheld_now)
        self.desk = Desk(database, clock.now, drawing, self.keeping)
        database.patience = STORED_WITHIN
        self.echoes = Echoes(database, clock.now, self.replica, lambda: bool(_hears(calls)))
        self.courier = Courier(
            database,
            calls,
            Letters(self.renderer, self.desk.tools),
            clock.now,
            pace=self.pace,
            accepted=self.echoes.expect,
        )
        self.aside = Aside(calls)
        self.directory = Directory(database, calls, clock.now, self.reread)
        self.awaited = Awaited(self.withheld.put)
        self.bolt: App = SlackDoor(
            self.desk,
            self.renderer,
            slack_client(settings, OPENS_WITHIN),
            settings.slack_signing_secret or "",
            self.directory,
            self.courier.wake,
            self.aside.answer,
            self.echoes.heard,
            awaited=self.awaited,
        ).bolt()
        self.timekeeper: Timekeeper | None = None
        if judged is not None:
            ask = partial(calls.call, "api.test")
            self.timekeeper = Timekeeper(
                judged, ask, self.withheld, self._note_sleep, self._mend_the_future, judged.awake
            )
        looks = {CAUSE: self.timekeeper.shut} if self.timekeeper is not None else {}
        self.hearing = Hearing(
            self.desk, self.replica, self.echoes, self.withheld, self.courier.wake, looks
        )
        self.door = self.hearing.door
        guard = self._listen(calls, (self.signed_by or judged or SystemClock()).now)
        self.convener = Convener(self.desk)
        self.soundness = Soundness(self.desk, self.withheld)
        self.rewound = Rewound(self.desk, self.withheld, calls)
        self.ticker = Ticker(clock, self._errands(calls))
        self.web = Web(self.bolt, guard, self.hearing, self.replica, self.readiness, self.metrics)

    def _listen(self, calls: SlackCalls, signs: Callable[[], datetime]) -> Guard | None:
        """Be reached by sockets, or by HTTP behind a guard; `signs` is the clock for signatures."""
        settings = self.settings
        if settings.transport == "socket":
            self.sockets = Sockets(self.bolt, settings.slack_app_token or "")
            self.hearing.by_socket(self.sockets, calls)
            return None
        secret = settings.slack_signing_secret or ""
        self.hearing.by_http(settings.public_url or "", secret, signs)
        return Guard(secret, signs)

    def _errands(self, calls: SlackCalls) -> list[Errand]:
        watched = [Errand("clock", 1, self._look_at_the_clock)] if self.timekeeper else []
        return [
            *watched,
            Errand("door", 15, lambda: self.hearing.tick()),
            Errand("knock", 2, lambda: self.door.marked or self.door.tick()),
            Errand("keep", 1, self.write_kept),
            Errand("file", 5, self.look_at_the_file),
            Errand("directory", 5, lambda: self.directory.refresh()),
            Errand("admins", 5, lambda: self.directory.meet_admins()),
            Errand("pending", 1, lambda: self._woken(settle_pending(self.desk))),
            *self._timed_errands(),
            Errand("send", 1, self.courier.wake),
            Errand(
                "unheard", 300, lambda: self._woken(tell_unheard(self.desk, unheard(calls.scopes)))
            ),
            Errand("beat", 15, self._note_tick),
            Errand("guards", 60, self.soundness),
            Errand("heads", 2, self.rewound),
            Errand("words", 60, self.awaited.tick),
        ]

    def _timed_errands(self) -> list[Errand]:
        """What moves things by the time of day, not while nobody knows what time it is."""
        desk = self.desk
        by_time: tuple[tuple[str, float, Callable[[], object]], ...] = (
            ("plan", 1, lambda: self._woken(look_again(desk))),
            ("settle", 1, lambda: self.settle() if self.door.looked else None),
            ("resume", 60, lambda: self._woken(resume_due(desk))),
            ("remind", 60, lambda: self._woken(remind_due(desk))),
            ("meet", 2, lambda: self._woken(self.convener())),
            ("chase", 60, lambda: self._woken(chase_due(desk))),
            ("digest", 60, lambda: self._woken(digest_due(desk))),
            ("letters", 300, lambda: self._woken(retry_unreached(desk))),
            ("tidy", 3600, self._tidy),
            ("calendars", 86400, lambda: self._woken(len(renew_calendars(desk)))),
        )
        return [Errand(name, seconds, self._in_time(run)) for name, seconds, run in by_time]

    def _look_at_the_clock(self) -> None:
        """Ask Slack for the time where that is due; a clock that is wrong shuts the door at once."""
        assert self.timekeeper is not None
        self.timekeeper.look()
        wrong = self.timekeeper.shut()
        if wrong is not None and self.door.open:
            self.door.hurry(CAUSE, wrong)

    def _in_time(self, run: Callable[[], object]) -> Callable[[], object]:
        """Does nothing while nobody knows what time it is."""
        return lambda: None if CAUSE in self.withheld() else run()

    def _note_sleep(self, slept: timedelta) -> None:
        self._woken(tell_of_sleep(self.desk, int(slept.total_seconds())))

    def _mend_the_future(self) -> None:
        """Once the time is known: nothing is to wait for what only a wrong clock showed."""
        with self.database.write(self.clock.now) as tx:
            if mended := tx.mend_the_future():
                log.warning(
                    "%d rows were written by a clock that was ahead, and were mended", mended
                )

    def _withheld_now(self) -> Mapping[str, str]:
        """Why nothing is released at this moment, the first moments after a start among it."""
        return {**self.withheld(), **self.rewound.not_yet()}

    def settle(self) -> None:
        """Settle all that is due, in batches that leave the lock to presses soon."""
        batch = BATCH
        while True:
            began = time.monotonic()
            settled = settle_due(self.desk, batch)
            if not settled:
                return
            self.courier.wake()
            took = time.monotonic() - began
            if took > HOLDS / 2:
                batch = max(1, min(batch, settled) // 2)

    def write_kept(self) -> None:
        """Write what was kept, as soon as it can be; while writes fail, see whether they do still."""
        if self.keeping:
            self._woken(write_kept(self.desk, most=len(self.keeping)))
        elif self.database.failing_for() is not None:
            self._note_tick()

    def look_at_the_file(self) -> None:
        """Release nothing while what is written would not be found under the path (DESIGN 6)."""
        lost, known = self.database.astray(), "database" in self.withheld()
        self.withheld.put("database", lost)
        if lost is not None and not known:
            self._tell_the_operator(lost)

    def _tell_the_operator(self, sentence: str) -> None:
        """Past the database, which can't be written to."""
        with self.database.read() as reader:
            operator = reader.company().installation.operator
        if operator is not None:
            self.aside.tell(operator, sentence)

    def _woken(self, count: int) -> None:
        if count:
            self.courier.wake()

    def _note_tick(self) -> None:
        with self.database.write(self.clock.now) as tx:
            tx.note_tick()

    def _tidy(self) -> None:
        with self.database.write(self.clock.now) as tx:
            tx.prune()

    def _begin(self) -> None:
        """Write that this process starts, before it hears anything (DESIGN 2.4)."""
        with self.database.write(self.clock.now) as tx:
            if tx.begin_door(self.replica):
                log.warning(
                    "the process before ended without taking leave: halts may be lost with it, so "
                    "nothing is presumed until the door has been open for long enough"
                )

    def _take_leave(self) -> None:
        """Write that this process ends well, unless it heard a halt that could not be written."""
        if self.awaited:
            log.critical("ended without taking leave: %s", SENTENCE)
            return
        try:
            write_kept(self.desk, most=len(self.keeping))
            with self.database.write(self.clock.now) as tx:
                tx.leave_door(self.replica)
        except Unavailable as lost:
            log.critical(
                "ended without taking leave, %d halts are not stored: %s", len(self.keeping), lost
            )

    def start(self, *, tick: bool = True) -> None:
        """Open the doors and begin to send; with `tick` the clock also moves by itself.

        Raises Unavailable where the database can't be written.
        """
        if self.timekeeper is not None:
            self.timekeeper.look()
        self._begin()
        self.soundness.look()
        self.rewound.start()
        if self.sockets is not None:
            self.sockets.start()
        self.courier.start()
        if tick:
            self.ticker.start()

    def stop(self) -> None:
        """Close the doors, finish what is under way."""
        self.ticker.stop()
        if self.sockets is not None:
            self.sockets.stop()
        self.courier.stop()
        self._take_leave()
        self.rewound.look()
        self.aside.stop()

    def readiness(self) -> Mapping[str, Any]:
        """What `/readyz` says: the database answers, the door is open, the clock ticks, releases go."""
        now = self.clock.now()
        try:
            with self.database.read() as reader:
                head, _ = reader.head()
                ticked = reader.last_tick()
        except Unavailable as lost:
            return {"ready": False, "database": str(lost)}
        since = None if ticked is None else (now - ticked).total_seconds()
        is_open = self.door.open
        withheld, failing = self.withheld(), self.database.failing_for()
        writes = failing is None or failing < SICK
        ticks = since is not None and AHEAD < since < LATE
        ready = is_open and ticks and not withheld and writes
        state = {"ready": ready, "door": is_open, "seconds_since_tick": since, "facts": head}
        if failing is not None:
            state |= {"writes_failing_for_seconds": round(failing, 1)}
        reasons = {"shut": dict(self.door.shut), "withheld": dict(withheld)}
        return state | {name: why for name, why in reasons.items() if why}

    def metrics(self) -> str:
        """A few numbers in Prometheus's text format."""
        ahead = self.timekeeper.ahead() if self.timekeeper is not None else 0.0
        numbers: dict[str, float] = {
            **self.hearing.metrics(),
            "presumptive_clock_ahead_seconds": round(ahead, 3),
            "presumptive_releases_withheld": len(self.withheld()),
            "presumptive_writes_failing_seconds": round(self.database.failing_for() or 0.0, 1),
            "presumptive_halts_kept": len(self.keeping),
        }
        # Where the database can't even be read these tell of it all the same.
        with suppress(Unavailable), self.database.read() as reader:
            numbers |= {
                "presumptive_facts_total": reader.head()[0],
                "presumptive_outbox_waiting": reader.backlog().waiting,
                "presumptive_outbox_dead": len(reader.dead_letters()),
                "presumptive_open_candidates": len(reader.open_candidates()),
            }
        return "".join(f"{name} {value}\n" for name, value in numbers.items())
