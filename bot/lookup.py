"""Finds a message whose answer was lost, by the metadata it was posted with (stack 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.slackcalls import Away, Outcome, Refusal, Sent, SlackCalls, TryLater, Unknown
from storage.outbox import Message

EVENT = "presumptive_message"
BEFORE = timedelta(minutes=1)
"""How long before the first attempt to begin: Slack's clock is not ours."""
PAGE, PAGES = 200, 25
NOBODY = frozenset({"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot"})


@dataclass(frozen=True)
class Found:
    """It stands in Slack, at this version."""

    channel: str
    ts: str
    version: int


class NotThere:
    """Slack was asked, and it does not stand there."""


class CannotLook:
    """The token may not read that history, so nobody can tell."""


Finding = Found | NotThere | CannotLook | TryLater | Away | Unknown


def label(message: Message) -> dict[str, Any]:
    """The metadata that a post carries, so that it can be found again."""
    return {"event_type": EVENT, "event_payload": {"k": message.key, "v": message.want}}


class Lookup:
    """Looks for posts in the history of channels, threads and direct messages."""

    def __init__(self, calls: SlackCalls) -> None:
        self._calls = calls

    def find(self, message: Message, place: str, thread_ts: str | None) -> Finding:
        """Where a version newer than the one known to be sent stands, in the thread if one is given.

        `place` is where it was posted: a channel, or a user for a direct message.
        """
        channel = self._channel(message.channel or place)
        if not isinstance(channel, str):
            return channel
        if self._calls.reads_history(channel) is False:
            return CannotLook()
        found: Found | None = None
        for page in self._pages(channel, thread_ts, _since(message)):
            if not isinstance(page, Sent):
                return _unanswered(page)
            for said in page.body.get("messages") or []:
                version = self._version(said, message)
                if version is not None and (found is None or version > found.version):
                    found = Found(channel, said["ts"], version)
        return found or NotThere()

    def find_file(self, message: Message, channel: str, thread_ts: str, name: str) -> Finding:
        """Where a file of this name was shared by us in a thread: a share carries no metadata of ours."""
        if self._calls.reads_history(channel) is False:
            return CannotLook()
        for page in self._pages(channel, thread_ts, _since(message)):
            if not isinstance(page, Sent):
                return _unanswered(page)
            for said in page.body.get("messages") or []:
                names = [file.get("name") for file in said.get("files") or []]
                if name in names and self._calls.user_id in (None, said.get("user")):
                    return Found(channel, said["ts"], message.want)
        return NotThere()

    def _channel(self, place: str) -> str | Finding:
        """The conversation it was posted to; a direct message is opened, which changes nothing."""
        if place[:1] not in "UW":
            return place
        opened = self._calls.call("conversations.open", users=place)
        if isinstance(opened, Sent):
            return str(opened.body["channel"]["id"])
        if isinstance(opened, Refusal) and opened.error in NOBODY:
            return NotThere()
        return _unanswered(opened)

    def _pages(self, channel: str, thread_ts: str | None, since: datetime) -> Iterator[Outcome]:
        method = "conversations.replies" if thread_ts else "conversations.history"
        cursor: str | None = None
        for _ in range(PAGES):
            page = self._calls.call(
                method,
                channel=channel,
                ts=thread_ts,
                oldest=f"{since.timestamp():.6f}",
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
            yield page
            if not isinstance(page, Sent):
                return
            cursor = (page.body.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _version(self, said: Mapping[str, Any], message: Message) -> int | None:
        """The version of our message that this is; None where it is something else."""
        metadata = said.get("metadata") or {}
        about = metadata.get("event_payload") or {}
        ours = self._calls.user_id in (None, said.get("user"))
        if metadata.get("event_type") != EVENT or about.get("k") != message.key or not ours:
            return None
        version = int(about.get("v") or 0)
        return version if version > message.sent else None


def _since(message: Message) -> datetime:
    tried = message.first_tried_at
    assert tried is not None, "a message that was never tried can't be lost"
    return min(tried, message.wanted_at or tried) - BEFORE


def _unanswered(outcome: Outcome) -> Finding:
    if isinstance(outcome, Refusal):
        return NotThere() if outcome.error == "thread_not_found" else CannotLook()
    assert not isinstance(outcome, Sent)
    return outcome
