"""What the parts of the box see of it: its people and its server are inside, and need not know its making."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from rehearsal.deliver import Deliveries
from rehearsal.faults import Faults
from rehearsal.pulse import Pulse
from rehearsal.record import Record
from rehearsal.sockets import Sockets
from rehearsal.webapi import WebApi
from rehearsal.workspace import Workspace

Words = Sequence[tuple[str, str] | tuple[str, str, str]]
"""What a person can type after the bot's command: a word, what it does, and how it is used."""


class Hands(Protocol):
    """What moves the clock that bot and box share; instants are aware UTC."""

    def advance(self, to: datetime) -> None:
        """Moves the clock and returns once all that fell due is done, maybe many seconds later."""

    def due(self) -> datetime | None:
        """The next instant at which something falls due."""


class Inside(Protocol):
    """The box, from within. `now` returns aware UTC; `manifest` is the app's, as plain values."""

    now: Callable[[], datetime]
    workspace: Workspace
    record: Record
    faults: Faults
    sockets: Sockets
    deliveries: Deliveries
    api: WebApi
    bot_address: str | None
    pulse: Pulse
    hands: Hands | None
    manifest: dict[str, Any]
    words: Words

    @property
    def url(self) -> str: ...
