"""Cold start to the first acknowledged command, and memory when idle, through both doors."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from tests.bench.installation import CHANNEL, Installation, Server, wait_for
from tests.bench.report import Measured, percentile

IDLE = 20.0
"""Seconds after which it counts as idle: every errand but the rarest has run."""


def measure(quick: bool, say: Callable[[str], None]) -> Measured:
    found = Measured("cold: cold start to the first acknowledged command, and memory when idle")
    runs, idle = (1, 3.0) if quick else (7, IDLE)
    for transport in ("http", "socket"):
        say(f"{runs} starts by {transport}")
        seconds, megabytes = _starts(transport, runs, idle)
        each = ", ".join(f"{second:.2f}" for second in seconds)
        found.line(f"start by {transport}, seconds", each)
        found.line(f"idle memory by {transport}", f"{megabytes:.0f} MB resident")
        found.bar(f"cold-start-{transport}-s", percentile(seconds, 0.5), 1.5)
        found.bar(f"idle-memory-{transport}-mb", megabytes, 130)
    return found


def _starts(
    transport: Literal["http", "socket"], runs: int, idle: float
) -> tuple[list[float], float]:
    """Seconds of each start, and resident megabytes of the last one after some presses and a rest."""
    installation = Installation(transport)
    try:
        seconds = []
        for run in range(runs):
            began = time.perf_counter()
            with installation.serve() as server:
                wait_for(lambda: _acknowledged(installation), every=0.01)
                seconds.append(time.perf_counter() - began)
                if run == runs - 1:
                    megabytes = _used(installation, server, idle)
    finally:
        installation.close()
    return seconds, megabytes


def _used(installation: Installation, server: Server, idle: float) -> float:
    """A candidate is announced and some commands are typed, then nothing happens for a while."""
    installation.announce()
    for _ in range(20):
        _acknowledged(installation)
    time.sleep(idle)
    return server.megabytes


def _acknowledged(installation: Installation) -> bool:
    seen = installation.box.person("alice").command("/release help", CHANNEL)
    return seen.error is None
