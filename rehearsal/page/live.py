"""Tells every open page that something has changed, gathered so that a storm is no flood."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

GATHERED = 0.1
"""Real seconds between two messages to one page."""
WHILE_MOVING = 0.2
STILL_HERE = 15.0

Told = dict[str, object]


class Live:
    """The server-sent events; `wake` may be called from any thread, the rest by the server's.

    `tell` says how things stand, `moving` whether the clock is going somewhere.
    """

    def __init__(self, tell: Callable[[], Told], moving: Callable[[], bool]) -> None:
        self._tell = tell
        self._moving = moving
        self._loop: asyncio.AbstractEventLoop | None = None
        self._bells: set[asyncio.Event] = set()
        self._ringing = False

    def open(self) -> None:
        """Begins, in the server's loop."""
        self._ringing, self._loop = False, asyncio.get_running_loop()

    def close(self) -> None:
        """Ends every stream, so that the server can end."""
        loop, self._loop = self._loop, None
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended before
                loop.call_soon_threadsafe(self._ring)

    def wake(self) -> None:
        loop = self._loop
        if loop is None or self._ringing:
            return
        self._ringing = True
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(self._ring)

    def _ring(self) -> None:
        self._ringing = False
        for bell in self._bells:
            bell.set()

    async def stream(self) -> AsyncIterator[str]:
        """How things stand at once and after each change, until the page or the server goes."""
        bell = asyncio.Event()
        self._bells.add(bell)
        try:
            yield "retry: 1000\n\n"
            while self._loop is not None:
                bell.clear()
                yield f"data: {json.dumps(self._tell())}\n\n"
                await asyncio.sleep(GATHERED)
                while not await self._rung(bell) and not self._moving():
                    yield ": still here\n\n"
        finally:
            self._bells.discard(bell)

    async def _rung(self, bell: asyncio.Event) -> bool:
        try:
            await asyncio.wait_for(bell.wait(), WHILE_MOVING if self._moving() else STILL_HERE)
        except TimeoutError:
            return False
        return True
