"""Turns what a person picks or types into the state Slack sends, and judges it as Slack would."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from rehearsal.views import VALUES, View, is_empty
from rehearsal.workspace import Workspace

Entry = dict[str, Any]
EMPTY = "Please complete this required field."


def labels(block: dict[str, Any], element: dict[str, Any]) -> set[str]:
    """The names by which a field may be called: its ids and its label."""
    label = (block.get("label") or block.get("text") or {}).get("text")
    return {each for each in (block.get("block_id"), element.get("action_id"), label) if each}


def entry(element: dict[str, Any], value: Any, workspace: Workspace) -> Entry:
    """The state entry for a value given as a person would: options by their visible text."""
    key = VALUES[element["type"]][1]
    if value is None:
        return {"type": element["type"], key: [] if key.endswith("s") else None}
    if key == "selected_option":
        found: Any = option(element, value)
    elif key == "selected_options":
        found = [option(element, each) for each in _several(value)]
    elif key.removesuffix("s") == "selected_user":
        found = _ids(value, key, lambda name: workspace.user(name).id)
    elif key.removesuffix("s") in ("selected_channel", "selected_conversation"):
        found = _ids(value, key, lambda name: workspace.channel(name).id)
    else:
        found = _scalar(value)
    return {"type": element["type"], key: found}


def _several(value: Any) -> Iterable[Any]:
    return [value] if isinstance(value, (str, dict)) else value


def _ids(value: Any, key: str, look_up: Any) -> Any:
    return [look_up(each) for each in _several(value)] if key.endswith("s") else look_up(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return int(value.timestamp())
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value


def offered(element: dict[str, Any]) -> list[dict[str, Any]]:
    grouped = [o for group in element.get("option_groups") or [] for o in group["options"]]
    return [*(element.get("options") or []), *grouped]


def option(element: dict[str, Any], wanted: Any) -> dict[str, Any]:
    """The option with this visible text or value; raises LookupError for one not offered."""
    if isinstance(wanted, dict):
        return wanted
    for each in offered(element):
        if wanted in (each["text"]["text"], each.get("value")):
            return each
    known = [each["text"]["text"] for each in offered(element)]
    raise LookupError(f"no option {wanted!r} among {known}")


def refusals(view: View) -> dict[str, str]:
    """What Slack's own client would say beside the fields, by block_id, before sending."""
    found: dict[str, str] = {}
    for block in view.blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        now = view.state[block["block_id"]][element["action_id"]]
        if is_empty(now):
            said = None if block.get("optional") else EMPTY
        else:
            said = _complaint(element, now.get("value"))
        if said:
            found[block["block_id"]] = said
    return found


def _complaint(element: dict[str, Any], value: Any) -> str | None:
    kind = element["type"]
    if kind == "plain_text_input":
        low, high = element.get("min_length", 0), element.get("max_length", 3000)
        return None if low <= len(value) <= high else f"Use {low} to {high} characters."
    if kind == "number_input":
        return _number_complaint(element, str(value))
    if kind == "email_text_input":
        return None if re.fullmatch(r"[^@\s]+@[^@\s]+", value) else "Enter an email address."
    if kind == "url_text_input":
        return None if re.match(r"\w+://\S+", value) else "Enter a URL."
    return None


def _number_complaint(element: dict[str, Any], value: str) -> str | None:
    form = r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+"
    if not re.fullmatch(form, value):
        return "Enter a number."
    low, high = element.get("min_value"), element.get("max_value")
    if (low and float(value) < float(low)) or (high and float(value) > float(high)):
        return "This number is out of range."
    return None
