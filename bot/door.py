"""The door's watch: records that a halt could be heard just now (DESIGN 2.4)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.withheld import Withheld
from rules.door import GAP
from storage.database import Database

log = logging.getLogger(__name__)

ALIVE = 30.0
"""Real seconds since a pong within which a connection counts as an open door."""
UNHEARD = "no connection to Slack has answered within thirty seconds"
TOPIC = "shut"
HELD = "door"
GRAVE = frozenset({"secret", "clock", "app", "echo"})
"""Causes that do not go away by themselves."""
AT_ONCE = GRAVE - {"app"}
"""Those the operator hears of at once; whose token it is Slack may just not have said yet."""


Check = Callable[[], str | None]
"""Looks at one thing the door rests on: why it is shut, in a sentence, or None."""


class DoorWatch:
    """Marks, each time it is asked, whether this replica's door is open, and says why it is not."""

    def __init__(
        self,
        checks: Mapping[str, Check],
        database: Database,
        clock: Callable[[], datetime],
        replica: str,
        *,
        echoes: Callable[[bool], str | None] = lambda otherwise_shut: None,
        withheld: Withheld | None = None,
        tell: Callable[[str, datetime, datetime | None], object] = lambda *told: None,
    ) -> None:
        """`checks` by the cause they look for; `echoes` hears whether one of those stands.

        `tell` hears, for the operator, of a cause since when it stands, and once more until when it did.
        """
        self._checks, self._echoes = checks, echoes
        self._database, self._clock, self.replica = database, clock, replica
        self._withheld, self._tell = withheld or Withheld(), tell
        self.shut: Mapping[str, str] = {"start": "the bot has just been started"}
        """Why it is shut, by cause, as last seen."""
        self.marked = False
        """Whether it was recorded as open: else it is tried again sooner than in fifteen seconds."""
        self._since: dict[str, datetime] = {}
        self._told: set[str] = set()
        self._began = False
        self._found: tuple[str, str] | None = None
        self._lock = threading.Lock()

    @property
    def looked(self) -> bool:
        """Whether it was looked at since the start."""
        return self._began

    @property
    def open(self) -> bool:
        """As last seen."""
        return not self.shut

    def check(self) -> Mapping[str, str]:
        """Look at the door: why it is shut, by cause; nothing where it is open."""
        found = {cause: look() for cause, look in self._checks.items()}
        if (deaf := self._echoes(any(found.values()))) is not None:
            found["echo"] = deaf
        return {cause: why for cause, why in found.items() if why is not None}

    def hurry(self, cause: str, why: str) -> None:
        """The door is shut as of now, as was just found: nothing is settled from here on."""
        self._found = cause, why
        self._withheld.put(HELD, why)
        self.shut = {**self.shut, cause: why}

    def _hurry_again(self) -> None:
        """What was found while the look was under way counts more than the look."""
        if self._found is not None:
            self.hurry(*self._found)

    def tick(self) -> bool:
        """Look at the door and record that it is open, or why it is shut."""
        with self._lock:
            self._found, self.marked = None, False
            shut, now = self.check(), self._clock()
            self._take_up(now)
            self._say(shut)
            self.shut = shut
            came, gone = shut.keys() - self._since.keys(), self._since.keys() - shut.keys()
            self._hold_at_once(shut, came)
            if self.open or came or gone:
                self._note(shut, came, gone)
            self._hold(shut, now)
            self._tell_of(shut, gone, now)
            self._hurry_again()
        return self.open

    def _take_up(self, now: datetime) -> None:
        """Why the door was shut when the process before this one ended."""
        if not self._began:
            with self._database.read() as reader:
                self._since = {why: known.at for why, known in reader.hearing(TOPIC).items()}
            self._told = {why for why in self._since if self._is_told(why, now)}
            self._began = True

    def _say(self, shut: Mapping[str, str]) -> None:
        for cause, why in shut.items():
            if cause not in self.shut:
                log.error("the door is shut, so nothing is presumed: %s", why)
        if self.shut and not shut:
            log.info("the door is open")

    def _note(self, shut: Mapping[str, str], came: Set[str], gone: Set[str]) -> None:
        with self._database.write(self._clock) as tx:
            if not shut:
                tx.mark_door(self.replica)
            for cause in came:
                tx.hear(TOPIC, cause, shut[cause])
                self._since[cause] = tx.now
            for cause in gone:
                tx.unhear(TOPIC, cause)
        self.marked = not shut

    def _hold_at_once(self, shut: Mapping[str, str], came: Set[str]) -> None:
        """Nothing is settled by the marks from before, though this can't be noted down yet."""
        why = next((why for cause, why in shut.items() if cause in GRAVE & came), None)
        if why is not None:
            self._withheld.put(HELD, why)

    def _hold(self, shut: Mapping[str, str], now: datetime) -> None:
        """What is no mere gap holds releases back until the law knows of it, by the marks that stopped."""
        why = next((why for cause, why in shut.items() if cause in GRAVE), None)
        if why is not None:
            with self._database.read() as reader:
                known = reader.door(now - 2 * GAP, now).open_since(now) is None
            why = None if known else why
        self._withheld.put(HELD, self._found[1] if self._found else why)

    def _is_told(self, cause: str, now: datetime) -> bool:
        return cause in AT_ONCE or now - self._since[cause] > GAP

    def _tell_of(self, shut: Mapping[str, str], gone: Set[str], now: datetime) -> None:
        """Tell of each cause once: at once of a grave one, of the others when they are no mere gap."""
        for cause in shut:
            if cause not in self._told and self._is_told(cause, now):
                self._told.add(cause)
                self._tell(cause, self._since[cause], None)
        for cause in gone:
            since = self._since.pop(cause)
            if cause in self._told:
                self._told.discard(cause)
                self._tell(cause, since, now)


@dataclass
class _Note:
    """What was last seen of one connection, by the monotonic clock."""

    pong: float | None
    heard: float
    """No later than when that pong came."""
    looked: float


class SocketEar:
    """The check of a bot in Socket Mode: some connection has heard Slack in the last 30 real seconds.

    slack_sdk keeps, per connection, the wall-clock time of the last ping that was answered. The wall
    clock may jump, so it is only compared with itself: a new value came since the look before.
    """

    def __init__(
        self,
        clients: Callable[[], Iterable[Any]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clients` gives slack_sdk's SocketModeClients, whose pings must come every 10 s or oftener."""
        self._clients, self._monotonic = clients, monotonic
        self._notes: dict[str, _Note] = {}
        self._lock = threading.Lock()

    def is_open(self) -> bool:
        """Whether a halt pressed now would reach us."""
        with self._lock:
            alive = [self._hears(client) for client in self._clients()]
            return any(alive)

    def look(self) -> str | None:
        """Why the door is shut as far as the connections go."""
        return None if self.is_open() else UNHEARD

    def _hears(self, client: Any) -> bool:
        session = client.current_session
        if session is None or not client.is_connected():
            return False
        now = self._monotonic()
        note = self._note(session.session_id, session.last_ping_pong_time, now)
        note.looked = now
        return note.pong is not None and now - note.heard <= ALIVE

    def _note(self, session: str, pong: float | None, now: float) -> _Note:
        note = self._notes.get(session)
        if note is None:
            # Connections are recycled every few hours; the notes on the old ones go.
            self._notes = {i: n for i, n in self._notes.items() if now - n.looked <= 10 * ALIVE}
            note = self._notes[session] = _Note(pong, now, now)
        elif note.pong != pong:
            note.pong, note.heard = pong, note.looked
        return note
