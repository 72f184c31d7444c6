"""Answers said past the outbox, straight to Slack: for when the database can take none (DESIGN 6)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.slackcalls import Sent, SlackCalls
from commands.request import Caller

log = logging.getLogger(__name__)

PRIVATE = {"response_type": "ephemeral", "replace_original": False}
THREADS = 4


class Aside:
    """Says something to one person, once and without waiting for it. What is lost is lost."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls
        self._pool = ThreadPoolExecutor(THREADS, "aside")

    def answer(self, caller: Caller, said: Mapping[str, Any]) -> None:
        """Answer whoever pressed, with `text` and `blocks`."""
        if caller.person is not None:
            self._pool.submit(self._answer, caller, caller.person, dict(said))

    def tell(self, person: str, text: str) -> None:
        """Send somebody a direct message."""
        self._pool.submit(self._calls.call, "chat.postMessage", channel=person, text=text)

    def stop(self) -> None:
        """Finish what is being said."""
        self._pool.shutdown(wait=True)

    def _answer(self, caller: Caller, person: str, said: dict[str, Any]) -> None:
        if caller.response_url:
            outcome = self._calls.respond(caller.response_url, said | PRIVATE)
            if isinstance(outcome, Sent):
                return
        outcome = self._calls.call("chat.postMessage", channel=person, **said)
        if not isinstance(outcome, Sent):
            log.warning("a press could not be answered past the database: %s", outcome)
