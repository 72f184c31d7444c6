"""Heads of the log that must still be in it: what a copy put back has lost shows by them (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, insert, select

from storage.documents import utc
from storage.tables import facts, heads

SKEW = timedelta(minutes=5)
"""How far the clocks of the bot, of Slack and of the command line may be apart."""
FILE = "file"
COPY, ACCEPTED = "backup", "accepted"
"""A copy's mark of which head it was made at; and what the operator took for the log as it is."""


@dataclass(frozen=True)
class Head:
    """A head that was seen somewhere: `place` says where, `at` when (aware UTC)."""

    place: str
    """`file`, `memory`, `backup`, `accepted`, or `channel ` and its id."""
    number: int
    hash: str
    """As much of it as was seen: 12 characters at least."""
    at: datetime

    @property
    def told(self) -> str:
        """As it is posted, and where it was seen: `#12 3fd1c09a77be (channel C1)`."""
        return f"#{self.number} {self.hash[:12]} ({self.place})"


ALL = select(heads.c.place, heads.c.number, heads.c.hash, heads.c.at).order_by(heads.c.id)
HASH = select(facts.c.hash).where(facts.c.id == bindparam("number"))
NOTE = insert(heads)


def known(connection: Connection) -> tuple[Head, ...]:
    """Those that were noted down, oldest first."""
    return tuple(Head(*row) for row in connection.execute(ALL))


def holds(connection: Connection, head: Head) -> bool:
    """Whether a head is in the log."""
    sealed = connection.execute(HASH, {"number": head.number}).scalar()
    return sealed is not None and sealed.startswith(head.hash)


def note(connection: Connection, head: Head) -> None:
    """Note a head down."""
    row = {"place": head.place, "number": head.number, "hash": head.hash, "at": utc(head.at)}
    connection.execute(NOTE, row)


def forget(connection: Connection) -> None:
    """Forget every head that was noted down."""
    connection.execute(delete(heads))


def lost(connection: Connection, seen: Sequence[Head]) -> tuple[Head, ...]:
    """Which of those seen, and of those noted down, are not in the log; a copy's mark is one always.

    What was seen before the operator accepted the log as it is counts no more, but in the file beside
    it, which then is written anew. What is noted down was noted since: to accept is to forget it.
    """
    noted = known(connection)
    accepted = max((head.at for head in noted if head.place == ACCEPTED), default=None)
    asked = [head for head in noted if head.place != ACCEPTED]
    asked += [h for h in seen if accepted is None or h.place == FILE or h.at > accepted + SKEW]
    return tuple(head for head in asked if head.place == COPY or not holds(connection, head))
