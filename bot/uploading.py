"""Files on their way to Slack: the bytes first, then where they are shown (slack-platform 9.5)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from bot.charting import CannotDraw, Drawer
from bot.digests import Chart
from bot.slackcalls import Outcome, Refusal, Sent, SlackCalls, TryLater

log = logging.getLogger(__name__)

SCOPE = "files:write"
TRIES = 3
"""How often a picture is uploaded before the message goes without it."""
LOOKS = 5
"""How often Slack may say that it does not know the picture yet: it looks a file through first."""
PAUSE = 1.0


def may_upload(calls: SlackCalls) -> bool:
    """Whether the token may upload files, as far as Slack has said."""
    return calls.scopes is None or SCOPE in calls.scopes


def lacks_scope(outcome: object) -> bool:
    """Whether Slack refused because the app may not upload files."""
    return isinstance(outcome, Refusal) and outcome.error == "missing_scope"


def put(calls: SlackCalls, name: str, content: bytes, alt: str | None = None) -> str | Outcome:
    """The bytes, where nobody sees them yet: the file's id. What is never completed Slack discards."""
    asked = calls.call(
        "files.getUploadURLExternal", filename=name, length=len(content), alt_txt=alt
    )
    if not isinstance(asked, Sent):
        return asked
    sent = calls.put(str(asked.body.get("upload_url")), content)
    return str(asked.body.get("file_id")) if isinstance(sent, Sent) else sent


def complete(calls: SlackCalls, file_id: str, title: str, **where: Any) -> Outcome:
    """Make a file of the bytes: shared by `channel_id` and `thread_ts`, else the bot's own."""
    return calls.call(
        "files.completeUploadExternal", files=[{"id": file_id, "title": title}], **where
    )


@dataclass(frozen=True)
class Picture:
    """A file that image blocks may name; without an id there is none, and what it is `missing` for."""

    file_id: str | None = None
    missing: str = ""
    """`drawing`, `scope` or `refused`."""


@dataclass(frozen=True)
class NotYet:
    """It is on its way: look again in so many seconds."""

    seconds: float = PAUSE


class Pictures:
    """The pictures of messages, drawn and uploaded aside, so that nothing waits behind them.

    They are remembered by the message's key until it is sent; with the process they are forgotten,
    and drawn again.
    """

    def __init__(
        self,
        calls: SlackCalls,
        draw: Callable[[Mapping[str, Any]], bytes] | None = None,
        aside: Executor | None = None,
    ) -> None:
        self._calls = calls
        self._drawer = Drawer()
        self._draw = draw or self._drawer
        self._aside = aside or ThreadPoolExecutor(1, "pictures")
        self._made: dict[str, Future[Picture | NotYet]] = {}
        self._tries: dict[str, int] = {}
        self._looks: dict[str, int] = {}

    def of(self, key: str, chart: Chart) -> Picture | NotYet:
        """The picture of a message, or when to look again; one that can't be had is soon given up."""
        if not may_upload(self._calls):
            return Picture(missing="scope")
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._aside.submit(self._make, chart)
        if not made.done():
            return NotYet()
        if (fault := made.exception()) is not None:
            log.error("the chart of %s could not be made", key, exc_info=fault)
            return Picture(missing="drawing")
        found = made.result()
        if isinstance(found, NotYet):
            self._tries[key] = self._tries.get(key, 0) + 1
            if self._tries[key] >= TRIES:
                return Picture(missing="refused")
            del self._made[key]
        if isinstance(found, Picture) and self._looks.get(key, 0) >= LOOKS:
            return Picture(missing="refused")
        return found

    def unseen(self, key: str) -> float:
        """Slack does not know the picture yet: seconds until it is worth asking again."""
        self._looks[key] = self._looks.get(key, 0) + 1
        return min(PAUSE * 2.0 ** (self._looks[key] - 1), 8.0)

    def forget(self, key: str) -> None:
        """The message was sent."""
        self._made.pop(key, None)
        self._tries.pop(key, None)
        self._looks.pop(key, None)

    def stop(self) -> None:
        """End what is being drawn; nothing is begun any more."""
        self._drawer.stop()
        self._aside.shutdown(wait=True, cancel_futures=True)

    def _make(self, chart: Chart) -> Picture | NotYet:
        try:
            content = self._draw(chart.spec)
        except CannotDraw as error:
            log.warning("the digest goes without its chart: %s", error)
            return Picture(missing="drawing")
        file_id = put(self._calls, chart.name, content, chart.alt)
        if not isinstance(file_id, str):
            return self._failed(file_id)
        done = complete(self._calls, file_id, chart.title)
        return Picture(file_id) if isinstance(done, Sent) else self._failed(done)

    def _failed(self, outcome: Outcome) -> Picture | NotYet:
        """Refused for good, or worth another try: what was half uploaded Slack discards."""
        if isinstance(outcome, Refusal):
            log.warning("the digest goes without its chart: Slack said %s", outcome.error)
            return Picture(missing="scope" if lacks_scope(outcome) else "refused")
        return NotYet(outcome.seconds if isinstance(outcome, TryLater) else PAUSE)
