"""Socket Mode, Slack's side: tickets, envelopes and acknowledgements (slack-platform 4.1)."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from rehearsal.errors import SlackError
from rehearsal.workspace import APP_ID

MOST_CONNECTIONS = 10


class Gone(Exception):
    """The connection an envelope was sent on closed before it was acknowledged."""


@dataclass(eq=False)
class Connection:
    socket: WebSocket
    waiting: dict[str, Future[Any]] = field(default_factory=dict)
    leaving: bool = False

    def acknowledge(self, said: dict[str, Any]) -> None:
        future = self.waiting.pop(str(said.get("envelope_id")), None)
        if future is not None and not future.done():
            future.set_result(said.get("payload"))

    def fail_waiting(self) -> None:
        for future in list(self.waiting.values()):
            if not future.done():
                future.set_exception(Gone())


class Sockets:
    """All open connections of the app; each payload goes to one of them in turn."""

    def __init__(self, address: Callable[[], str]) -> None:
        self._address = address
        self._tickets: set[str] = set()
        self._lock = threading.Lock()
        self._turn = 0
        self.loop: asyncio.AbstractEventLoop | None = None
        self.connections: list[Connection] = []
        self.refusing = False
        self.app_id = APP_ID
        """Whose app the app-level token is: the bot token's, unless a test says otherwise."""
        self.cut: Callable[[WebSocket], None] = lambda socket: None

    def ticket(self) -> str:
        """The address of one connection, to be used once."""
        if len(self.connections) >= MOST_CONNECTIONS:
            raise SlackError("too_many_websockets")
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return f"{self._address()}/link/?ticket={ticket}&app_id={self.app_id}"

    async def serve(self, socket: WebSocket) -> None:
        ticket = socket.query_params.get("ticket", "")
        if self.refusing or ticket not in self._tickets:
            await socket.close(4401)
            return
        self._tickets.remove(ticket)
        await socket.accept()
        connection = Connection(socket)
        self.connections.append(connection)
        try:
            await self._hello(connection)
            while True:
                connection.acknowledge(json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError):
            # Starlette raises RuntimeError when a socket dies between two of its own states.
            pass
        finally:
            self.connections.remove(connection)
            connection.fail_waiting()

    async def _hello(self, connection: Connection) -> None:
        await connection.socket.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "connection_info": {"app_id": self.app_id},
                "debug_info": {"host": "applink-1", "approximate_connection_time": 18060},
            }
        )

    def deliver(self, kind: str, payload: dict[str, Any], seconds: float, **retry: Any) -> Any:
        """Sends one envelope and returns the payload of its acknowledgement, if any.

        Raises Gone where no connection is open or it closes, TimeoutError after `seconds`.
        """
        connection = self._next()
        envelope_id = str(uuid.uuid4())
        future: Future[Any] = Future()
        connection.waiting[envelope_id] = future
        envelope = {
            "type": kind,
            "envelope_id": envelope_id,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
            **retry,
        }
        self._send(connection, envelope)
        try:
            return future.result(timeout=seconds)
        finally:
            connection.waiting.pop(envelope_id, None)

    def _next(self) -> Connection:
        with self._lock:
            usable = [c for c in self.connections if not c.leaving] or list(self.connections)
            if not usable:
                raise Gone()
            self._turn += 1
            return usable[self._turn % len(usable)]

    def _send(self, connection: Connection, said: dict[str, Any]) -> None:
        if self.loop is None:
            raise Gone()
        sending = asyncio.run_coroutine_threadsafe(connection.socket.send_json(said), self.loop)
        try:
            sending.result(timeout=3)
        except (RuntimeError, WebSocketDisconnect, OSError):
            raise Gone() from None

    def disconnect(self, reason: str = "refresh_requested", close_after: float = 0.5) -> None:
        """Tells every connection that it is about to be recycled, and closes it a little later."""
        for connection in list(self.connections):
            connection.leaving = True
            said = {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}
            self._send(connection, said)
            timer = threading.Timer(close_after, self._close, [connection])
            timer.daemon = True
            timer.start()

    def _close(self, connection: Connection) -> None:
        if self.loop is not None and connection in self.connections:
            asyncio.run_coroutine_threadsafe(connection.socket.close(), self.loop)

    def drop(self) -> None:
        """Cuts every connection without a closing frame."""
        for connection in list(self.connections):
            if self.loop is not None:
                self.loop.call_soon_threadsafe(self.cut, connection.socket)

    def refuse(self, refusing: bool) -> None:
        """While refusing, no connection is open and none can be opened."""
        self.refusing = refusing
        if refusing:
            self.drop()
