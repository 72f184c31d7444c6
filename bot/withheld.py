"""Why this process releases nothing at the moment, though it hears every press (DESIGN 2.7, 6)."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

log = logging.getLogger(__name__)


class Withheld:
    """Causes for which no candidate may be released, each said by who found it. Safe between threads."""

    def __init__(self) -> None:
        self._causes: dict[str, str] = {}
        self._lock = threading.Lock()

    def put(self, cause: str, sentence: str | None) -> None:
        """Withhold releases for `cause`, a short word, as the sentence says; None: it is gone."""
        with self._lock:
            before = self._causes.pop(cause, None)
            if sentence is not None:
                self._causes[cause] = sentence
        if sentence is not None and sentence != before:
            log.error("nothing is released: %s", sentence)
        if sentence is None and before is not None:
            log.info("no longer withheld: %s", before)

    def __call__(self) -> Mapping[str, str]:
        """What withholds releases now: a sentence by cause, in the order in which they came."""
        with self._lock:
            return dict(self._causes)
