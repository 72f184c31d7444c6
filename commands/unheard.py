"""Where Slack does not tell us what people type to the bot, the operator hears of it, once (DESIGN 4)."""

from __future__ import annotations

from collections.abc import Sequence

from commands.dispatch import Desk
from commands.notices import operator, telling


def tell_unheard(desk: Desk, scopes: Sequence[str]) -> int:
    """Tell the operator which `scopes` are lacking; how many messages that were not sent before."""
    if not scopes:
        return 0
    with desk.database.read() as reader:
        wanted = [telling(to, "unheard", None, scopes=", ".join(scopes)) for to in operator(reader)]
        wanted = [message for message in wanted if reader.message(message.key) is None]
    if wanted:
        with desk.database.write(desk.clock) as tx:
            for message in wanted:
                tx.send(message)
    return len(wanted)
