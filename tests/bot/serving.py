"""The bot as a process of its own beside a workspace in a box, and the command line run to its end."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import chdir, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from bot.cli import main
from rehearsal.box import Box

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


def environment(folder: Path, box: Box | None = None, **more: str | None) -> dict[str, str]:
    """The environment of an installation in this folder; None takes a setting away."""
    ours = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": f"sqlite:///{folder}/bot.db",
    }
    if box is not None:
        ours |= {
            "SLACK_BOT_TOKEN": box.bot_token,
            "SLACK_SIGNING_SECRET": box.signing_secret,
            "SLACK_API_URL": box.api_url,
            "PUBLIC_URL": box.public_url,
        }
    return {name: value for name, value in (ours | more).items() if value is not None}


def run(folder: Path, *words: str, box: Box | None = None, **more: str | None) -> Said:
    """Run `presumptive WORDS` to its end in this folder, within this process: a start takes long."""
    ours = environment(folder, box, **more)
    clean = dict.fromkeys((name for name in os.environ if name not in ours), None)
    with chdir(folder):
        done = CliRunner().invoke(main, list(words), env=clean | ours, catch_exceptions=True)
    failed = done.exception is not None and not isinstance(done.exception, SystemExit)
    trace = "Traceback\n" + repr(done.exception) if failed else ""
    return Said(done.exit_code, done.stdout, done.stderr + trace)


def run_apart(folder: Path, *words: str, box: Box | None = None, **more: str | None) -> Said:
    """As `run`, as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *words],
        cwd=folder,
        env=environment(folder, box, **more),
        capture_output=True,
        text=True,
        timeout=60,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Serving:
    """A serving process that can be killed and started again on the same database."""

    folder: Path
    box: Box
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[str] | None = None
    more: dict[str, str] = field(default_factory=dict)
    """Further settings of its environment."""

    def start(self, *, ready: bool = True, **more: str | None) -> None:
        self.box.bot_address = f"http://127.0.0.1:{self.port}"
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "serve"],
                cwd=self.folder,
                env=environment(self.folder, self.box, PORT=str(self.port), **(self.more | more)),
                stdout=log,
                stderr=log,
                text=True,
            )
        if ready and not self.box.wait_for(lambda: self.get("/readyz") == 200, 20):
            raise AssertionError(self.log())

    def get(self, path: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)) as line:
            try:
                line.request("GET", path)
                return line.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def ready(self) -> dict[str, Any]:
        """What `/readyz` says; nothing where it does not answer."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=3)) as line:
            try:
                line.request("GET", "/readyz")
                return dict(json.loads(line.getresponse().read()))
            except (OSError, http.client.HTTPException, ValueError):
                return {}

    def log(self) -> str:
        return (self.folder / "log").read_text()

    def kill(self) -> None:
        """As the machine kills: without a word."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def end(self, seconds: float = 10) -> tuple[int, float]:
        """SIGTERM; the exit code and how long it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds), time.monotonic() - begun


@contextmanager
def serving(folder: Path, box: Box) -> Iterator[Serving]:
    """Ends the process, if it is still there."""
    found = Serving(folder, box)
    try:
        yield found
    finally:
        if found.process is not None and found.process.poll() is None:
            found.kill()
