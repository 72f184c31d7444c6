"""A whole installation to measure: a workspace in a box, a database file, and `presumptive serve` in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self

import psutil

from bot.settings import Settings
from rehearsal.box import Box
from rehearsal.messages import Message

ROOT = Path(__file__).parent.parent.parent
CATALOGUE = Path(str(resources.files("rehearsal").joinpath("catalogue.yaml")))
CHANNEL = "releases"
VERSION = "7.7.7"
NAME = f"payments@{VERSION}#1"
"""The one candidate that was really announced; the others are its copies (`copies.py`)."""
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(what: Callable[[], Any], seconds: float = PATIENCE, every: float = 0.005) -> Any:
    """Ask until there is an answer, and return it. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come true within {seconds} s")
        time.sleep(every)
    return found


def answers(port: int, path: str = "/healthz") -> bool:
    """Whether a web server on this port says 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


class Server:
    """A program of ours that listens on a port; its output goes to a file beside the database."""

    def __init__(self, module: Sequence[str], environment: dict[str, str], folder: Path) -> None:
        self.port = int(environment["PORT"])
        self.log = folder / f"{module[0]}-{self.port}.log"
        with self.log.open("w") as out:
            self._running = subprocess.Popen(
                [sys.executable, "-m", *module],
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                cwd=folder,
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    def ready(self) -> Self:
        """Wait until it answers."""

        def is_up() -> bool:
            if self._running.poll() is not None:
                raise RuntimeError(f"it ended: {self.log.read_text()}")
            return answers(self.port)

        wait_for(is_up)
        return self

    @property
    def megabytes(self) -> float:
        """What of memory is its own and resident now."""
        return float(psutil.Process(self._running.pid).memory_info().rss) / 1e6

    def stop(self) -> None:
        self._running.terminate()
        self._running.wait(15)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Installation:
    """A box, and a database with the rehearsal's company in it. Ended by `close`."""

    def __init__(self, transport: Literal["http", "socket"] = "http", *, limits: bool = True):
        self._folder = tempfile.TemporaryDirectory(prefix="presumptive-bench-")
        self.folder = Path(self._folder.name)
        self.file = self.folder / "presumptive.db"
        self.transport = transport
        self.box = Box(history=True, transport=transport, limits=limits).start()
        self._run("apply", str(CATALOGUE))

    def close(self) -> None:
        self.box.stop()
        self._folder.cleanup()

    def environment(self, port: int = 0, file: Path | None = None) -> dict[str, str]:
        """The settings of a bot of this installation."""
        chosen = {
            "SLACK_BOT_TOKEN": self.box.bot_token,
            "SLACK_SIGNING_SECRET": self.box.signing_secret,
            "SLACK_API_URL": self.box.api_url,
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DATABASE_URL": f"sqlite:///{file or self.file}",
            "PORT": str(port),
            "LOG_LEVEL": "ERROR",
        }
        if self.transport == "socket":
            chosen["SLACK_APP_TOKEN"] = self.box.app_token
        return chosen

    def settings(self) -> Settings:
        """The same for a bot in this process."""
        named = {name.lower(): value for name, value in self.environment().items()}
        return Settings(_env_file=None, **named)  # type: ignore[arg-type]  # pydantic reads text

    def _run(self, *words: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), **self.environment()}
        command = [sys.executable, "-m", "bot.cli", *words]
        done = subprocess.run(
            command, env=environment, cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stdout}{done.stderr}")

    def serve(self, file: Path | None = None) -> Server:
        """`presumptive serve`, which the box reaches from now on."""
        port = free_port()
        server = Server(["bot.cli", "serve"], self.environment(port, file), self.folder)
        self.box.bot_address = f"http://127.0.0.1:{port}"
        return server

    @contextmanager
    def serving(self, file: Path | None = None) -> Iterator[Server]:
        """The bot, ready."""
        with self.serve(file) as server:
            yield server.ready()

    def announce(self, version: str = VERSION) -> Message:
        """Dave announces a version of payments; its card, once everybody was asked."""
        dave = self.box.person("dave")
        wait_for(lambda: self.box.record.count("auth.test") and self._door())
        seen = dave.command(f"/release announce payments {version} commit abc1234", CHANNEL)
        if seen.error:
            raise RuntimeError(seen.error)
        owners = [self.box.person(name) for name in ("alice", "omar", "rita")]
        wait_for(lambda: all(any(version in str(m.blocks) for m in o.dms()) for o in owners))
        found = wait_for(lambda: [m for m in dave.messages(CHANNEL) if version in str(m.blocks)])
        card: Message = found[-1]
        return card

    def _door(self) -> bool:
        address = (self.box.bot_address or "").rpartition(":")[2]
        return self.transport == "socket" or answers(int(address))
