"""One Web API call: its arguments, who makes it, and the table of methods that answer it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rehearsal.channels import Channel
from rehearsal.errors import SlackError
from rehearsal.limits import Limits
from rehearsal.messages import Message
from rehearsal.people import User
from rehearsal.workspace import Workspace

Answer = dict[str, Any]


@dataclass
class Call:
    """A call under way; argument readers raise SlackError where Slack would object."""

    method: str
    arguments: dict[str, Any]
    workspace: Workspace
    limits: Limits
    scopes: frozenset[str]
    base_url: str
    socket_address: Callable[[], str]

    def text(self, name: str, default: str = "") -> str:
        value = self.arguments.get(name)
        if value is None:
            return default
        if isinstance(value, (dict, list)):
            raise SlackError("invalid_arguments", **_complaint(f"must be a string: {name}"))
        return str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", **_complaint(f"missing required field: {name}"))
        return value

    def flag(self, name: str) -> bool:
        return str(self.arguments.get(name, "")).lower() in ("1", "true")

    def count(self, name: str, default: int, most: int) -> int:
        value = self.text(name)
        if value and not (value.isdigit() and 1 <= int(value) <= most):
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments")
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
        family = {"public": "channels", "private": "groups", "im": "im"}[channel.kind]
        self.need(f"{family}:{right}")

    def channel(self, name: str = "channel") -> Channel:
        """A channel the bot can see; private ones it is not in are not found."""
        found = self.workspace.channels.get(self.required(name))
        hidden = found is not None and found.kind != "public"
        if found is None or (hidden and self.workspace.bot_id not in found.members):
            raise SlackError("channel_not_found")
        return found

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
        cursor = self.text("cursor")
        if cursor and not cursor.removeprefix("next:").isdigit():
            raise SlackError("invalid_cursor")
        start = int(cursor.removeprefix("next:")) if cursor else 0
        more = start + limit < len(items)
        following = f"next:{start + limit}" if more else ""
        return items[start : start + limit], {"next_cursor": following}


def _complaint(message: str) -> Answer:
    return {"response_metadata": {"messages": [f"[ERROR] {message}"]}}


@dataclass(frozen=True)
class Method:
    run: Callable[[Call], Answer]
    tier: str
    scope: str | None = None
    app_level: bool = False


METHODS: dict[str, Method] = {}


def method(
    name: str, tier: str, scope: str | None = None, *, app_level: bool = False
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Enters a function into the table of methods, with its tier and the scope it needs."""

    def enter(run: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        METHODS[name] = Method(run, tier, scope, app_level)
        return run

    return enter
