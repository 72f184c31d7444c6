"""The workspace in a box: starts and stops it, and holds what a test or a stage needs of it."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal, Self

import uvicorn

from rehearsal.channels import Channel
from rehearsal.company import Company, acme
from rehearsal.deliver import Deliveries, OverHttp, OverSocket, Transport
from rehearsal.events import Events
from rehearsal.faults import Faults
from rehearsal.inside import Hands, Words
from rehearsal.limits import Limits
from rehearsal.people import User, UserGroup
from rehearsal.person import Person
from rehearsal.pulse import Pulse
from rehearsal.record import Record
from rehearsal.server import Server, protocol_for
from rehearsal.sockets import Sockets
from rehearsal.webapi import WebApi
from rehearsal.workspace import Workspace

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:read",
        "im:read",
        "im:write",
        "team:read",
        "usergroups:read",
        "users:read",
    }
)
HISTORY = frozenset({"channels:history", "groups:history", "im:history"})
REQUEST_PATH = "/slack/events"
ENTERING = 30.0
"""Seconds for which a request URL just entered is tried."""


def verification(challenge: str) -> dict[str, Any]:
    """What Slack sends to a request URL that is entered; it names no app (slack-platform 1.8)."""
    return {"type": "url_verification", "token": "deprecated", "challenge": challenge}


class Box:
    """A Slack-compatible workspace on a free port of localhost, for one bot.

    `now` returns aware UTC. `scopes` replaces those the bot has; `history` adds the three
    history scopes. Set `bot_address` once the bot listens; its PUBLIC_URL is `public_url`.
    The page at `url` offers what the app's `manifest` declares, completes a command with
    `words`, and moves the clock once `hands` are set. `port` 0 is any free one.
    """

    def __init__(
        self,
        company: Company | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        history: bool = False,
        scopes: Iterable[str] | None = None,
        transport: Literal["http", "socket"] = "http",
        limits: bool = True,
        manifest: dict[str, Any] | None = None,
        words: Words = (),
        port: int = 0,
    ) -> None:
        self.now = now
        self.pulse = Pulse()
        self.manifest, self.words = manifest or {}, words
        self.hands: Hands | None = None
        self.bot_token = f"xoxb-rehearsal-{secrets.token_hex(8)}"
        self.app_token = f"xapp-rehearsal-{secrets.token_hex(8)}"
        self.signing_secret = secrets.token_hex(16)
        self._bot_address: str | None = None
        self._stopped = False
        self.request_path = REQUEST_PATH
        self.workspace = Workspace(company or acme(), now, self.pulse)
        self.record, self.faults = Record(pulse=self.pulse), Faults(self.pulse)
        self.limits = Limits(on=limits)
        self.sockets = Sockets(lambda: f"ws://127.0.0.1:{self.port}")
        self.deliveries = Deliveries(self._transport(transport), self.record, now)
        self.events = Events(self.workspace, self.deliveries, lambda: self.api.scopes)
        granted = frozenset(SCOPES if scopes is None else scopes)
        self.api = WebApi(
            self.workspace,
            self.limits,
            self.bot_token,
            self.app_token,
            granted | HISTORY if history else granted,
            lambda: self.url,
            self.sockets.ticket,
        )
        self._heed(self.manifest)
        self._server = Server(self)
        self._uvicorn: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._wanted = port
        self.port = 0
        self._wire()

    def _transport(self, name: str) -> Transport:
        if name == "socket":
            return OverSocket(self.sockets)
        return OverHttp(self.signing_secret, lambda: self.public_url + self.request_path)

    def _wire(self) -> None:
        self.workspace.on_event.append(self.events.tell)
        self.faults.when_outage_changes.append(self.sockets.refuse)
        self.faults.when_sockets_drop.append(self.sockets.drop)
        self.sockets.cut = self._server.cut

    def _heed(self, manifest: dict[str, Any]) -> None:
        """What the app's manifest says of events and of the messages tab, where it says so."""
        events = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events")
        if events is not None:
            self.events.subscribed = frozenset(events)
        tab = manifest.get("features", {}).get("app_home", {})
        settings = self.workspace.settings
        settings.writable_tab = not tab.get("messages_tab_read_only_enabled", False)

    # Addresses.

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def public_url(self) -> str:
        """Where the bot is reached from outside; what comes here goes to `bot_address`."""
        return f"{self.url}/public"

    @property
    def bot_address(self) -> str | None:
        """Where the bot listens; set, its request URL is verified as soon as it answers."""
        return self._bot_address

    @bot_address.setter
    def bot_address(self, address: str | None) -> None:
        self._bot_address = address
        if address is not None and isinstance(self.deliveries.transport, OverHttp):
            threading.Thread(target=self._enter, args=[address], daemon=True).start()

    def _enter(self, address: str) -> None:
        """As when a request URL is entered in the app's settings: Slack asks until it is answered well."""
        end = time.monotonic() + ENTERING
        while self._bot_address == address and not self._stopped and time.monotonic() < end:
            if self.port and self._asked_well(self.deliveries.transport):
                return
            time.sleep(0.02)

    def _asked_well(self, transport: Transport) -> bool:
        challenge = secrets.token_hex(12)
        outcome = transport.send("events_api", verification(challenge), 0, "")
        return outcome.error is None and challenge in outcome.body

    def rotate_secret(self) -> str:
        """A new signing secret, by which Slack signs from now on."""
        self.sign_with(secrets.token_hex(16))
        return self.signing_secret

    def sign_with(self, secret: str) -> None:
        """Sign with this secret from now on."""
        self.signing_secret = secret
        if isinstance(self.deliveries.transport, OverHttp):
            self.deliveries.transport.secret = secret

    # Life.

    def start(self) -> Self:
        """Listens and serves. Raises OSError where the port asked for is taken."""
        listening = socket.create_server(("127.0.0.1", self._wanted), backlog=2048)
        config = uvicorn.Config(
            self._server.dated,
            interface="asgi3",
            http=protocol_for(self._server.transports),
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._serve, args=[self._uvicorn, listening], daemon=True
        )
        self._thread.start()
        if not self.wait_for(lambda: self.port != 0, seconds=10):
            raise RuntimeError("the workspace did not start")
        return self

    def _serve(self, server: uvicorn.Server, listening: socket.socket) -> None:
        asyncio.run(self._listen(server, listening))

    async def _listen(self, server: uvicorn.Server, listening: socket.socket) -> None:
        self.sockets.loop = asyncio.get_running_loop()
        self._server.page.live.open()
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.005)
        if server.started:
            self.port = listening.getsockname()[1]
        await serving

    def stop(self) -> None:
        self._stopped = True
        self.events.stop()
        self._server.page.live.close()
        if self._uvicorn is None or self._thread is None:
            return
        self._uvicorn.should_exit = True
        self._thread.join(timeout=10)
        self._uvicorn = self._thread = self.sockets.loop = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # People and what happens to them.

    def person(self, name: str) -> Person:
        return Person(self, self.workspace.user(name).id)

    def channel(self, name: str) -> Channel:
        return self.workspace.channel(name)

    def change_user(self, name: str, **changes: Any) -> User:
        """Changes an account and sends user_change."""
        with self.workspace.lock:
            return self.workspace.change_user(name, **changes)

    def change_group(self, handle: str, members: list[str]) -> UserGroup:
        """Changes who is in a user group and sends subteam_members_changed."""
        with self.workspace.lock:
            return self.workspace.change_group(handle, members)

    def revoke_token(self, error: str = "token_revoked") -> None:
        """Makes every call of the bot fail: token_revoked, account_inactive, token_expired."""
        self.api.refused[self.bot_token] = error

    def join(self, channel: str, name: str) -> None:
        """Adds a person, or the bot, to a channel and sends member_joined_channel."""
        with self.workspace.lock:
            self.workspace.join(self.channel(channel), self.workspace.user(name))

    def leave(self, channel: str, name: str) -> None:
        with self.workspace.lock:
            self.workspace.leave(self.channel(channel), self.workspace.user(name))

    # Waiting and checking.

    def wait_for(self, predicate: Callable[[], Any], seconds: float = 5) -> Any:
        """Waits in real time for something true and returns it; returns the last value if not."""
        end = time.monotonic() + seconds
        while not (found := predicate()) and time.monotonic() < end:
            time.sleep(0.005)
        return found

    def verify_url(self) -> bool:
        """Sends url_verification as Slack does when a request URL is entered."""
        challenge = secrets.token_hex(12)
        outcome = self.deliveries.send("events_api", verification(challenge))
        return outcome.error is None and challenge in outcome.body
