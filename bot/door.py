"""The door's watch: records that a halt could be heard just now (DESIGN 2.4)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import IO, Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from storage.database import Database

log = logging.getLogger(__name__)

ALIVE = 30.0
"""Real seconds since a pong within which a connection counts as an open door."""
WITHIN = 3.0
"""Seconds in which our own public address must answer."""
REPLICA = "x-presumptive-replica"
"""The header of `/healthz` that says which process answered."""


class DoorWatch:
    """Marks, each time it is asked, whether this replica's door is open."""

    def __init__(
        self,
        check: Callable[[], bool],
        database: Database,
        clock: Callable[[], datetime],
        replica: str,
    ) -> None:
        self.check = check
        self.open = False
        """As last seen."""
        self.marked = False
        """Whether that was recorded: else it is tried again sooner than in fifteen seconds."""
        self._database, self._clock, self._replica = database, clock, replica

    def tick(self) -> bool:
        """Look at the door and record that it is open; nothing is recorded of a shut one."""
        before, self.open = self.open, self.check()
        self.marked = False
        if before and not self.open:
            log.error("the door is shut: a halt could not be heard, so nothing is presumed")
        if not before and self.open:
            log.info("the door is open")
        if self.open:
            with self._database.write(self._clock) as tx:
                tx.mark_door(self._replica)
            self.marked = True
        return self.open


class _NoRedirect(HTTPRedirectHandler):
    """A public address that leads elsewhere is not ours."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        return None


def http_door(public_url: str, replica: str) -> Callable[[], bool]:
    """The check of a bot that listens by HTTP: its own public address answers, and it is really us."""
    knock = knocker(public_url)

    def is_open() -> bool:
        try:
            return knock() == replica
        except (URLError, OSError, HTTPException, ValueError) as shut:
            log.debug("%s does not answer: %s", public_url, shut)
            return False

    return is_open


def knocker(public_url: str) -> Callable[[], str | None]:
    """Asks a public address for `/healthz`: the replica that answers, None where it is no bot of ours.

    What it returns raises URLError, OSError, HTTPException or ValueError where nobody answers well.
    """
    address = public_url.rstrip("/") + "/healthz"
    if urlsplit(address).scheme not in ("http", "https"):
        raise ValueError("PUBLIC_URL begins with http:// or https://")
    opener = build_opener(_NoRedirect)
    request = Request(address, headers={"Cache-Control": "no-store"})  # noqa: S310  # checked above

    def knock() -> str | None:
        with opener.open(request, timeout=WITHIN) as answer:
            return answer.headers.get(REPLICA)

    return knock


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
