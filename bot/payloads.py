"""What Slack sends, looked at before Bolt sees it: what has not its shape is refused (DESIGN 6)."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import App, BoltRequest
from slack_bolt.response import BoltResponse

from bot.richtext import HALF

log = logging.getLogger(__name__)

UNREADABLE = BoltResponse(status=400, body="not a payload of Slack's")
DEEPEST = 60
"""Levels of lists and objects within each other; a message's blocks have about ten."""
LATEST = 32_503_680_000
"""Seconds since 1970 of the year 3000: no form asks for a later time."""
ODD = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
"""What reading a payload raises that is not what it should be."""
Payload = Mapping[str, Any]


def dispatched(
    app: App,
    read: Callable[[], BoltRequest],
    heard: Callable[[Payload], object] = lambda body: None,
) -> BoltResponse:
    """Bolt's answer to a request; UNREADABLE where it holds no payload of Slack's. Never raises.

    `heard` is told of each payload that can be read.
    """
    try:
        asked = read()
        asked.body = _clean(asked.body)
        heard(asked.body)
        if not _fits(asked.body):
            return UNREADABLE
    except ODD:
        return UNREADABLE
    return app.dispatch(asked)


def http_request(
    body: bytes, headers: Mapping[str, str], context: Mapping[str, Any] | None = None
) -> BoltRequest:
    """A signed request as Bolt reads it, with what its listeners are to know. Raises one of ODD."""
    return BoltRequest(body=body.decode(), headers=dict(headers), context=dict(context or {}))


def socket_request(payload: Any, headers: Any) -> BoltRequest:
    """The payload of an envelope as Bolt reads it. Raises one of ODD."""
    if not isinstance(payload, dict):
        raise TypeError("an envelope's payload is an object")
    return BoltRequest(mode="socket_mode", body=payload, headers=headers)


def _clean(part: Any, depth: int = 0) -> Any:
    """The same without what no database takes: half characters and NUL. Raises ValueError if too deep."""
    if depth > DEEPEST:
        raise ValueError("too deep")
    if isinstance(part, str):
        return HALF.sub("\ufffd", part.replace("\0", "\ufffd"))
    if isinstance(part, dict):
        return {_clean(key): _clean(each, depth + 1) for key, each in part.items()}
    return [_clean(each, depth + 1) for each in part] if isinstance(part, list) else part


def _fits(payload: Payload) -> bool:
    """Whether everything the listeners rest on is there, and is what it should be."""
    if "command" in payload:
        words = ("command", "text", "channel_id", "response_url", "trigger_id")
        return _text(payload, "user_id") and _texts(payload, *words)
    look = _KINDS.get(str(payload.get("type")))
    return True if look is None else look(payload)


def _pressed(payload: Payload) -> bool:
    actions = payload.get("actions")
    return (
        _by_somebody(payload)
        and isinstance(actions, list)
        and bool(actions)
        and all(isinstance(each, dict) and _action(each) for each in actions)
        and _objects(payload, "container", "message", "view", "state", "channel")
        and _texts(payload.get("container") or {}, *("message_ts", "view_id", "channel_id"))
    )


def _action(action: Payload) -> bool:
    chosen = action.get("selected_option")
    users = action.get("selected_users")
    return (
        _text(action, "action_id")
        and _texts(action, "block_id", "value", "action_ts", "type")
        and _objects(action, "selected_option")
        and _texts(chosen or {}, "value")
        and (users is None or _strings(users))
    )


def _called(payload: Payload) -> bool:
    message, channel = payload.get("message"), payload.get("channel")
    return (
        _by_somebody(payload)
        and _text(payload, "callback_id")
        and _texts(payload, "action_ts")
        and _objects(payload, "message", "channel")
        and _texts(channel or {}, "id")
        and (not message or _text(message, "ts"))
        and _texts(message or {}, "thread_ts", "text")
    )


def _submitted(payload: Payload) -> bool:
    view = payload.get("view")
    if not (_by_somebody(payload) and isinstance(view, dict)):
        return False
    blocks, state = view.get("blocks"), view.get("state")
    return (
        _text(view, "id")
        and _text(view, "type")
        and _text(view, "callback_id")
        and _texts(view, "private_metadata")
        and isinstance(blocks, list)
        and all(isinstance(b, dict) and _text(b, "type") for b in blocks)
        and any(b["type"] == "input" for b in blocks)
        and all(_text(b, "block_id") for b in blocks if b["type"] == "input")
        and isinstance(state, dict)
        and _filled(state.get("values"))
        and _kept(view.get("private_metadata") or "{}")
    )


def _filled(values: Any) -> bool:
    return isinstance(values, dict) and all(
        isinstance(fields, dict) and all(isinstance(e, dict) and _entry(e) for e in fields.values())
        for fields in values.values()
    )


def _entry(entry: Payload) -> bool:
    options = entry.get("selected_options")
    at = entry.get("selected_date_time")
    return (
        (options is None or _options(options))
        and _objects(entry, "selected_option")
        and (entry.get("selected_option") is None or _text(entry["selected_option"], "value"))
        and (entry.get("selected_users") is None or _strings(entry["selected_users"]))
        and _texts(entry, "selected_user", "selected_conversation", "value")
        and (at is None or (type(at) is int and 0 <= at < LATEST))
    )


def _options(options: Any) -> bool:
    return isinstance(options, list) and all(
        isinstance(each, dict) and _text(each, "value") for each in options
    )


def _kept(metadata: str) -> bool:
    """Whether what our form carried along is what we gave it."""
    kept = json.loads(metadata)
    if not isinstance(kept, dict):
        return False
    _clean(kept)
    return _objects(kept, "fields") and _texts(kept, "text", "card", "channel", "response_url")


def _told(payload: Payload) -> bool:
    event = payload.get("event")
    return isinstance(event, dict) and _text(event, "type")


def _by_somebody(payload: Payload) -> bool:
    user = payload.get("user")
    return (
        isinstance(user, dict)
        and _text(user, "id")
        and _texts(payload, "trigger_id", "response_url")
    )


_KINDS: Mapping[str, Callable[[Payload], bool]] = {
    "block_actions": _pressed,
    "shortcut": _called,
    "message_action": _called,
    "view_submission": _submitted,
    "event_callback": _told,
}


def _text(part: Payload, name: str) -> bool:
    return isinstance(part.get(name), str) and bool(part[name])


def _texts(part: Payload, *names: str) -> bool:
    """Whether these are text where they are there at all."""
    return all(part.get(name) is None or isinstance(part[name], str) for name in names)


def _objects(part: Payload, *names: str) -> bool:
    return all(part.get(name) is None or isinstance(part[name], dict) for name in names)


def _strings(part: Any) -> bool:
    return isinstance(part, list) and all(isinstance(each, str) for each in part)
