"""What only an operator can mend is told to the operator, once each time it comes (DESIGN 2.4, 6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from commands.dispatch import Desk
from commands.notices import operator, telling
from storage.outbox import Message


def tell_of_sleep(desk: Desk, seconds: int) -> int:
    """The machine slept or stood still for so long, until now; how many are told."""
    at = desk.clock().isoformat()
    return _tell(desk, lambda who: telling(who, "machine-slept", None, seconds=seconds, at=at))


def tell_of_door(desk: Desk, cause: str, since: datetime, until: datetime | None) -> int:
    """No halt can be heard since then, for a cause by its short name, or could not until then."""
    about = {"cause": cause, "since": since.isoformat()}
    if until is None:
        return _tell(desk, lambda who: telling(who, "door-shut", None, **about))
    over = {**about, "until": until.isoformat()}
    return _tell(desk, lambda who: telling(who, "door-open", None, **over))


def tell_of_others(desk: Desk, many: int, since: datetime) -> int:
    """So many connections with our app token are another process's."""
    at = since.isoformat()
    return _tell(desk, lambda who: telling(who, "another-listens", None, many=many, since=at))


def _tell(desk: Desk, said: Callable[[str], Message]) -> int:
    """Send this to the operator, if the catalogue names one; the same a second time is not said."""
    with desk.database.write(desk.clock) as tx:
        named = operator(tx)
        for target in named:
            tx.send(said(target))
    return len(named)
