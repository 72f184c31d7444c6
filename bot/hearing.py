"""All that the door rests on, put together: whether a halt pressed now would reach us (DESIGN 2.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from bot import knocking
from bot.door import Check, DoorWatch
from bot.echoes import Echoes
from bot.hellos import OneApp, Others
from bot.secret import Secret
from bot.slackcalls import SlackCalls
from bot.sockets import Sockets
from bot.withheld import Withheld
from commands.dispatch import Desk
from commands.trouble import tell_of_door, tell_of_others


class Hearing:
    """The door's watch with its checks, and what the request URL tells it of. Knows both transports."""

    def __init__(
        self,
        desk: Desk,
        replica: str,
        echoes: Echoes,
        withheld: Withheld,
        wake: Callable[[], object],
        checks: Mapping[str, Check],
    ) -> None:
        """`checks`: what is looked at whatever the transport, by cause."""
        self._desk, self._wake = desk, wake
        self._checks = dict(checks)
        self._secret: tuple[str, Secret] | None = None
        self._others: Others | None = None
        self.turned_away = {"slack": 0, "stranger": 0}
        """How many requests our secret had not signed, by who sent them."""
        self.door = DoorWatch(
            self._checks,
            desk.database,
            desk.clock,
            replica,
            echoes=echoes.look,
            withheld=withheld,
            tell=self._tell,
        )

    def by_http(self, public_url: str, secret: str, signs: Callable[[], datetime]) -> None:
        """Slack sends to this address, signed with this secret; `signs` is the clock for signatures."""
        database, clock = self._desk.database, self._desk.clock
        known = Secret(secret, database, clock)
        known.on_refused = partial(self.door.hurry, "secret")
        knocker = knocking.Knocker(public_url, secret, signs)
        address = knocking.Address(knocker, database, clock, self.door.replica)
        self._secret = secret, known
        self._checks |= {"address": address.look, "secret": known.look}

    def by_socket(self, sockets: Sockets, calls: SlackCalls) -> None:
        """Slack sends over these connections."""
        greetings = sockets.greetings
        self._others = Others(
            greetings, self._desk.database, self._desk.clock, self._tell_of_others
        )
        self._checks |= {
            "connection": sockets.ear.look,
            "app": OneApp(greetings, calls).look,
        }

    def tick(self) -> None:
        """Look at the door, and who else stands at it."""
        self.door.tick()
        if self._others is not None:
            self._others.look()

    # What comes to the request URL.

    def accepted(self, body: Mapping[str, Any]) -> None:
        """Signed with our secret; what Bolt makes of it."""
        if self._secret is not None:
            self._secret[1].accepted(body)

    def refused(self, body: bytes) -> None:
        """Not signed with our secret, whoever sent it."""
        ours = self._secret is not None and self._secret[1].refused(body)
        self.turned_away["slack" if ours else "stranger"] += 1

    def knocked(self, body: bytes) -> str | None:
        """Signed with our secret, by a replica; the answer, if it is one of ours."""
        if self._secret is None:
            return None
        return knocking.answered(self._desk.database, self._secret[0], body)

    def metrics(self) -> Mapping[str, int]:
        """How the door stands, and what was turned away, by their names in the metrics."""
        shut = {f'presumptive_door_shut{{cause="{cause}"}}': 1 for cause in self.door.shut}
        away = {
            f'presumptive_requests_refused_total{{by="{by}"}}': many
            for by, many in self.turned_away.items()
        }
        others = self._others.many if self._others is not None else 0
        return {
            "presumptive_door_open": int(self.door.open),
            "presumptive_other_connections": others,
            **shut,
            **away,
        }

    def _tell(self, cause: str, since: datetime, until: datetime | None) -> None:
        if tell_of_door(self._desk, cause, since, until):
            self._wake()

    def _tell_of_others(self, many: int, since: datetime) -> None:
        if tell_of_others(self._desk, many, since):
            self._wake()
