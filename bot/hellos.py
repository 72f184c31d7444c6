"""What Slack says at the beginning of each socket: whose app it is, and how many listen with its token (DESIGN 2.4)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.slackcalls import Refusal, Sent, SlackCalls
from storage.database import Database

log = logging.getLogger(__name__)

SELDOM = 600.0
"""Seconds between such greetings once it is certain that there are others."""
TOPIC, KEY = "warning", "others"
OTHERS = "Slack counts {} connections with this app token that are not ours: another process listens with it"
AGAIN = 60.0
"""Seconds after which a greeting that names too many is asked for anew: an old connection may linger."""


class Greetings:
    """The last greeting of each of our connections. Safe between threads."""

    def __init__(self, ours: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        """`ours` is how many connections we open."""
        self._ours, self._monotonic = ours, monotonic
        self._lock = threading.Lock()
        self._apps: dict[int, str] = {}
        self._counted, self._counted_at = 0, 0.0
        self._twice = False

    def listener(self, number: int) -> Callable[[Any, Mapping[str, Any], str | None], None]:
        """What is to hear the messages of our connection of that number."""

        def hear(client: Any, message: Mapping[str, Any], raw: str | None = None) -> None:
            if message.get("type") == "hello":
                self.greeted(number, message)

        return hear

    def greeted(self, number: int, hello: Mapping[str, Any]) -> None:
        """Connection `number` was greeted so."""
        app = (hello.get("connection_info") or {}).get("app_id")
        many = hello.get("num_connections")
        with self._lock:
            if isinstance(app, str):
                self._apps[number] = app
            if isinstance(many, int):
                before, now = self._counted, self._monotonic()
                anew = now - self._counted_at >= AGAIN
                self._twice = many > self._ours and (self._twice or (anew and before > self._ours))
                self._counted, self._counted_at = many, now

    @property
    def apps(self) -> frozenset[str]:
        """The apps that the greetings named."""
        with self._lock:
            return frozenset(self._apps.values())

    def dubious(self) -> bool:
        """Whether to have ourselves greeted anew: too many were counted, and some may be old ones of ours."""
        with self._lock:
            pause = SELDOM if self._twice else AGAIN
            late = self._monotonic() - self._counted_at >= pause
            return self._counted > self._ours and late

    def others(self) -> int:
        """How many connections are not ours, by two greetings a minute apart."""
        with self._lock:
            return self._counted - self._ours if self._twice else 0


class Others:
    """Warns where another process listens with our app token: it gets a share of what is pressed."""

    def __init__(
        self,
        greetings: Greetings,
        database: Database,
        clock: Callable[[], datetime],
        tell: Callable[[int, datetime], object],
    ) -> None:
        """`tell` hears of them, for the operator: how many, and since when."""
        self._greetings, self._database, self._clock = greetings, database, clock
        self._tell = tell

    @property
    def many(self) -> int:
        """How many connections are another process's."""
        return self._greetings.others()

    def look(self) -> None:
        """Say so, once for each time that there are some. Raises Unavailable."""
        many = self.many
        with self._database.read() as reader:
            known = KEY in reader.hearing(TOPIC)
        if bool(many) == known:
            return
        with self._database.write(self._clock) as tx:
            if many:
                tx.hear(TOPIC, KEY, OTHERS.format(many))
            else:
                tx.unhear(TOPIC, KEY)
            now = tx.now
        if many:
            log.error("%s", OTHERS.format(many))
            self._tell(many, now)


class OneApp:
    """The check that both tokens are of one app: presses come to the app of the socket's token."""

    def __init__(self, greetings: Greetings, calls: SlackCalls) -> None:
        self._greetings, self._calls = greetings, calls
        self._app: str | None = None
        self._untold = False

    def look(self) -> str | None:
        """Why what is pressed under our messages does not come to our sockets."""
        heard = self._greetings.apps
        if not heard:
            return None
        ours = self._bots_app()
        if ours is None:
            unknown = "Slack has not yet said which app the bot's token belongs to"
            return None if self._untold else unknown
        if heard == {ours}:
            return None
        named = ", ".join(sorted(heard - {ours}))
        return (
            f"SLACK_APP_TOKEN is of the app {named}, SLACK_BOT_TOKEN of {ours}: copy both from one "
            "app's settings"
        )

    def _bots_app(self) -> str | None:
        """The app of the bot's token; where Slack refuses to say, `_untold` is set."""
        if self._app is not None or self._untold:
            return self._app
        bot = self._bot()
        if bot is None:
            return None
        told = self._calls.call("bots.info", bot=bot)
        if isinstance(told, Sent):
            self._app = (told.body.get("bot") or {}).get("app_id")
            self._untold = self._app is None
        elif isinstance(told, Refusal) and (told.permanent or told.error == "missing_scope"):
            log.warning("Slack does not say whose the bot's token is: %s", told.error)
            self._untold = True
        return self._app

    def _bot(self) -> str | None:
        if self._calls.bot_id is None:
            self._calls.who()
        return self._calls.bot_id
