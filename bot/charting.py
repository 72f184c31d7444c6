"""Has a chart drawn in a short-lived process, so that the charting library never comes into this one (DESIGN 8)."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

log = logging.getLogger(__name__)

WITHIN = 45.0
"""Seconds: on its first run the library looks through the machine's fonts."""
PNG = b"\x89PNG\r\n\x1a\n"
KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "TEMP", "SYSTEMROOT", "XDG_CACHE_HOME", "MPLCONFIGDIR")
"""What the process is told of its surroundings: no token, no address."""


class CannotDraw(Exception):
    """There is no picture; the text says why."""


class Drawer:
    """Draws one chart at a time; `stop` ends the one under way."""

    def __init__(self, module: str = "bot.chart", within: float = WITHIN) -> None:
        self._module, self._within = module, within
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._lock = threading.Lock()

    def __call__(self, spec: Mapping[str, Any]) -> bytes:
        """The chart as a PNG. Raises CannotDraw."""
        asked = json.dumps(spec).encode()
        try:
            running = self._begin()
        except OSError as error:
            raise CannotDraw(f"no process for it: {error.strerror}") from None
        try:
            drawn, complaint = running.communicate(asked, self._within)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            raise CannotDraw(f"it was not drawn within {self._within:.0f} s") from None
        if running.returncode or not drawn.startswith(PNG):
            last = complaint.decode(errors="replace").strip().rpartition("\n")[2]
            raise CannotDraw(f"drawing ended with {running.returncode}: {last[:200]}")
        return drawn

    def _begin(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._stopped:
                raise CannotDraw("the bot is ending")
            self._running = subprocess.Popen(  # noqa: S603 - our own module, by our own Python
                [sys.executable, "-P", "-m", self._module],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=_surroundings(),
            )
            return self._running

    def stop(self) -> None:
        """Draw no more, and end what is being drawn."""
        with self._lock:
            self._stopped = True
            if self._running is not None and self._running.poll() is None:
                self._running.kill()


def _surroundings() -> dict[str, str]:
    """Our own path of modules, whatever the folder, and as little else as it takes."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    modules = os.pathsep.join(os.path.abspath(place) for place in sys.path)
    return {**kept, "PYTHONPATH": modules, "MPLBACKEND": "Agg"}
