"""Hands payloads to the bot over signed HTTP or Socket Mode, as Slack does, and keeps count."""

from __future__ import annotations

import copy
import hashlib
import hmac
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from rehearsal.record import Delivery, Record
from rehearsal.sockets import Gone, Sockets

ACK_SECONDS = 3.0
LATE = "operation_timeout"
FAILED = "dispatch_failed"
Payload = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How the bot answered; `status` is 0 where it did not."""

    status: int
    body: str = ""
    error: str | None = None


class Transport(Protocol):
    def send(self, kind: str, payload: Payload, attempt: int, reason: str) -> Outcome: ...


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The v0 signature of a raw body (slack-platform 2)."""
    base = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def encoded(kind: str, payload: Payload) -> tuple[str, bytes]:
    """The content type and raw body of one delivery over HTTP (slack-platform 1.2 to 1.8)."""
    if kind == "events_api":
        return "application/json", json.dumps(payload).encode()
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return "application/x-www-form-urlencoded", urlencode(fields).encode()


@dataclass
class OverHttp:
    """Posts to the one request URL, signed by the real time."""

    secret: str
    request_url: Callable[[], str]
    seconds: float = ACK_SECONDS

    def send(self, kind: str, payload: Payload, attempt: int = 0, reason: str = "") -> Outcome:
        content_type, body = encoded(kind, payload)
        headers = {"Content-Type": content_type, **self.signature(body)}
        if attempt:
            headers |= {"X-Slack-Retry-Num": str(attempt), "X-Slack-Retry-Reason": reason}
        try:
            return self._post(body, headers)
        except TimeoutError:
            return Outcome(0, error=LATE)
        except (OSError, http.client.HTTPException):
            return Outcome(0, error=FAILED)

    def signature(self, body: bytes) -> dict[str, str]:
        timestamp = str(int(time.time()))
        return {
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": sign(self.secret, timestamp, body),
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept": "application/json,*/*",
        }

    def _post(self, body: bytes, headers: dict[str, str]) -> Outcome:
        where = urlsplit(self.request_url())
        connection = http.client.HTTPConnection(where.netloc, timeout=self.seconds)
        try:
            connection.request("POST", where.path or "/", body, headers)
            answer = connection.getresponse()
            said = answer.read().decode(errors="replace")
        finally:
            connection.close()
        return Outcome(answer.status, said, None if 200 <= answer.status < 300 else FAILED)


@dataclass
class OverSocket:
    """Sends envelopes to one of the open connections."""

    sockets: Sockets
    seconds: float = ACK_SECONDS

    def send(self, kind: str, payload: Payload, attempt: int = 0, reason: str = "") -> Outcome:
        retry = {"retry_attempt": attempt, "retry_reason": reason}
        extra = retry if kind == "events_api" else {}
        try:
            said = self.sockets.deliver(kind, payload, self.seconds, **extra)
        except Gone:
            return Outcome(0, error=FAILED)
        except TimeoutError:
            return Outcome(0, error=LATE)
        return Outcome(200, json.dumps(said) if said else "")


@dataclass
class Deliveries:
    """The one way by which payloads leave the workspace, so that each is recorded."""

    transport: Transport
    record: Record
    now: Callable[[], datetime]

    def send(self, kind: str, payload: Payload, attempt: int = 0, reason: str = "") -> Outcome:
        started, at = time.monotonic(), self.now()
        payload = copy.deepcopy(payload)  # what is typed on later was not in it
        outcome = self.transport.send(kind, payload, attempt, reason)
        self.record.keep_delivery(
            Delivery(
                kind,
                payload,
                at,
                time.monotonic() - started,
                outcome.status,
                outcome.body,
                outcome.error,
                attempt,
            )
        )
        return outcome
