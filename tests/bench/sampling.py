"""Looks, every few milliseconds, where each thread stands: what the others wait for shows only there."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from tests.bench.installation import ROOT

EVERY = 0.003
OURS = ("bot", "commands", "storage", "rules", "templates")


class Samples:
    """How often which group of threads was seen where."""

    def __init__(self) -> None:
        self.seen: Counter[tuple[str, str]] = Counter()
        self.looks = 0
        self._stop = threading.Event()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Look from a thread of its own for as long as the block lasts."""
        looking = threading.Thread(target=self._look, name="sampling", daemon=True)
        looking.start()
        try:
            yield
        finally:
            self._stop.set()
            looking.join()

    def _look(self) -> None:
        while not self._stop.is_set():
            names = {t.ident: t.name.rstrip("0123456789-_") for t in threading.enumerate()}
            for ident, frame in sys._current_frames().items():
                if place := _place(frame):
                    self.seen[names.get(ident, "?"), place] += 1
            self.looks += 1
            time.sleep(EVERY)

    def lines(self, most: int = 30) -> list[tuple[str, str]]:
        """The places seen most often, each as how many threads stood there on the average."""
        return [
            (f"{many / self.looks:.2f} threads", f"{group}: {place}")
            for (group, place), many in self.seen.most_common(most)
        ]


def _place(frame: FrameType | None) -> str:
    """The innermost two functions of ours, and the innermost of all; empty where none is ours."""
    innermost, ours = frame, list[str]()
    while frame is not None and len(ours) < 2:
        path = frame.f_code.co_filename.removeprefix(f"{ROOT}/")
        if path.partition("/")[0] in OURS:
            ours.append(f"{path}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    if not ours or innermost is None:
        return ""
    return f"{innermost.f_code.co_name} < {' < '.join(ours)}"
