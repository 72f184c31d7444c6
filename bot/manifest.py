"""The Slack app's manifest: its command, its shortcuts, the fewest scopes (slack-platform 13)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from bot.settings import Misconfigured

SCOPES = ("channels:read", "chat:write", "commands", "usergroups:read", "users:read")
"""What the bot can't do without."""
WORD_SCOPES = ("app_mentions:read", "im:history")
"""With these what is typed to the bot is heard; asked for outright, since silence counts (DESIGN 2.4)."""
HISTORY_SCOPES = ("channels:history", "groups:history", "im:write")
"""With these a message whose answer was lost is never posted twice; the last finds a direct message's channel."""
PRIVATE_SCOPES = ("groups:read",)
"""With this a private channel may be named in the catalogue."""
FILE_SCOPES = ("files:write",)
"""With this the digest shows a chart and has its numbers as a file."""
OPTIONAL_SCOPES = tuple(sorted((*HISTORY_SCOPES, *PRIVATE_SCOPES, *FILE_SCOPES)))
EVENTS = ("subteam_members_changed", "user_change")
WORD_EVENTS = ("app_mention", "message.im")
REQUEST_PATH = "/slack/events"
"""Where Slack's requests go under the public address."""
ADDRESS = re.compile(
    r"https://[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}(:[0-9]{1,5})?(/[\w.~/-]*)?", re.I
)
"""A public address: a name with a domain, no user, no question, no fragment."""
COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
GLOBAL, ON_MESSAGE = "global", "message"
SHORTCUTS = (
    ("announce", "Announce a candidate", GLOBAL, "It goes to production unless it is halted"),
    ("halt", "Halt a release", ON_MESSAGE, "Stop the candidate this message is about"),
    ("fault", "Record a fault", ON_MESSAGE, "Something of a release is wrong in production"),
)
"""Verb (the callback id), name, where it is offered, what it does."""


def manifest(
    command: str = "/release", public_url: str | None = None, *, words: bool = True
) -> dict[str, Any]:
    """The manifest as Slack's page takes it: for Socket Mode, or for HTTP under `public_url`.

    Without `words` the bot is not told what is typed to it, and nobody can type in its direct message.
    Raises Misconfigured for an address Slack could not reach, or a command it would not take.
    """
    if not COMMAND.fullmatch(command):
        raise Misconfigured(
            f"COMMAND is {command!r}: write a slash and up to 31 small letters, digits, - or _."
        )
    address = _request_url(public_url) if public_url is not None else None
    reached = {} if address is None else {"url": address}
    requests = {} if address is None else {"request_url": address}
    scopes = sorted((*SCOPES, *WORD_SCOPES) if words else SCOPES)
    events = sorted((*EVENTS, *WORD_EVENTS) if words else EVENTS)
    return {
        "display_information": {
            "name": "Presumptive",
            "description": "Every candidate goes to production at its time, unless a role owner halts it",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": False,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": not words,
            },
            "bot_user": {"display_name": "presumptive", "always_online": True},
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": verb, "description": about}
                for verb, name, kind, about in SHORTCUTS
            ],
            "slash_commands": [
                {
                    "command": command,
                    "description": "Announce, assert or halt a release candidate, or see what is going out",
                    "usage_hint": "announce payments 2.4.1 thu 14:00 | halt payments why | status | help",
                    "should_escape": True,
                    **reached,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": scopes, "bot_optional": [*OPTIONAL_SCOPES]}},
        "settings": {
            "event_subscriptions": {"bot_events": events, **requests},
            "interactivity": {"is_enabled": True, **requests},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def _request_url(public_url: str) -> str:
    if not ADDRESS.fullmatch(public_url):
        raise Misconfigured(
            f"Slack can't reach {public_url}: give the public address as https://NAME, with a path only "
            "if your proxy adds one."
        )
    return public_url.rstrip("/").removesuffix(REQUEST_PATH) + REQUEST_PATH


def unheard(granted: Collection[str] | None) -> tuple[str, ...]:
    """The scopes for want of which words typed to the bot are not heard; `granted` None: nobody knows."""
    return () if granted is None else tuple(s for s in WORD_SCOPES if s not in granted)
