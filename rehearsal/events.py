"""Tells the bot what happened in the workspace, and tells it again when it did not hear."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

from rehearsal.deliver import LATE, Deliveries, Outcome
from rehearsal.workspace import APP_ID, Workspace

RETRIES = (0.0, 60.0, 300.0)
SUBSCRIBED = frozenset(
    {
        "app_home_opened",
        "app_mention",
        "member_joined_channel",
        "member_left_channel",
        "message.im",
        "subteam_members_changed",
        "user_change",
    }
)
"""What is told where no manifest says otherwise, by the names that a manifest has for it."""
NEEDED = {
    "app_mention": ("app_mentions:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.channels": ("channels:history",),
    "message.groups": ("groups:history",),
    "message.im": ("im:history",),
    "subteam_members_changed": ("usergroups:read",),
    "user_change": ("users:read",),
}
"""The scopes of which one is needed for an event to be told; the others need none."""
MESSAGES = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}
"""Under which name `message` events of a kind of conversation are subscribed to."""


class Events:
    """Delivers each event once and up to three times more; `retries` are seconds to wait.

    Told is what is subscribed to, where one of the scopes it needs is granted and the bot is in the
    channel.
    """

    def __init__(
        self,
        workspace: Workspace,
        deliveries: Deliveries,
        scopes: Callable[[], frozenset[str]],
    ) -> None:
        self._workspace = workspace
        self._deliveries = deliveries
        self._scopes = scopes
        self._ids = itertools.count(1)
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self.under_way = 0
        self.retries: tuple[float, ...] = RETRIES
        self.subscribed: frozenset[str] = SUBSCRIBED

    def tell(self, event: dict[str, Any]) -> None:
        """Starts to deliver an event, without waiting for the bot."""
        if self._stopped.is_set() or not self.is_told(event):
            return
        with self._lock:
            self.under_way += 1
        envelope = self.envelope(event)
        threading.Thread(target=self._deliver, args=[envelope], daemon=True).start()

    def is_told(self, event: dict[str, Any]) -> bool:
        """Whether the bot hears of this event at all."""
        name = MESSAGES[event["channel_type"]] if event["type"] == "message" else event["type"]
        needed = NEEDED.get(name, ())
        if name not in self.subscribed or (needed and not self._scopes() & set(needed)):
            return False
        return event["type"] not in ("message", "app_mention") or self._is_there(event["channel"])

    def _is_there(self, channel: str) -> bool:
        return self._workspace.bot_id in self._workspace.channels[channel].members

    def envelope(self, event: dict[str, Any]) -> dict[str, Any]:
        workspace = self._workspace
        return {
            "token": "deprecated",
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": APP_ID,
            "type": "event_callback",
            "event_id": f"Ev0EVENT{next(self._ids):05d}",
            "event_time": int(workspace.now().timestamp()),
            "event_context": "4-opaque",
            "is_ext_shared_channel": False,
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": workspace.bot_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "event": event,
        }

    def _deliver(self, envelope: dict[str, Any]) -> None:
        try:
            outcome = self._deliveries.send("events_api", envelope)
            for attempt, wait in enumerate(self.retries, start=1):
                if outcome.error is None or self._stopped.wait(wait):
                    return
                reason = _reason(outcome)
                outcome = self._deliveries.send("events_api", envelope, attempt, reason)
        finally:
            with self._lock:
                self.under_way -= 1

    def stop(self) -> None:
        self._stopped.set()


def _reason(outcome: Outcome) -> str:
    if outcome.error == LATE:
        return "http_timeout"
    return "http_error" if outcome.status else "connection_failed"
