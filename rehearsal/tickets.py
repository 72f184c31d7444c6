"""The short-lived rights an interaction hands to the bot: trigger ids and response urls."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from rehearsal.errors import SlackError

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_LIFE = timedelta(minutes=30)


@dataclass
class Trigger:
    """Lets the bot show `user` one modal, within three seconds of real time."""

    user: str
    issued: float
    view: str | None = None
    spent: bool = False


class Triggers:
    def __init__(self) -> None:
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str, view: str | None = None) -> str:
        found = f"{len(self._issued) + 9001}.8002.{secrets.token_hex(16)}"
        self._issued[found] = Trigger(user, time.monotonic(), view)
        return found

    def exchange(self, trigger_id: str) -> Trigger:
        """Spends a trigger; raises SlackError as views.open does (slack-platform 5)."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.spent:
            raise SlackError("exchanged_trigger_id")
        if time.monotonic() - trigger.issued > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.spent = True
        return trigger


@dataclass
class ResponseUrl:
    """Lets the bot answer `user` in `channel`; `source` is the ts of the pressed message."""

    user: str
    channel: str
    issued: datetime
    interaction: str
    source: str | None = None
    thread_ts: str | None = None
    uses: int = 0


class ResponseUrls:
    """Response urls live by the workspace's clock, since what they answer does."""

    def __init__(self) -> None:
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, ticket: ResponseUrl) -> str:
        token = secrets.token_urlsafe(16)
        self._issued[token] = ticket
        return token

    def spend(self, token: str, now: datetime) -> ResponseUrl:
        ticket = self._issued.get(token)
        if ticket is None or ticket.uses >= RESPONSE_USES or now - ticket.issued > RESPONSE_LIFE:
            raise SlackError("expired_url", status=404)
        ticket.uses += 1
        return ticket
