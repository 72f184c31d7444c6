"""The clock's look at plans: after every change, once, and without holding up a press (DESIGN 2.6)."""

from __future__ import annotations

from commands.dispatch import Desk
from commands.planning import world_of
from commands.replan import finds_nothing, replan_all
from rules.colliding import Colliding


def look_again(desk: Desk) -> int:
    """Look for collisions where plans or the time changed since the last look; how many facts came of it.

    The long look is taken without the lock, and is good where nothing has changed since.
    """
    with desk.database.read() as reader:
        known, now = reader.planning(), desk.clock()
        if not known.due(now):
            return 0
        look = Colliding(world_of(reader, desk.tools, now))
        quiet = finds_nothing(look)
    with desk.database.write(desk.clock) as tx:
        same = tx.planning().changed == known.changed
        if quiet and same:
            tx.plans_seen(known.changed, look.next_at)
            return 0
        return replan_all(tx, desk.tools, look if same else None)
