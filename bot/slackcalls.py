"""The thin gateway to Slack: one call, one try, and an answer that says what is known about it (stack 4)."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import BaseHandler, HTTPSHandler, ProxyHandler, build_opener
from urllib.request import Request as Posted

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

log = logging.getLogger(__name__)

AUTH = frozenset(
    {
        "invalid_auth",
        "not_authed",
        "account_inactive",
        "token_revoked",
        "token_expired",
        "missing_scope",
        "org_login_required",
        "team_added_to_org",
    }
)
"""Refusals of the token, not of the message: all calls will fail until an operator mends it."""
HOOKS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})
"""Where Slack takes answers to presses."""
LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
UNSURE = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Part may have succeeded (slack-platform 9.4)."""
HISTORY = {"C": ("channels:history", "groups:history"), "G": ("groups:history",)}
BY_FORM = (
    *("users.", "usergroups.", "conversations.", "auth.", "bots."),
    *("chat.getPermalink", "files.getUploadURLExternal"),
)
"""Methods that read take a form; those that write take JSON."""
UNSAID = 30.0
"""Seconds to wait where Slack says `ratelimited` without saying for how long."""


@dataclass(frozen=True)
class Sent:
    """Slack accepted it; `body` is its answer."""

    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TryLater:
    """Not accepted; to be tried again no sooner than in `seconds` of real time."""

    seconds: float
    error: str


@dataclass(frozen=True)
class Refusal:
    """Not accepted, and it will not be: `error` is Slack's own word, `detail` what stands beside it."""

    error: str
    detail: str = ""

    @property
    def permanent(self) -> bool:
        """Whether it is this message that Slack will never accept, rather than our token."""
        return self.error not in AUTH


@dataclass(frozen=True)
class Away:
    """Slack was not reached at all: nothing was accepted."""

    error: str


@dataclass(frozen=True)
class Unknown:
    """The answer was lost: Slack may have accepted it or not."""

    error: str


Outcome = Sent | TryLater | Refusal | Away | Unknown


class Listens(Protocol):
    """A clock that wants to hear what Slack's own clock shows."""

    def mark(self) -> float: ...

    def heard(self, date: datetime, asked: float) -> None: ...


