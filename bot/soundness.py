"""Whether the log can be relied on: its triggers and its last links, at the start and every hour (DESIGN 2.7)."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from bot.withheld import Withheld
from commands.dispatch import Desk
from commands.withheld import tell_withheld
from storage.faults import Unavailable
from storage.reading import Reader

log = logging.getLogger(__name__)

CAUSE = "records"
EVERY = timedelta(hours=1)
LATELY = 1000
"""Links that are looked at: the last ones."""
GUARDS = "put it right with `presumptive db upgrade`"
LINKS = "look with `presumptive audit verify`, and restore a backup"


class Soundness:
    """With a missing guard or a broken link halts are heard, nothing is released, and the operator told."""

    def __init__(self, desk: Desk, withheld: Withheld) -> None:
        self._desk, self._withheld = desk, withheld
        self._looked: datetime | None = None
        self._after: int | None = None
        """Where the links looked at begin while something is wrong: what comes after mends none."""

    def __call__(self) -> None:
        """Look where an hour has passed, or where what was found may have been mended."""
        now = self._desk.clock()
        lately = self._looked is not None and abs(now - self._looked) < EVERY
        if not lately or CAUSE in self._withheld():
            self.look()

    def look(self) -> None:
        """Look now. A database that can't be read says nothing of its log; others see to that."""
        try:
            with self._desk.database.read() as reader:
                number, _ = reader.head()
                after = number - LATELY if self._after is None else self._after
                wrong = unsound(reader, number - after)
        except Unavailable as lost:
            log.warning("the log of facts could not be looked at: %s", lost)
            return
        self._looked = self._desk.clock()
        self._after = None if wrong is None else after
        known = self._withheld().get(CAUSE)
        self._withheld.put(CAUSE, wrong)
        if wrong is not None and wrong != known:
            tell_withheld(self._desk, wrong)


def unsound(reader: Reader, many: int) -> str | None:
    """The first thing wrong with the guards or the last `many` links, and what to do; None: nothing."""
    for complaint in reader.unguarded():
        return f"{complaint}: {GUARDS}"
    for complaint in reader.broken_lately(many):
        return f"the log of facts was changed, {complaint}: {LINKS}"
    return None
