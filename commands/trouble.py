"""What only an operator can mend is told to the operator, once each time it comes (DESIGN 2.4, 6)."""

from __future__ import annotations

from collections.abc import Callable

from commands.dispatch import Desk
from commands.notices import operator, telling
from storage.outbox import Message


def tell_of_sleep(desk: Desk, seconds: int) -> int:
    """The machine slept or stood still for so long, until now; how many are told."""
    at = desk.clock().isoformat()
    return _tell(desk, lambda who: telling(who, "machine-slept", None, seconds=seconds, at=at))


def _tell(desk: Desk, said: Callable[[str], Message]) -> int:
    """Send this to the operator, if the catalogue names one; the same a second time is not said."""
    with desk.database.write(desk.clock) as tx:
        named = operator(tx)
        for target in named:
            tx.send(said(target))
    return len(named)
