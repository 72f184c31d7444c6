"""The door's record: when each replica could hear a halt (DESIGN 2.4)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from rules.door import GAP, Door
from rules.worktime import Span
from storage.tables import door as table

SINCE = select(table.c.opened_at, table.c.marked_at).where(table.c.marked_at >= bindparam("since"))
LAST = (
    select(table.c.id, table.c.marked_at)
    .where(table.c.replica == bindparam("replica"))
    .order_by(table.c.id.desc())
    .limit(1)
)
MARK = table.update().where(table.c.id == bindparam("record")).values(marked_at=bindparam("now"))
OPEN = insert(table)
_OF = table.c.replica == bindparam("of")
VOID = table.delete().where(_OF, table.c.opened_at >= bindparam("since"))
CUT = (
    table.update()
    .where(_OF, table.c.marked_at > bindparam("since"))
    .values(marked_at=bindparam("since"))
)


def read(connection: Connection, since: datetime, now: datetime | None = None) -> Door:
    """The union of the replicas' records that reach past `since`, gaps up to 90 s closed.

    Marks later than `now` are cut at it.
    """
    found = connection.execute(SINCE, {"since": since - GAP})
    ends = [(opened, marked if now is None else min(marked, now)) for opened, marked in found]
    return Door.of(Span(opened, until) for opened, until in ends if opened <= until)


def mark(connection: Connection, replica: str, now: datetime) -> None:
    """The replica's door is open now: its record is extended, or after a gap a new one begun."""
    last = connection.execute(LAST, {"replica": replica}).one_or_none()
    if last is not None and abs(now - last.marked_at) <= GAP:
        if now > last.marked_at:
            connection.execute(MARK, {"record": last.id, "now": now})
        return
    connection.execute(OPEN, {"replica": replica, "opened_at": now, "marked_at": now})


def cut(connection: Connection, replica: str, since: datetime) -> None:
    """The replica was deaf from then on, as is known now: what it marked later does not count."""
    connection.execute(VOID, {"of": replica, "since": since})
    connection.execute(CUT, {"of": replica, "since": since})
