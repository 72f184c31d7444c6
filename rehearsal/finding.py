"""Finds on a message or view what a person means: a button, an option, a field."""

from __future__ import annotations

from typing import Any

from rehearsal.blockkit import elements_of
from rehearsal.filling import labels
from rehearsal.messages import Message
from rehearsal.views import View, fields_of

Place = Message | View
Part = dict[str, Any]
Found = tuple[Part, Part, Part | None]


def pressable(place: Place, name: str) -> Found | None:
    """The block, element and overflow option with this visible text, action_id or value."""
    every = [(b, e) for b in place.blocks for e in elements_of(b)]
    for block, element in every:
        if element["type"] == "button" and name in (visible(element), element["action_id"]):
            return block, element, None
    for block, element in every:
        for each in element["options"] if element["type"] == "overflow" else []:
            if name in (each["text"]["text"], each["value"]):
                return block, element, each
    return None


def must_press(place: Place, name: str) -> Found:
    """As pressable; raises LookupError with what there is instead."""
    found = pressable(place, name)
    if found is None:
        offer = [visible(e) for b in place.blocks for e in elements_of(b)]
        raise LookupError(f"no {name!r} to press among {offer}")
    return found


def field_called(place: Place, name: str) -> tuple[Part, Part]:
    """The block and element with this block_id, action_id or label; raises LookupError."""
    every = fields_of(place.blocks)
    for block, element in every:
        if name in labels(block, element):
            return block, element
    known = [sorted(labels(block, element)) for block, element in every]
    raise LookupError(f"no field {name!r} among {known}")


def visible(element: Part) -> str:
    text = (element.get("text") or {}).get("text")
    return str(text or element.get("action_id") or element["type"])


def action_of(block: Part, element: Part, chosen: Part | None) -> Part:
    """The entry of `actions` for a press (slack-platform 1.4)."""
    keys = ("type", "action_id", "text", "value", "style", "url", "confirm")
    action = {key: element[key] for key in keys if key in element}
    action["block_id"] = block["block_id"]
    if chosen is not None:
        action["selected_option"] = chosen
    return action
