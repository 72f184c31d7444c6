"""Socket Mode: two connections kept open, opened anew for ever while Slack is away (DESIGN 6)."""

from __future__ import annotations

import logging
import select
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode.base_handler import BaseSocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.builtin.client import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.door import SocketEar
from bot.hellos import Greetings
from bot.payloads import UNREADABLE, dispatched, socket_request

log = logging.getLogger(__name__)

CONNECTIONS = 2
PING = 5
"""Seconds between pings; the door's watch wants a pong within thirty."""
BETWEEN_TRIES = 2
"""Seconds between attempts to connect."""


class Sockets:
    """The connections over which Slack's payloads come, and whether one could hear a halt now."""

    def __init__(self, bolt: App, app_token: str) -> None:
        self._handlers = [_Handler(bolt, app_token) for _ in range(CONNECTIONS)]
        self.ear = SocketEar(self._uncut)
        """Whether some connection could hear a halt now."""
        self.greetings = Greetings(CONNECTIONS)
        for number, handler in enumerate(self._handlers):
            handler.client.message_listeners.append(self.greetings.listener(number))
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(handler,), name="socket", daemon=True)
            for handler in self._handlers
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close for good."""
        self._stopping.set()
        closing = [threading.Thread(target=_close, args=(h,)) for h in self._handlers]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()

    def _uncut(self) -> list[Any]:
        clients = [handler.client for handler in self._handlers]
        return [client for client in clients if not _is_cut(client)]

    def _keep(self, handler: Any) -> None:
        """Connect, and connect again where the connection was cut or the library has given up.

        The library raises AttributeError where two threads let go of one connection.
        """
        while not self._stopping.is_set():
            try:
                _drop_if_cut(handler.client)
                if handler is self._handlers[0] and self.greetings.dubious():
                    handler.client.disconnect()
                handler.client.connect_to_new_endpoint()
            except (SlackClientError, HTTPException, OSError, AttributeError) as away:
                log.warning("Slack can't be reached for Socket Mode yet: %s", away)
            self._stopping.wait(BETWEEN_TRIES)


class _Client(SocketModeClient):
    """slack_sdk's client, which on a `disconnect` reads from the new connection at once.

    The library would wait until the old one has something to say, up to three seconds, in which
    presses on the new one are heard by nobody (slack_sdk 3.47).
    """

    def connect(self) -> None:
        """Connect; the session this replaces is shut as soon as the new one stands."""
        old = self.current_session
        if isinstance(old, Connection):
            # The library closes it at the right moment, but waits for its reader.
            vars(old)["close"] = partial(_shut, old)
        super().connect()


class _Handler(BaseSocketModeHandler):
    """Brings envelopes to Bolt; what can't be read is turned away, and the connection goes on."""

    def __init__(self, bolt: App, app_token: str) -> None:
        self.app = bolt
        self.client = _Client(app_token, web_client=bolt.client, ping_interval=PING)
        self.client.socket_mode_request_listeners.append(self.handle)

    def handle(self, client: Any, req: SocketModeRequest) -> None:
        """Acknowledge what was done; an envelope that is refused is acknowledged with nothing done."""
        answer = dispatched(self.app, lambda: socket_request(req.payload, build_headers(req)))
        if answer is UNREADABLE:
            log.warning("an envelope held no payload of Slack's and is left undone")
            client.send_socket_mode_response(SocketModeResponse(req.envelope_id))
            return
        send_response(client, req, answer, time.time())


def _shut(session: Connection) -> None:
    """End a session; its reader is woken, because the wire beneath it has ended."""
    wire = session.sock
    if wire is not None:
        with suppress(OSError):
            socket.socket.shutdown(wire, socket.SHUT_RDWR)
    session.disconnect()


def _drop_if_cut(client: Any) -> None:
    """Let go of a connection that its other end has closed without a word.

    The library would read nothing from it, again and again, for half a minute (slack_sdk 3.47).
    """
    if _is_cut(client):
        log.warning("a connection to Slack was cut: connecting anew")
        client.current_session_state.terminated = True
        client.current_session.disconnect()


def _is_cut(client: Any) -> bool:
    session = client.current_session
    wire = session.sock if session is not None else None
    return wire is not None and _was_cut(wire)


def _was_cut(wire: socket.socket) -> bool:
    """Whether nothing more will come. Looks at the wire itself, beneath TLS, and takes nothing."""
    try:
        poll = select.poll()
        poll.register(wire, select.POLLIN)
        # Where the library was quicker there is nothing to be seen any more, and this would wait.
        return bool(poll.poll(0)) and socket.socket.recv(wire, 1, socket.MSG_PEEK) == b""
    except TimeoutError:
        return False
    except (OSError, ValueError):
        return True


def _close(handler: Any) -> None:
    """Close one connection at once: what waits for more from it is woken, or it would take 3 s.

    The library raises where a swap of connections is under way.
    """
    client = handler.client
    client.auto_reconnect_enabled = False
    client.current_session_state.terminated = True
    try:
        session = client.current_session
        if session is not None and session.sock is not None:
            socket.socket.shutdown(session.sock, socket.SHUT_RDWR)
        client.message_queue.put("{}")
        handler.close()
    except (AttributeError, OSError) as late:
        log.debug("a connection was being swapped when it was closed: %s", late)
