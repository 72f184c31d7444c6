"""Messages that Slack tells us of: which are our own come back, and which somebody wrote (DESIGN 2.4, 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Payload = Mapping[str, Any]


def is_ours(body: Payload, event: Payload) -> bool:
    """Whether a `message` or `app_mention` event is of a message that this bot posted."""
    ours = {auth.get("user_id") for auth in body.get("authorizations") or () if auth.get("is_bot")}
    app = body.get("api_app_id")
    return any(
        (app is not None and told.get("app_id") == app) or (told.get("user") in ours)
        for told in _told(event)
    )


def _told(event: Payload) -> Iterator[Payload]:
    """The message itself, or, of one that was changed or deleted, as it is and as it was."""
    yield event
    for name in ("message", "previous_message"):
        inside = event.get(name)
        if isinstance(inside, Mapping):
            yield inside
