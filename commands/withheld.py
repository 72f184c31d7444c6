"""The operator hears why nothing is released (DESIGN 2.7, 6)."""

from __future__ import annotations

import logging

from commands.dispatch import Desk
from commands.notices import operator, telling
from storage.faults import Unavailable

log = logging.getLogger(__name__)


def tell_withheld(desk: Desk, why: str) -> None:
    """Tell the operator, once a day for the same; `why` is a sentence without its full stop."""
    try:
        with desk.database.write(desk.clock) as tx:
            for target in operator(tx):
                tx.send(telling(target, "withheld", None, day=f"{tx.now:%Y-%m-%d}", why=why))
    except Unavailable as lost:
        log.warning("the operator could not be told why nothing is released: %s", lost)
