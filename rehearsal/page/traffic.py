"""The calls and deliveries between Slack and the bot, as the page lists them."""

from __future__ import annotations

import json
from typing import Any

from rehearsal.answers import said_in
from rehearsal.page.asking import iso
from rehearsal.record import ApiCall, Delivery, Record
from rehearsal.workspace import Workspace

MOST = 500
LONGEST = 100
Entry = dict[str, Any]


def traffic(record: Record, workspace: Workspace, after: int, limit: int) -> Entry:
    """The newest entries after number `after`, at most `limit` of them; the first has number 1."""
    fresh = record.after(after)
    last = after + len(fresh) if fresh else min(after, len(record.entries))
    shown = fresh[-min(limit, MOST) :] if limit else []
    first = last - len(shown) + 1
    entries = [_entry(each, number, workspace) for number, each in enumerate(shown, first)]
    return {"last": last, "entries": entries}


def _entry(each: ApiCall | Delivery, number: int, workspace: Workspace) -> Entry:
    common = {
        "n": number,
        "at": iso(each.at),
        "status": each.status,
        "took_ms": round(each.took * 1000, 1),
    }
    if isinstance(each, ApiCall):
        return {
            **common,
            "kind": "call",
            "name": each.method,
            "ok": each.ok,
            "error": each.answer.get("error") if not each.ok else None,
            "fault": each.fault,
            "attempt": 0,
            "about": _short(_about_call(each, workspace)),
            "sent": each.arguments,
            "answered": each.answer,
        }
    return {
        **common,
        "kind": "delivery",
        "name": name_of(each),
        "ok": each.error is None,
        "error": each.error,
        "fault": None,
        "attempt": each.attempt,
        "about": _short(_about_delivery(each, workspace)),
        "sent": each.payload,
        "answered": said_in(each.body),
    }


def name_of(delivery: Delivery) -> str:
    """What was delivered: slash_commands, the type of an interaction, or of an event."""
    if delivery.kind == "slash_commands":
        return delivery.kind
    inner = delivery.payload.get("event", delivery.payload)
    return str(inner.get("type", delivery.kind))


def _about_call(call: ApiCall, workspace: Workspace) -> str:
    sent = call.arguments
    view = _parsed(sent.get("view"))
    if isinstance(view, dict):
        return _plain(view.get("title")) or str(view.get("type", ""))
    place = str(sent.get("channel") or sent.get("channel_id") or "")
    return f"{_called(place, workspace)} {sent.get('text') or ''}"


def _about_delivery(delivery: Delivery, workspace: Workspace) -> str:
    payload = delivery.payload
    if delivery.kind == "slash_commands":
        return f"{payload['command']} {payload['text']}"
    event = payload.get("event")
    if event is not None:
        user = event.get("user", "")
        user = user.get("id", "") if isinstance(user, dict) else user
        return f"{_called(str(user), workspace)} {event.get('text', '')}"
    who = _called(str(payload.get("user", {}).get("id", "")), workspace)
    return f"{who} {_touched(payload)}"


def _touched(payload: Entry) -> str:
    """What was pressed, chosen, filled in or run."""
    for action in payload.get("actions", []):
        option = action.get("selected_option") or {}
        return _plain(option.get("text")) or _plain(action.get("text")) or str(action["action_id"])
    view = payload.get("view") or {}
    return _plain(view.get("title")) or str(payload.get("callback_id", ""))


def _called(found: str, workspace: Workspace) -> str:
    if found in workspace.users:
        return workspace.users[found].name
    channel = workspace.channels.get(found)
    if channel is None:
        return found
    return f"#{channel.name}" if channel.name else "direct message"


def _plain(text: Any) -> str:
    return str(text.get("text", "")) if isinstance(text, dict) else ""


def _parsed(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        return None


def _short(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
