"""The composition root: every part made once and handed to the others, nothing global (DESIGN 3)."""

from __future__ import annotations

import logging
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

import uvicorn
from slack_bolt import App
from slack_sdk import WebClient

from bot.applying import as_catalogue, renew_calendars
from bot.aside import Aside
from bot.clock import Clock, Errand, Ticker
from bot.courier import Courier
from bot.directory import OFTEN, Directory
from bot.door import DoorWatch, http_door
from bot.groups import groups
from bot.guard import Guard
from bot.letters import Letters
from bot.readers import constraint, recurring
from bot.render import Renderer
from bot.reports.comparing import compare
from bot.series_typed import schedule_from
from bot.settings import Misconfigured, Settings
from bot.slack import OPENS_WITHIN, STORED_WITHIN, SlackDoor
from bot.slackcalls import SlackCalls
from bot.sockets import Sockets
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
from commands.weekly import digest_due
from storage.database import Database, Unavailable

log = logging.getLogger(__name__)

BATCH = 100
"""Candidates settled in one transaction."""
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

    def __post_init__(self) -> None:
        settings, database, clock = self.settings, self.database, self.clock
        self.renderer = Renderer(settings.command)
        self.withheld = Withheld()
        self.keeping = Keeping(self.withheld.put)
        drawing = tools(self.renderer, self.withheld)
        self.desk = Desk(database, clock.now, drawing, self.keeping)
        database.patience = STORED_WITHIN
        calls = SlackCalls(slack_client(settings, SLACK_TIMEOUT))
        self.courier = Courier(
            database, calls, Letters(self.renderer, self.desk.tools), clock.now, pace=self.pace
        )
        self.aside = Aside(calls)
        self.directory = Directory(database, calls, clock.now, self.reread)
        self.bolt: App = SlackDoor(
            self.desk,
            self.renderer,
            slack_client(settings, OPENS_WITHIN),
            settings.slack_signing_secret or "",
            self.directory,
            self.courier.wake,
            self.aside.answer,
        ).bolt()
        self.sockets: Sockets | None = None
        guard = None
        if settings.transport == "socket":
            self.sockets = Sockets(self.bolt, settings.slack_app_token or "")
        else:
            guard = Guard(settings.slack_signing_secret or "")
        self.door = DoorWatch(self._door_check(), database, clock.now, self.replica)
        self.convener = Convener(self.desk)
        self.ticker = Ticker(clock, self._errands())
        self.web = Web(self.bolt, guard, self.replica, self.readiness, self.metrics)

    def _door_check(self) -> Callable[[], bool]:
        if self.sockets is not None:
            return self.sockets.is_open
        return http_door(self.settings.public_url or "", self.replica)

    def _errands(self) -> list[Errand]:
        return [
            Errand("door", 15, lambda: self.door.tick()),
            Errand("knock", 2, lambda: self.door.marked or self.door.tick()),
            Errand("keep", 1, self.write_kept),
            Errand("file", 5, self.look_at_the_file),
            Errand("directory", 5, lambda: self.directory.refresh()),
            Errand("admins", 5, lambda: self.directory.meet_admins()),
            Errand("pending", 1, lambda: self._woken(settle_pending(self.desk))),
            Errand("plan", 1, lambda: self._woken(look_again(self.desk))),
            Errand("settle", 1, self.settle),
            Errand("resume", 60, lambda: self._woken(resume_due(self.desk))),
            Errand("remind", 60, lambda: self._woken(remind_due(self.desk))),
            Errand("meet", 2, lambda: self._woken(self.convener())),
            Errand("chase", 60, lambda: self._woken(chase_due(self.desk))),
            Errand("digest", 60, lambda: self._woken(digest_due(self.desk))),
            Errand("send", 1, self.courier.wake),
            Errand("letters", 300, lambda: self._woken(retry_unreached(self.desk))),
            Errand("beat", 15, self._note_tick),
            Errand("tidy", 3600, self._tidy),
            Errand("calendars", 86400, lambda: self._woken(len(renew_calendars(self.desk)))),
        ]

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
        self._begin()
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
        ready = is_open and since is not None and since < 60 and not withheld and writes
        state = {"ready": ready, "door": is_open, "seconds_since_tick": since, "facts": head}
        if failing is not None:
            state |= {"writes_failing_for_seconds": round(failing, 1)}
        return {**state, "withheld": dict(withheld)} if withheld else state

    def metrics(self) -> str:
        """A few numbers in Prometheus's text format."""
        numbers: dict[str, float] = {
            "presumptive_door_open": int(self.door.open),
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
