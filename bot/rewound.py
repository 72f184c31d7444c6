"""Whether the database is an older copy of itself: then nothing is released until that is accepted (DESIGN 6)."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from bot.heads import posted, put_back, read_file, write_file
from bot.slackcalls import Sent, SlackCalls
from bot.withheld import Withheld
from commands.dispatch import Desk
from commands.withheld import tell_withheld
from storage.faults import Unavailable
from storage.heads import Head

log = logging.getLogger(__name__)

CAUSE = "rewound"
CHANNELS = 20
"""Release channels that are looked through at the start; those of open candidates first."""


class Rewound:
    """Looks for the heads last seen: beside the file, in a backup's mark, in the channels, in memory.

    One that is not in the log is noted down in it, for the restart and for whoever accepts.
    """

    def __init__(self, desk: Desk, withheld: Withheld, calls: SlackCalls) -> None:
        self._desk, self._withheld, self._calls = desk, withheld, calls
        self._memory: Head | None = None
        self._written: tuple[int, str] | None = None
        self._to_ask: list[str] | None = None
        self._started = False

    def start(self) -> None:
        """A first look; until the channels have been asked once `not_yet` says so."""
        self._started = True
        self.look()

    def not_yet(self) -> Mapping[str, str]:
        """Why nothing is released in the first moments after a start: Slack may show a later head."""
        if not self._started or self._to_ask is not None:
            return {}
        return {"heads": "I have just started, and look first for the head last posted"}

    def __call__(self) -> None:
        """Look, and ask the channels that have not been asked since the start."""
        self.look(self._ask_channels())

    def look(self, seen: tuple[Head, ...] = ()) -> None:
        """Look now. A database that can't be read says nothing; others see to that."""
        place, now = self._desk.database.place, self._desk.clock()
        own = [head for head in (read_file(place), self._memory) if head is not None]
        try:
            with self._desk.database.read() as reader:
                number, sealed = reader.head()
                lost = reader.lost_heads([*own, *seen])
        except Unavailable as gone:
            log.warning("the heads of the log could not be looked for: %s", gone)
            return
        if lost:
            self._withhold(lost, [head for head in lost if head in (*own, *seen)])
            return
        self._withheld.put(CAUSE, None)
        if number:
            self._memory = Head("memory", number, sealed, now)
        if number and self._written != (number, sealed):
            write_file(place, number, sealed)
            self._written = (number, sealed)

    def _withhold(self, lost: tuple[Head, ...], new: list[Head]) -> None:
        why = f"{put_back(lost)}; repeat the halts given since, then run `presumptive db accept`"
        known = self._withheld().get(CAUSE)
        self._withheld.put(CAUSE, why)
        if why == known:
            return
        try:
            with self._desk.database.write(self._desk.clock) as tx:
                for head in new:
                    tx.note_head(head)
        except Unavailable as gone:
            log.warning("the heads that are lost could not be noted down: %s", gone)
        tell_withheld(self._desk, why)

    def _ask_channels(self) -> tuple[Head, ...]:
        """The highest head in each channel not asked yet; one that does not answer is asked again."""
        if self._calls.user_id is None and not isinstance(self._calls.who(), Sent):
            return ()
        found, later = [], []
        for channel in self._channels():
            head = posted(self._calls, channel)
            if isinstance(head, Head):
                found.append(head)
            elif head is not None:
                later.append(channel)
        self._to_ask = later
        return tuple(found)

    def _channels(self) -> list[str]:
        if self._to_ask is not None:
            return self._to_ask
        try:
            with self._desk.database.read() as reader:
                products, busy = reader.company().products, reader.open_products()
        except Unavailable:
            return []
        of_open = [products[name].channel for name in busy if name in products]
        every = [*of_open, *(product.channel for product in products.values())]
        return list(dict.fromkeys(every))[:CHANNELS]
