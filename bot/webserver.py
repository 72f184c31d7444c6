"""The web application on uvicorn: listened for at once, served in the main thread or in its own."""

from __future__ import annotations

import signal
import socket
import threading
from contextlib import suppress

import uvicorn

from bot.compose import Bot
from bot.settings import Misconfigured


class WebServer:
    """The web application on uvicorn: in the main thread to serve, in its own to rehearse."""

    def __init__(self, bot: Bot) -> None:
        """Listens at once. Raises Misconfigured where the port is not to be had."""
        self._socket = _listen(bot.settings.host, bot.settings.port)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            bot.web.app(), log_level="warning", access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="web", daemon=True)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT; answers under way are finished first.

        uvicorn then raises the signal again, which would end the process before the bot has stopped.
        """
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with suppress(KeyboardInterrupt):
                self._serve()
        finally:
            signal.signal(signal.SIGTERM, before)

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> int:
        """Serve in a thread; the port, once it answers."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise OSError(f"port {self.port} can't be served")
            self._thread.join(0.01)
        return self.port

    def stop(self) -> None:
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(5)
        self._socket.close()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        raise Misconfigured(
            f"Port {port} of {host} can't be listened on ({taken.strerror}): end what uses it, or "
            "set PORT and HOST to what is free."
        ) from None
