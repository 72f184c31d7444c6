"""Rows of a clock that was wrong: what they say of a time to come is stale (DESIGN 6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam

from rules.door import GAP
from storage.tables import candidates, door, heads, outbox, pending

LONGEST = timedelta(hours=1)
"""Nothing is put off for longer than this: not by Slack's `Retry-After`, nor by a fault of ours."""
MEND = (
    (door.delete().where(door.c.marked_at > bindparam("then")), GAP),
    (
        outbox.update()
        .where(outbox.c.state == "waiting", outbox.c.not_before > bindparam("then"))
        .values(not_before=bindparam("now")),
        LONGEST,
    ),
    (
        outbox.update()
        .where(outbox.c.state == "sending", outbox.c.claimed_at > bindparam("then"))
        .values(claimed_at=bindparam("now")),
        timedelta(),
    ),
    (
        candidates.update()
        .where(
            candidates.c.due_at > bindparam("then"),
            candidates.c.due_at > candidates.c.release_at,
        )
        .values(due_at=candidates.c.release_at),
        LONGEST,
    ),
    (
        pending.update()
        .where(pending.c.state == "waiting", pending.c.at > bindparam("then"))
        .values(at=bindparam("now")),
        timedelta(),
    ),
    (
        heads.update().where(heads.c.at > bindparam("then")).values(at=bindparam("now")),
        timedelta(),
    ),
)
"""What is done to rows of a kind that lie further ahead than that."""


def mend(connection: Connection, now: datetime) -> int:
    """Have nothing wait for a time that only a wrong clock showed; how many rows were changed.

    Marks of the door are forgotten: nobody knows when they were made.
    """
    changed = 0
    for statement, ahead in MEND:
        known = {"then": now + ahead}
        if "now" in statement.compile().params:
            known["now"] = now
        changed += connection.execute(statement, known).rowcount
    return changed
