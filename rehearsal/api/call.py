"""One Web API call: its arguments, who makes it, and the table of methods that answer it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.limits import Limits
from rehearsal.messages import Message
from rehearsal.people import User
from rehearsal.workspace import Workspace

Answer = dict[str, Any]
FAMILIES = {"public": "channels", "private": "groups", "im": "im"}


@dataclass
class Call:
    """A call under way; argument readers raise SlackError where Slack would object.

    `warnings` are told beside the answer of a call that was accepted.
    """

    method: str
    arguments: dict[str, Any]
    workspace: Workspace
    limits: Limits
    scopes: frozenset[str]
    base_url: str
    socket_address: Callable[[], str]
    warnings: list[str] = field(default_factory=list)

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise objection(f"must be a string: {name}")
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise objection(f"missing required field: {name}")
        return value

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def count(self, name: str, default: int, most: int) -> int:
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit() and 1 <= int(value) <= most):
            if name == "limit":
                raise SlackError("invalid_limit")
            raise objection(f"must be a number from 1 to {most}: {name}")
        return int(value) if value else default

    def structure(self, name: str, error: str = "invalid_arguments") -> Any:
        """A JSON argument, also where it came as text in a form; None if it is absent."""
        value = self.arguments.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None

    def need(self, scope: str) -> None:
        if scope not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise SlackError("missing_scope", needed=scope, provided=provided)

    def need_kind(self, channel: Channel, right: str) -> None:
        self.need(f"{FAMILIES[channel.kind]}:{right}")

    def channel(self, name: str = "channel") -> Channel:
        """A channel the bot can see; private ones it is not in are not found."""
        found = self.workspace.channels.get(self.required(name))
        if found is None or not self.sees(found):
            raise SlackError("channel_not_found")
        return found

    def joined_channel(self, name: str = "channel") -> Channel:
        """A channel the bot is in."""
        found = self.channel(name)
        if not self.is_in(found):
            raise SlackError("not_in_channel")
        return found

    def sees(self, channel: Channel) -> bool:
        return channel.kind == "public" or self.is_in(channel)

    def is_in(self, channel: Channel) -> bool:
        return self.workspace.bot_id in channel.members

    def user(self, name: str = "user") -> User:
        found = self.workspace.users.get(self.required(name))
        if found is None:
            raise SlackError("user_not_found")
        return found

    def message(self, channel: Channel, name: str = "ts") -> Message:
        found = channel.messages.get(self.required(name))
        if found is None:
            raise SlackError("message_not_found")
        return found

    def page(self, items: list[Any], most: int, default: int = 100) -> tuple[list[Any], Answer]:
        """One page of items and the response_metadata that leads to the next."""
        limit = self.count("limit", default, most)
        start = self._start(self.text("cursor"))
        more = start + limit < len(items)
        following = self._cursor(start + limit) if more else ""
        return items[start : start + limit], {"next_cursor": following}

    def _cursor(self, start: int) -> str:
        return base64.b64encode(f"{self.method}:{start}".encode()).decode()

    def _start(self, cursor: str) -> int:
        """Where a page begins; a cursor is good for the method that gave it, and opaque."""
        if not cursor:
            return 0
        try:
            method, _, start = base64.b64decode(cursor, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise SlackError("invalid_cursor") from None
        if method != self.method or not start.isdigit():
            raise SlackError("invalid_cursor")
        return int(start)


def objection(message: str) -> SlackError:
    """`invalid_arguments`, saying which one and why."""
    said = {"messages": [f"[ERROR] {message}"]}
    return SlackError("invalid_arguments", response_metadata=said)


@dataclass(frozen=True)
class Method:
    """`app_level` takes the app's own token only; `open_to_all` none; `form_only` no JSON body."""

    run: Callable[[Call], Answer]
    tier: str
    scope: str | None = None
    app_level: bool = False
    open_to_all: bool = False
    form_only: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str,
    tier: str,
    scope: str | None = None,
    *,
    app_level: bool = False,
    open_to_all: bool = False,
    form_only: bool = False,
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Enters a function into the table of methods, with its tier and the scope it needs."""

    def enter(run: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        METHODS[name] = Method(run, tier, scope, app_level, open_to_all, form_only)
        return run

    return enter