class SlackCalls:
    """Calls of the Web API and of response urls with one bot token. May be shared between threads.

    The client must have no retry handlers: they would post twice (stack 0.6).
    """

    def __init__(self, client: WebClient, clock: Listens | None = None) -> None:
        """`clock` hears the `Date` of each answer to `call`."""
        if client.retry_handlers:
            raise ValueError("a client that retries by itself posts twice: retry_handlers=[]")
        self._client, self._clock = client, clock
        self.scopes: frozenset[str] | None = None
        """What the token may do, as Slack's answers say; None: they have not said yet."""
        self.time: datetime | None = None
        """What Slack's own clock showed at its last answer, to the second; None: it has not said."""
        self.team_id: str | None = None
        """Our own workspace, known once `who` has been answered."""
        self.user_id: str | None = None
        """The bot's own user."""
        self.bot_id: str | None = None

    def call(self, method: str, **arguments: Any) -> Outcome:
        """One call, tried once. Arguments that are None are left out."""
        given = {name: value for name, value in arguments.items() if value is not None}
        kind = "params" if method.startswith(BY_FORM) else "json"
        asked = self._clock.mark() if self._clock is not None else 0.0
        try:
            answer = self._client.api_call(method, **{kind: given})  # type: ignore[arg-type]
        except SlackApiError as error:
            self._note(error.response.headers, asked)
            return _failed(error.response.status_code, error.response.headers, error.response.data)
        except URLError as error:
            return _unreached(error)
        except (OSError, HTTPException, ValueError, SlackClientError) as error:
            return Unknown(_named(error))
        self._note(answer.headers, asked)
        return Sent(answer.data if isinstance(answer.data, dict) else {})

    def respond(self, url: str, body: Mapping[str, Any]) -> Outcome:
        """One answer to a press, through its response url; one that is not Slack's is not called."""
        if not answers_at(url, self._client.base_url):
            return Refusal("foreign_response_url")
        hook = WebhookClient(
            url,
            timeout=self._client.timeout,
            ssl=self._client.ssl,
            proxy=self._client.proxy,
            retry_handlers=[],
        )
        try:
            answer = hook.send_dict(dict(body))
        except URLError as error:
            return _unreached(error)
        except (OSError, HTTPException, ValueError, SlackClientError) as error:
            return Unknown(_named(error))
        if answer.status_code == 200:
            return Sent()
        if 400 <= answer.status_code < 500 and answer.status_code != 429:
            return Refusal(answer.body[:80] or f"http_{answer.status_code}")
        return _failed(answer.status_code, answer.headers, None)

    def put(self, address: str, content: bytes) -> Outcome:
        """The bytes of a file to the address that Slack gave for them; our token does not go with them."""
        if not address.startswith(("https://", "http://")):
            return Refusal("no_upload_url")
        kind = {"Content-Type": "application/octet-stream"}
        posted = Posted(address, content, kind, method="POST")  # noqa: S310 - looked at above
        way: list[BaseHandler] = [HTTPSHandler(context=self._client.ssl)]
        if self._client.proxy:
            way.append(ProxyHandler({"http": self._client.proxy, "https": self._client.proxy}))
        try:
            with build_opener(*way).open(posted, timeout=self._client.timeout) as answer:
                answer.read()
                return Sent()
        except HTTPError as error:
            with error:
                return _failed(error.code, dict(error.headers), {"error": f"http_{error.code}"})
        except URLError as error:
            return _unreached(error)
        except (OSError, HTTPException, ValueError) as error:
            return Unknown(_named(error))

    def who(self) -> Outcome:
        """`auth.test`: whether the token is good, and in passing whose it is and what it may do."""
        outcome = self.call("auth.test")
        if isinstance(outcome, Sent):
            self.team_id = outcome.body.get("team_id") or self.team_id
            self.user_id = outcome.body.get("user_id") or self.user_id
            self.bot_id = outcome.body.get("bot_id") or self.bot_id
        return outcome

    def reads_history(self, channel: str) -> bool | None:
        """Whether the token may read this channel's history; None: only trying can tell."""
        if self.scopes is None:
            return None
        return bool(self.scopes & set(HISTORY.get(channel[:1], ("im:history",))))

    def _note(self, headers: Mapping[str, Any], asked: float) -> None:
        said = _header(headers, "x-oauth-scopes")
        if said is not None:
            self.scopes = frozenset(scope.strip() for scope in said.split(",") if scope.strip())
        with suppress(TypeError, ValueError):
            said = _header(headers, "date") or ""
            self.time = parsedate_to_datetime(said).replace(tzinfo=UTC)  # HTTP knows GMT only
            if self._clock is not None:
                self._clock.heard(self.time, asked)


def answers_at(url: str, api_url: str) -> bool:
    """Whether a response url is Slack's own, or on the host of the API that is configured."""
    try:
        asked, api = urlsplit(url), urlsplit(api_url)
        if (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        return asked.scheme == "https" and asked.netloc in HOOKS
    except ValueError:
        return False


def _failed(status: int, headers: Mapping[str, Any], body: Any) -> Outcome:
    """What a failure Slack has answered means (slack-platform 9.4)."""
    said = body if isinstance(body, dict) else {}
    error = str(said.get("error") or f"http_{status}")
    if status == 429 or error in LIMITED:
        return TryLater(_retry_after(headers), error)
    if status >= 500:
        return Unknown(f"http_{status}")
    if error in UNSURE:
        return Unknown(error)
    if " " in error or not said:  # the library's own sentence for an answer that is not JSON
        strange = Unknown("an answer that is not Slack's")
        return strange if status == 200 else TryLater(UNSAID, f"http_{status}")
    return Refusal(error, _detail(said))


def _detail(said: Mapping[str, Any]) -> str:
    """What Slack says beside the error: the scope that lacks, what is wrong with which block."""
    if said.get("needed"):
        return f"needs {said['needed']}"
    messages = (said.get("response_metadata") or {}).get("messages") or []
    return "; ".join(str(message) for message in messages)[:300]


def _unreached(error: URLError) -> Outcome:
    """Refused connections and unknown hosts reached nobody; of a time-out nobody can tell."""
    reason = error.reason
    if isinstance(reason, OSError) and not isinstance(
        reason, TimeoutError | ConnectionResetError | BrokenPipeError
    ):
        return Away(_named(reason))
    return Unknown(_named(reason if isinstance(reason, Exception) else error))


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _retry_after(headers: Mapping[str, Any]) -> float:
    said = _header(headers, "retry-after")
    try:
        return min(max(float(said or UNSAID), 1.0), 3600.0)
    except ValueError:
        return UNSAID


def _header(headers: Mapping[str, Any], name: str) -> str | None:
    for key, value in headers.items():
        if key.lower() == name:
            return str(value[0] if isinstance(value, list) else value)
    return None
