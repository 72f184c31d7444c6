"""The composition root: every part made once and handed to the others, nothing global (DESIGN 3)."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any

import uvicorn
from slack_bolt import App
from slack_sdk import WebClient

from bot.applying import as_catalogue, renew_calendars
from bot.awaited import Awaited
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
from bot.series_typed import schedule_from
from bot.settings import Misconfigured, Settings
from bot.slack import OPENS_WITHIN, SlackDoor
from bot.slackcalls import SlackCalls
from bot.sockets import Sockets
from bot.timekeeping import CAUSE, Timekeeper
from bot.times import duration, when
from bot.versions import newer, satisfies
from bot.web import Web
from bot.withheld import Withheld
from bot.zones import zone
from commands.chasing import chase_due
from commands.convener import Convener
from commands.dispatch import Desk
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

    sockets: Sockets | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        judged = clock if isinstance(clock, SystemClock) else None
        calls = SlackCalls(slack_client(settings, SLACK_TIMEOUT), judged)
        self.renderer = Renderer(settings.command, lambda: _hears(calls))
        self.withheld = Withheld()
        self.desk = Desk(database, clock.now, tools(self.renderer, self.withheld))
        self.echoes = Echoes(database, clock.now, self.replica, lambda: bool(_hears(calls)))
        self.courier = Courier(
            database,
            calls,
            Letters(self.renderer, self.desk.tools),
            clock.now,
            pace=self.pace,
            accepted=self.echoes.expect,
        )
        self.directory = Directory(database, calls, clock.now, self.reread)
        self.awaited = Awaited(self.withheld.put)
        self.bolt: App = SlackDoor(
            self.desk,
            self.renderer,
            slack_client(settings, OPENS_WITHIN),
            settings.slack_signing_secret or "",
            self.directory,
            self.courier.wake,
            echo=self.echoes.heard,
            awaited=self.awaited,
        ).bolt()
        self.timekeeper: Timekeeper | None = None
        if judged is not None:
            ask = partial(calls.call, "api.test")
            self.timekeeper = Timekeeper(
                judged, ask, self.withheld, self._note_sleep, self._mend_the_future
            )
        looks = {CAUSE: self.timekeeper.shut} if self.timekeeper is not None else {}
        self.hearing = Hearing(
            self.desk, self.replica, self.echoes, self.withheld, self.courier.wake, looks
        )
        self.door = self.hearing.door
        guard = self._listen(calls, (judged or SystemClock()).now)
        self.convener = Convener(self.desk)
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
            Errand("knock", 2, lambda: self.door.open or self.door.tick()),
            Errand("directory", 5, lambda: self.directory.refresh()),
            Errand("admins", 5, lambda: self.directory.meet_admins()),
            Errand("pending", 1, lambda: self._woken(settle_pending(self.desk))),
            *self._timed_errands(),
            Errand("send", 1, self.courier.wake),
            Errand(
                "unheard", 300, lambda: self._woken(tell_unheard(self.desk, unheard(calls.scopes)))
            ),
            Errand("beat", 15, self._note_tick),
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

    def settle(self) -> None:
        """Settle all that is due, a batch at a time."""
        while settle_due(self.desk, BATCH):
            self.courier.wake()

    def _woken(self, count: int) -> None:
        if count:
            self.courier.wake()

    def _note_tick(self) -> None:
        with self.database.write(self.clock.now) as tx:
            tx.note_tick()

    def _tidy(self) -> None:
        with self.database.write(self.clock.now) as tx:
            tx.prune()

    def start(self, *, tick: bool = True) -> None:
        """Open the doors and begin to send; with `tick` the clock also moves by itself."""
        if self.timekeeper is not None:
            self.timekeeper.look()
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
        withheld = self.withheld()
        ticks = since is not None and AHEAD < since < LATE
        ready = is_open and ticks and not withheld
        state = {"ready": ready, "door": is_open, "seconds_since_tick": since, "facts": head}
        reasons = {"shut": dict(self.door.shut), "withheld": dict(withheld)}
        return state | {name: why for name, why in reasons.items() if why}

    def metrics(self) -> str:
        """A few numbers in Prometheus's text format."""
        ahead = self.timekeeper.ahead() if self.timekeeper is not None else 0.0
        with self.database.read() as reader:
            numbers = {
                "presumptive_facts_total": reader.head()[0],
                "presumptive_outbox_waiting": reader.backlog().waiting,
                "presumptive_outbox_dead": len(reader.dead_letters()),
                "presumptive_open_candidates": len(reader.open_candidates()),
                **self.hearing.metrics(),
                "presumptive_clock_ahead_seconds": round(ahead, 3),
                "presumptive_releases_withheld": len(self.withheld()),
            }
        return "".join(f"{name} {value}\n" for name, value in numbers.items())


class WebServer:
    """The web application on uvicorn: in the main thread to serve, in its own to rehearse."""

    def __init__(self, bot: Bot) -> None:
        """Listens at once. Raises Misconfigured where the port is not to be had."""
        self._socket = _listen(bot.settings.host, bot.settings.port)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            bot.web.app(), log_level="warning", access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; answers under way are finished first.

        uvicorn then raises the signal again, which would end the process before the bot has stopped.
        """
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with suppress(KeyboardInterrupt):
                self._serve()
        finally:
            signal.signal(signal.SIGTERM, before)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> int:
        """Serve in a thread; the port, once it answers."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise OSError(f"port {self.port} can't be served")
            self._thread.join(0.01)
        return self.port

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(5)
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        raise Misconfigured(
            f"Port {port} of {host} can't be listened on ({taken.strerror}): end what uses it, or "
            "set PORT and HOST to what is free."
        ) from None
