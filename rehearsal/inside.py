"""What the parts of the box see of it: its people and its server are inside, and need not know its making."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from rehearsal.deliver import Deliveries
from rehearsal.faults import Faults
from rehearsal.record import Record
from rehearsal.sockets import Sockets
from rehearsal.webapi import WebApi
from rehearsal.workspace import Workspace


class Inside(Protocol):
    """The box, from within. `now` returns aware UTC."""

    now: Callable[[], datetime]
    workspace: Workspace
    record: Record
    faults: Faults
    sockets: Sockets
    deliveries: Deliveries
    api: WebApi
    bot_address: str | None

    @property
    def url(self) -> str: ...
