"""`db accept`: the operator takes a database that was put back for what it is (DESIGN 6)."""

from __future__ import annotations

from collections.abc import Sequence

from commands.dispatch import Desk
from rules.facts import Actor
from storage.heads import Head

OPERATOR = Actor(None, (), "command line")


def accept(desk: Desk, seen: Sequence[Head]) -> tuple[tuple[Head, ...], tuple[int, str]]:
    """The heads that the log does not hold, of those seen and those noted down, and its head now.

    Where there are any, that they are accepted is a fact; else nothing changes.
    """
    with desk.database.write(desk.clock) as tx:
        lost = tx.lost_heads(seen)
        if not lost:
            return (), tx.head()
        stored = tx.accept_log(lost, OPERATOR)
        return lost, (stored.id, stored.hash)
