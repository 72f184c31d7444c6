"""The door's record: when each replica could hear a halt (DESIGN 2.4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from rules.door import GAP, Door, Ended, Record
from rules.worktime import Span
from storage.tables import door as table

SINCE = select(table.c.replica, table.c.opened_at, table.c.marked_at, table.c.ended).where(
    table.c.marked_at >= bindparam("since")
)
UNENDED = table.c.ended.in_((Ended.BEGUN, Ended.OPEN))
LAST = (
    select(table.c.id, table.c.marked_at, table.c.ended)
    .where(table.c.replica == bindparam("replica"))
    .order_by(table.c.id.desc())
    .limit(1)
)
MARK = (
    table.update()
    .where(table.c.id == bindparam("record"))
    .values(marked_at=bindparam("now"), ended=Ended.OPEN)
)
OPENED = (
    table.update()
    .where(table.c.id == bindparam("record"))
    .values(opened_at=bindparam("now"), marked_at=bindparam("now"), ended=Ended.OPEN)
)
OPEN = insert(table)
_OF = table.c.replica == bindparam("of")
VOID = table.delete().where(_OF, table.c.opened_at >= bindparam("since"))
CUT = (
    table.update()
    .where(_OF, table.c.marked_at > bindparam("since"))
    .values(marked_at=bindparam("since"))
)
LOSE = table.update().where(UNENDED).values(ended=Ended.LOST)
CLOSE = table.update().where(table.c.id == bindparam("record")).values(ended=Ended.LEFT)
FORGET = table.delete().where(_OF, table.c.ended == Ended.BEGUN)
LEAVE = table.update().where(_OF, table.c.ended == Ended.OPEN).values(ended=Ended.LEFT)


def read(connection: Connection, since: datetime, now: datetime | None = None) -> Door:
    """The union of the replicas' records that reach past `since`, gaps up to 90 s closed.

    Marks later than `now` are cut at it.
    """
    found = connection.execute(SINCE, {"since": since - GAP})
    return Door.recorded(
        [
            Record(replica, Span(opened, until), Ended(ended))
            for replica, opened, marked, ended in found
            if opened <= (until := marked if now is None else min(marked, now))
        ]
    )


def begin(connection: Connection, replica: str, now: datetime) -> int:
    """A process starts, alone on this database: whoever has not taken leave is lost; how many."""
    lost = connection.execute(LOSE).rowcount
    _new(connection, replica, now, Ended.BEGUN)
    return lost


def leave(connection: Connection, replica: str) -> None:
    """A process ends, and nothing that it heard is left unwritten."""
    connection.execute(FORGET, {"of": replica})
    connection.execute(LEAVE, {"of": replica})


def mark(connection: Connection, replica: str, now: datetime) -> None:
    """The replica's door is open now: its record is extended, or after a gap a new one begun.

    A process that marks was not lost, whoever was started beside it and took it for lost.
    """
    last = connection.execute(LAST, {"replica": replica}).one_or_none()
    if last is not None and last.ended == Ended.BEGUN:
        connection.execute(OPENED, {"record": last.id, "now": now})
        return
    if last is not None and last.ended in (Ended.OPEN, Ended.LOST):
        if abs(now - last.marked_at) <= GAP:
            if now > last.marked_at:
                connection.execute(MARK, {"record": last.id, "now": now})
            return
        # The same process goes on, so that nothing was lost with it.
        connection.execute(CLOSE, {"record": last.id})
    _new(connection, replica, now, Ended.OPEN)


def _new(connection: Connection, replica: str, now: datetime, ended: Ended) -> None:
    row = {"replica": replica, "opened_at": now, "marked_at": now, "ended": ended}
    connection.execute(OPEN, row)


def cut(connection: Connection, replica: str, since: datetime) -> None:
    """The replica was deaf from then on, as is known now: what it marked later does not count."""
    connection.execute(VOID, {"of": replica, "since": since})
    connection.execute(CUT, {"of": replica, "since": since})
