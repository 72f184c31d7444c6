"""Socket Mode: two connections kept open, opened anew for ever while Slack is away (DESIGN 6)."""

from __future__ import annotations

import logging
import threading
from http.client import HTTPException
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackClientError

from bot.door import SocketEar

log = logging.getLogger(__name__)

CONNECTIONS = 2
PING = 5
"""Seconds between pings; the door's watch wants a pong within thirty."""
BETWEEN_TRIES = 2
"""Seconds between attempts to connect."""


class Sockets:
    """The connections over which Slack's payloads come, and whether one could hear a halt now."""

    def __init__(self, bolt: App, app_token: str) -> None:
        self._handlers = [
            SocketModeHandler(bolt, app_token, ping_interval=PING) for _ in range(CONNECTIONS)
        ]
        self.is_open = SocketEar(lambda: [handler.client for handler in self._handlers]).is_open
        """Whether some connection could hear a halt now."""
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(handler,), name="socket", daemon=True)
            for handler in self._handlers
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Close for good. The library raises where a swap of connections is under way."""
        self._stopping.set()
        for handler in self._handlers:
            try:
                handler.close()
            except (AttributeError, OSError) as late:
                log.debug("a connection was being swapped when it was closed: %s", late)

    def _keep(self, handler: Any) -> None:
        """Connect, and connect again where the library has given up."""
        while not self._stopping.is_set():
            try:
                handler.client.connect_to_new_endpoint()
            except (SlackClientError, HTTPException, OSError) as away:
                log.warning("Slack can't be reached for Socket Mode yet: %s", away)
            self._stopping.wait(BETWEEN_TRIES)
